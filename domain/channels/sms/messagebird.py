"""MessageBird, today Bird: the SMS API's messages and status reports, and the webhooks of Bird's channels (bird_channels.py).

Sources, read 2026-11: nyaruka/courier, handlers/messagebird (names come in more than one case, a field may be repeated and its last
value counts, short codes have names of their own, error 103 is a stop; the SMS API's own pages are gone);
docs.bird.com/api/channels-api/message-status-and-interactions/message-failure-sources/sms-platform-extended-error-codes.

A message that comes in is a form by POST or GET, a status report a GET:

    id=e8077d80..&recipient=14155550100&originator=14155550123&body=Is+my+table+ready%3F&createdDatetime=2026-11-24T10%3A07%3A24%2B00%3A00
    id=e8077d81..&reference=m-7&recipient=14155550123&status=delivered&statusDatetime=2026-11-24T10%3A07%3A24%2B00%3A00
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from domain.addresses import Address, international
from domain.channels.provider import (
    Given,
    Invalid,
    Item,
    Nothing,
    Provider,
    Reply,
    Signature,
    impersonal,
    needed,
    text_of,
)
from domain.channels.sms import bird_channels
from domain.channels.sms.messagebird_examples import EXAMPLES
from domain.forms import every
from domain.provider_time import iso, naive
from schemas.values import Attachment, Content, FailureCategory, MessageStatus, StatusReport

STATUS: Mapping[str, MessageStatus] = {
    "scheduled": MessageStatus.QUEUED,
    "buffered": MessageStatus.SENT,
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "expired": MessageStatus.UNDELIVERED,
    "delivery_failed": MessageStatus.FAILED,
}
STOPPED = "103"
"""The error code that says the recipient has opted out."""
CATEGORIES: Mapping[str, FailureCategory] = {
    "1": "invalid",
    "2": "invalid",
    "3": "invalid",
    "5": "invalid",
    STOPPED: "unsubscribed",
    "expired": "timed_out",
}
PERSONAL = bird_channels.PERSONAL | {
    "body",
    "mediaURLs",
    "mediaUrls",
    "message",
    "originator",
    "receiver",
    "recipient",
}


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The message or the status report in a form; what a webhook of Bird tells. Raises Invalid, and Nothing for a report without a
    status: that is how MessageBird tries whether an address answers."""
    if bird_channels.recognises(data):
        return bird_channels.items(data)
    fields = _fields(data)
    if "originator" in fields:
        return [_received(data, fields)]
    if "status" in fields:
        return [_reported(data, fields)]
    if not fields or "statusdatetime" in fields:
        raise Nothing("no_status")
    raise Invalid("missing_field", "SMS event missing required field: originator")


def _fields(data: Any) -> dict[str, str]:
    """The scalars by their names in lower case."""
    if not isinstance(data, dict):
        return {}
    return {name.lower(): text for name, value in data.items() if (text := text_of(value)) is not None}


def _received(data: Mapping[str, Any], fields: Mapping[str, str]) -> Item:
    """Short codes call the id `mid`, the text `message`, and write the time without signs between."""
    short = "shortcode" in fields
    id_ = fields.get("mid" if short else "id", "")
    if not id_:
        raise Invalid("missing_field", f"SMS event missing required field: {'mid' if short else 'id'}")
    contact = _number(fields["originator"], id_)
    name = "message" if short else "body"
    files = tuple(_files(data))
    if not files and name not in (each.lower() for each in data):
        raise Invalid("missing_field", f"SMS event missing required field: {name}", (id_,))
    text = fields.get(name)
    ours = international(fields.get("shortcode") or fields.get("recipient") or fields.get("receiver") or "")
    time = fields.get("receive_datetime" if short else "createddatetime", "")
    return Item(
        meaning="message.received",
        account="",
        provider_id=id_,
        kind="received",
        contact=contact,
        ours=ours.urn if ours else "messagebird:unknown",
        direction="inbound",
        claims=(ours.urn,) if ours else (),
        provider_time=naive(f"{time[:8]}T{time[8:]}") if short else iso(time),
        content=Content(
            kind="text" if text or not files else "document",
            text=text,
            attachments=files,
            fields=_rest(data, _RECEIVED_SHORT if short else _RECEIVED),
        ),
    )


