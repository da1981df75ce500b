"""Statuses of messages that went out, as the Cloud API reports them."""

from collections.abc import Mapping
from typing import Any

from domain.channels.provider import Item, Nothing, impersonal, inner, listed, text_of, without
from domain.channels.whatsapp.cloud_calls import call_status
from domain.channels.whatsapp.cloud_change import Change, item, missing, party
from domain.provider_time import unix
from schemas.values import Content, FailureCategory, MessageStatus, StatusReport

STATUS: Mapping[str, MessageStatus] = {
    each.value: each
    for each in (
        MessageStatus.SENT,
        MessageStatus.DELIVERED,
        MessageStatus.READ,
        MessageStatus.PLAYED,
        MessageStatus.FAILED,
    )
}

CATEGORIES: Mapping[str, FailureCategory] = {
    "4": "rate_limited",
    "80007": "rate_limited",
    "130429": "rate_limited",
    "131049": "rate_limited",
    "131056": "rate_limited",
    "133016": "rate_limited",
    "131048": "spam",
    "470": "window",
    "131047": "window",
    "131050": "unsubscribed",
    "1013": "invalid",
    "131021": "invalid",
    "131026": "invalid",
    "368": "blocked",
    "130472": "blocked",
    "130497": "blocked",
    "131030": "blocked",
    "131031": "blocked",
    "132015": "blocked",
    "132016": "blocked",
}
"""131049: this person has had enough marketing for now. 131026: mostly, the number is nobody's on WhatsApp; Meta does not say."""
OPTED_OUT = "131050"
"""The person has stopped marketing messages of ours, which our ledger may not know (T-36)."""


def status(change: Change, told: dict[str, Any]) -> Item:
    """One of `statuses`. Raises Invalid, or Nothing for a deletion: it takes nothing back that was reported before."""
    id_ = text_of(told.get("id"))
    if id_ is None:
        raise missing("id")
    type_ = text_of(told.get("type")) or ""
    name = (text_of(told.get("status")) or "unknown").lower()
    if type_ == "call" or change.field == "calls":
        return call_status(change, told, id_, name)
    if name == "deleted" and not type_:
        raise Nothing("deleted")
    group = text_of(told.get("recipient_type")) == "group"
    number = told.get("recipient_participant_id") if group else told.get("recipient_id")
    user_id, parent_id = told.get("recipient_user_id"), told.get("recipient_parent_user_id")
    who = party(change, number, user_id, parent_id)
    time = unix(told.get("timestamp"))
    # A payment's captures and failures are no message's.
    known = STATUS.get(name) if type_ != "payment" else None
    report = _report(known, name, told, time) if known is not None else None
    reference = text_of(told.get("biz_opaque_callback_data"))
    fields = without(
        told, "id", "status", "timestamp", "recipient_id", "recipient_participant_id", "recipient_user_id",
        "recipient_parent_user_id", "biz_opaque_callback_data",
    )  # fmt: skip
    if group:
        fields["group_id"] = told.get("recipient_id")
    urn = who.contact.urn if who.contact else ""
    return item(
        change,
        who,
        meaning="message.status" if report else "unknown",
        provider_id=id_,
        kind=f"{type_}:{name}" if type_ else name,
        moment=f"{text_of(told.get('timestamp'))}|{urn}",
        message=f"{id_}|{urn}" if group else "",
        direction="outbound",
        provider_time=time,
        status=report,
        consent=("opted_out", "provider") if report and report.code == OPTED_OUT else None,
        content=Content(
            kind="status" if report else "event",
            fields=fields,
            metadata={} if reference is None else {"client_ref": reference},
        ),
    )


def _report(known: MessageStatus, name: str, told: dict[str, Any], time: str | None) -> StatusReport:
    failed = next((each for each in listed(told, "errors") if isinstance(each, dict)), {})
    code = text_of(failed.get("code"))
    reason = text_of(inner(failed, "error_data").get("details")) or text_of(failed.get("message"))
    category = CATEGORIES.get(code or "", "other") if known is MessageStatus.FAILED else None
    return StatusReport(known.value, name, code, impersonal(reason or text_of(failed.get("title"))), time, category)
