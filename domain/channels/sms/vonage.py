"""Vonage (once Nexmo): inbound messages and delivery receipts of its SMS API, in a form, in JSON or in the query of a GET; and SMS
and MMS of its Messages API (vonage_messages.py).

Sources, read 2026-11: developer.vonage.com/messaging/sms/guides/inbound-sms, /guides/delivery-receipts (its table of error codes in
a copy of the documentation's repository, mheap/nexmo-developer),
api.support.vonage.com articles 115007053127 and 360018438551 (statuses), 204015663 (SMPP spellings).

    msisdn=14155550123&to=14155550100&messageId=0B00000127FDBC63&text=Is+my+table+ready%3F&type=text&keyword=IS
    &message-timestamp=2026-11-24+10%3A07%3A24

    {"msisdn": "14155550123", "to": "AcmeShop", "messageId": "0B00000127FDBC64", "status": "delivered", "err-code": "0",
     "scts": "2611241007", "message-timestamp": "2026-11-24 10:07:29", "api-key": "abcd1234"}

Numbers have no plus. Both times are Vonage's; the carrier's own, `scts`, has no zone. `msisdn` is the other side in either. A long message
comes in parts that each have an id, and the same `concat-ref`: they stay apart here. A `binary` one has bytes, no text.
"""

from collections.abc import Mapping
from typing import Any

from domain.addresses import international
from domain.channels.provider import Given, Invalid, Item, Provider, Signature, texts, without
from domain.channels.sms import vonage_messages
from domain.channels.sms.telling import OTHER, Failure, number, present, report
from domain.channels.sms.vonage_examples import EXAMPLES
from domain.provider_time import minute, naive
from schemas.values import Content, MessageStatus

STATUS: dict[str, MessageStatus] = {
    "accepted": MessageStatus.SENT,
    "acceptd": MessageStatus.SENT,
    "buffered": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "delivrd": MessageStatus.DELIVERED,
    "expired": MessageStatus.UNDELIVERED,
    "undelivered": MessageStatus.UNDELIVERED,
    "undeliv": MessageStatus.UNDELIVERED,
    "unknown": MessageStatus.UNDELIVERED,
    "deleted": MessageStatus.UNDELIVERED,
    "failed": MessageStatus.FAILED,
    "rejected": MessageStatus.FAILED,
    "rejectd": MessageStatus.FAILED,
}

REASONS: dict[str, tuple[str, Failure]] = {
    "1": ("no reason is known", OTHER),
    "2": ("handset away for now", Failure("timed_out", permanent=False)),
    "3": ("number no longer in use", Failure("invalid", permanent=True)),
    "4": ("barred by the user", Failure("blocked", permanent=True)),
    "5": ("number portability", OTHER),
    "6": ("a carrier's spam filter", Failure("spam")),
    "7": ("handset busy", Failure("timed_out", permanent=False)),
    "8": ("network error", Failure("other", permanent=False)),
    "9": ("the user does not want messages of this service", Failure("unsubscribed", permanent=True)),
    "10": ("wrong parameter", OTHER),
    "11": ("no route", OTHER),
    "12": ("destination unreachable", Failure("invalid")),
    "13": ("age restriction", Failure("blocked")),
    "14": ("blocked by the carrier", Failure("blocked")),
    "15": ("recipient's prepaid credit is used up", OTHER),
    "99": ("error of the route", OTHER),
}
"""`err-code`. 0 says that nothing is wrong."""
OPTED_OUT = "9"

PERSONAL = frozenset({"msisdn", "to", "text", "keyword", "data", "udh"}) | vonage_messages.PERSONAL


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """The one message or receipt in a body."""
    fields = texts(data)
    if "message_uuid" in fields:
        return [vonage_messages.item(data, fields)]
    id_ = present(fields, "messageId")
    return [_reported(data, fields, id_) if "status" in fields else _received(data, fields, id_)]


def _received(data: Mapping[str, Any], fields: Mapping[str, str], id_: str) -> Item:
    account = fields.get("api-key", "")
    ours = number(fields, "to", id_, plus=False).urn
    return Item(
        meaning="message.received",
        account=account,
        provider_id=id_,
        kind="received",
        contact=number(fields, "msisdn", id_, plus=False),
        ours=ours,
        direction="inbound",
        claims=(account, ours),
        provider_time=naive(fields.get("message-timestamp", "")),
        content=Content(
            kind="other" if fields.get("type") == "binary" else "text",
            text=fields.get("text"),
            fields=without(data, *_NORMALISED),
        ),
    )


def _reported(data: Mapping[str, Any], fields: Mapping[str, str], id_: str) -> Item:
    account, kind, done = fields.get("api-key", ""), fields["status"], fields.get("scts", "")
    known, code = STATUS.get(kind.lower()), fields.get("err-code", "0")
    time = naive(fields.get("message-timestamp", "")) or minute(done)
    ours = _ours(fields.get("to", ""), account)
    status = None
    if known is not None:
        reason, failure = REASONS.get(code, (None, OTHER))
        if kind.lower() == "expired" and failure is OTHER:
            failure = Failure("timed_out", permanent=False)
        status = report(known, kind, time, None if code == "0" else code, reason, failure)
    return Item(
        meaning="message.status" if status else "unknown",
        account=account,
        provider_id=id_,
        kind=kind,
        moment=done,
        contact=number(fields, "msisdn", id_, plus=False),
        ours=ours,
        direction="outbound",
        claims=(account, ours),
        provider_time=time,
        status=status,
        consent=("opted_out", "provider") if status and status.code == OPTED_OUT else None,
        content=Content(
            kind="status" if status else "event",
            metadata={"client-ref": fields["client-ref"]} if "client-ref" in fields else {},
            fields=without(data, *_NORMALISED, "status", "client-ref"),
        ),
    )


def _ours(sender: str, account: str) -> str:
    """What a message of ours was sent from: nearly any text may be."""
    found = international(sender)
    return found.urn if found else f"vonage:{account or 'unknown'}"


_NORMALISED = ("msisdn", "to", "messageId", "text", "message-timestamp", "timestamp", "api-key", "nonce", "sig")


def recognises(data: Any) -> bool:
    """The SMS API names both sides so, and the Messages API its channels."""
    if not isinstance(data, dict):
        return False
    if "msisdn" in data:
        return "messageId" in data
    return "message_uuid" in data and data.get("channel") in vonage_messages.CHANNELS


PROVIDER = Provider(
    channel="sms",
    label="SMS",
    name="vonage",
    source=(
        "https://developer.vonage.com/messaging/sms/guides/inbound-sms",
        "https://developer.vonage.com/messaging/sms/guides/delivery-receipts",
        "https://developer.vonage.com/en/messages/concepts/sms-status-callbacks",
        "https://developer.vonage.com/en/messages/concepts/messages-status-callbacks",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    signatures=(Signature("VONAGE_SIGNATURE_SECRET", "vonage"),),
    not_covered=(
        "the SMS API's own parameter `sig`",
        "webhooks of the Messages API's version 0.1",
        "inbound MMS with several files",
    ),
)
