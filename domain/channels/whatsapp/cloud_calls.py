"""Calls over WhatsApp: `calls` says that one begins and ends, statuses how ours fare on the way."""

from collections.abc import Mapping
from typing import Any

from domain.channels.provider import Item, text_of, without
from domain.channels.whatsapp.cloud_change import Change, Party, item, missing, party, somebody, the_other
from domain.provider_time import unix
from schemas.meanings import Meaning
from schemas.values import Call, Content

_STATUSES: Mapping[str, Meaning] = {
    "ringing": "call.ringing",
    "accepted": "call.answered",
    "rejected": "call.busy",
    "failed": "call.failed",
}
"""Who rejects a call is there and does not want to talk, which telephony calls busy."""


def call(change: Change, told: dict[str, Any]) -> Item:
    """One of `calls`. Errors stand beside it in the change, and are about it. Raises Invalid."""
    id_ = text_of(told.get("id"))
    if id_ is None:
        raise missing("id")
    direction = text_of(told.get("direction"))
    ours = direction == "BUSINESS_INITIATED"
    other = the_other(change, told, "to" if ours else "from")
    who = party(change, told.get(other), told.get(f"{other}_user_id"), told.get(f"{other}_parent_user_id"))
    somebody(who, other, told, id_)
    outbound = ours or (direction is None and other == "to")
    event = (text_of(told.get("event")) or "unknown").lower()
    outcome = (text_of(told.get("status")) or "").lower()
    meaning = _meaning(event, outcome, outbound)
    kind = f"{event}:{outcome}" if outcome else event
    fields = without(
        told, "id", "from", "to", "from_user_id", "to_user_id", "from_parent_user_id", "to_parent_user_id",
        "event", "timestamp", "duration", "biz_opaque_callback_data",
    )  # fmt: skip
    if errors := change.value.get("errors"):
        fields["errors"] = errors
    return _reported(change, told, who, id_, meaning, kind, outbound, fields)


def call_status(change: Change, told: dict[str, Any], id_: str, name: str) -> Item:
    """A status whose type is `call`. Raises Invalid."""
    who = party(change, told.get("recipient_id"), told.get("recipient_user_id"), told.get("recipient_parent_user_id"))
    somebody(who, "recipient_id", told, id_)
    fields = without(
        told, "id", "recipient_id", "recipient_user_id", "recipient_parent_user_id", "timestamp", "status",
        "biz_opaque_callback_data",
    )  # fmt: skip
    return _reported(change, told, who, id_, _STATUSES.get(name, "unknown"), f"call:{name}", True, fields)


def _meaning(event: str, outcome: str, outbound: bool) -> Meaning:
    if event == "connect":
        return "call.initiated" if outbound else "call.incoming"
    if event == "terminate":
        return "call.failed" if outcome == "failed" else "call.completed"
    return "unknown"


def _reported(
    change: Change,
    told: dict[str, Any],
    who: Party,
    id_: str,
    meaning: Meaning,
    kind: str,
    outbound: bool,
    fields: dict[str, Any],
) -> Item:
    duration, reference = told.get("duration"), text_of(told.get("biz_opaque_callback_data"))
    seconds = duration if type(duration) is int and 0 <= duration < 10**9 else None
    return item(
        change,
        who,
        meaning=meaning,
        provider_id=id_,
        kind=kind,
        moment=text_of(told.get("timestamp")) or "",
        direction="outbound" if outbound else "inbound",
        provider_time=unix(told.get("timestamp")),
        call=None if meaning == "unknown" else Call(meaning.removeprefix("call."), duration=seconds),
        content=Content(kind="event", fields=fields, metadata={} if reference is None else {"client_ref": reference}),
    )