def _reported(data: Mapping[str, Any], fields: Mapping[str, str]) -> Item:
    """A report about one recipient; one id may stand for many."""
    id_ = fields.get("id") or fields.get("reference") or ""
    if not id_:
        raise Invalid("missing_field", "SMS event missing required field: id")
    contact = _number(fields["recipient"], id_) if "recipient" in fields else None
    kind, time = fields["status"].lower(), fields.get("statusdatetime", "")
    code = fields.get("statuserrorcode")
    code = None if code == "0" else code
    known = STATUS.get(kind)
    report = None
    if known is not None:
        category = CATEGORIES.get(code or "") or CATEGORIES.get(kind)
        report = StatusReport(known.value, kind, code, impersonal(fields.get("statusreason")), iso(time), category)
    return Item(
        meaning="message.status" if report else "unknown",
        account="",
        provider_id=id_,
        kind=kind,
        moment=f"{time}|{contact.urn}" if contact else time,
        message=f"{id_}|{contact.urn}" if contact else "",
        contact=contact,
        ours="messagebird:unknown",
        direction="outbound",
        claims=(),
        provider_time=iso(time),
        status=report,
        consent=("opted_out", "provider") if code == STOPPED else None,
        content=Content(kind="status" if report else "event", fields=_rest(data, _REPORTED)),
    )


def _files(data: Mapping[str, Any]) -> Iterator[Attachment]:
    for name in data:
        if name.lower().removesuffix("[]") == "mediaurls":
            for value in every(data, name):
                for url in map(text_of, value if isinstance(value, list) else [value]):
                    if url:
                        yield Attachment(url)


def _rest(data: Mapping[str, Any], normalised: frozenset[str]) -> dict[str, Any]:
    return {
        name: data[name] for name in data if name.lower() not in normalised and data[name] not in (None, "", [], {})
    }


_RECEIVED = frozenset(
    {"id", "originator", "recipient", "receiver", "body", "createddatetime", "mediaurls", "mediaurls[]"}
)
_RECEIVED_SHORT = frozenset(
    {"mid", "originator", "shortcode", "message", "receive_datetime", "mediaurls", "mediaurls[]"}
)
_REPORTED = frozenset({"id", "recipient", "status", "statusdatetime", "statusreason", "statuserrorcode"})


def _number(text: str, id_: str) -> Address:
    found = international(text)
    if found is None:
        raise Invalid("invalid_phone", "Invalid phone number format", (id_,))
    return found


def recognises(data: Any) -> bool:
    """A message has an originator and an address of ours or a short code, a report a recipient and its status' time."""
    if bird_channels.recognises(data):
        return True
    if not isinstance(data, dict):
        return False
    if "originator" in data:
        return "recipient" in data or "receiver" in data or "shortcode" in data
    return "recipient" in data and ("statusDatetime" in data or ("status" in data and "reference" in data))


def _message(fields: Mapping[str, str], token: str) -> str:
    from_, to, body = needed(fields, "from_number", "to_number", "body")
    return urlencode({"id": token, "originator": from_.lstrip("+"), "recipient": to.lstrip("+"), "body": body})


_SECRET = "MESSAGEBIRD_SIGNING_KEY"  # noqa: S105  # the name of a setting

PROVIDER = Provider(
    channel="sms",
    label="SMS",
    name="messagebird",
    source=(
        "https://github.com/nyaruka/courier/blob/main/handlers/messagebird/handler.go",
        "https://docs.bird.com/api/channels-api/message-status-and-interactions/message-failure-codes",
        *bird_channels.SOURCE,
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    build={"message_received": _message},
    headers=frozenset({"messagebird-signature", "messagebird-signature-jwt", "messagebird-request-timestamp"}),
    signatures=(
        Signature(_SECRET, "messagebird"),
        Signature(_SECRET, "messagebird_legacy"),
        Signature(_SECRET, "bird"),
    ),
    reply=Reply("OK"),
    not_covered=(
        "events of Bird's API of 2026 (type, data), for which no page with a payload was found",
        "Bird's interactions (sms.interaction), which are kept as unknown",
    ),
)
