"""Bandwidth: messages that come in and what became of messages of ours (messaging API version 2), each callback a list.

Sources, read 2026-11: dev.bandwidth.com/docs/messaging/webhooks and /docs/messaging/errors, as their archived repository has them
(github.com/Bandwidth/api-docs, to the end of 2023).

    [{"type": "message-received", "time": "2026-11-24T10:07:24Z", "description": "Incoming message received", "to": "+14155550100",
      "message": {"id": "1479..", "owner": "+14155550100", "applicationId": "93de..", "time": "2026-11-24T10:07:23Z", "direction": "in",
                  "from": "+14155550123", "to": ["+14155550100"], "text": "Is my table ready?", "segmentCount": 1}}]

`owner` is our number in either direction, though examples of receipts disagree: there it is `from`. A message to several is reported per
recipient, the outer `to`. No account is named, only the application. Only `errorCode` counts, never `description`: 4xxx is the message's
or the number's fault and stays so, 5xxx may work another time; x7xx and x6xx are the carrier's word. 9902 is silence.
"""

from collections.abc import Mapping
from typing import Any

from domain.addresses import phone
from domain.channels.provider import Given, Invalid, Item, Provider, inner, listed, text_of, texts, without
from domain.channels.sms.bandwidth_examples import EXAMPLES
from domain.channels.sms.telling import Failure, content_kind, number, present, report
from domain.provider_time import iso
from schemas.values import Attachment, Content, MessageStatus

STATUS: dict[str, MessageStatus] = {
    "message-sending": MessageStatus.SENDING,
    "message-delivered": MessageStatus.DELIVERED,
    "message-failed": MessageStatus.FAILED,
}
RECEIVED = "message-received"

_INVALID = Failure("invalid", permanent=True)
_BLOCKED = Failure("blocked", permanent=True)
_SPAM = Failure("spam", permanent=True)
_TOO_MUCH = Failure("rate_limited", permanent=False)

FAILURES: dict[str, Failure] = {
    **dict.fromkeys(("4303", "4350", "4404", "4406", "4408", "4434", "4492", "4700", "4720", "4721"), _INVALID),
    **dict.fromkeys(("4432", "4433", "4481", "4482", "4772", "4773", "4790", "4791", "4792", "4795"), _BLOCKED),
    **dict.fromkeys(("4470", "4770", "4771"), _SPAM),
    **dict.fromkeys(("4780", "4781", "4785", "5600"), _TOO_MUCH),
    "4360": Failure("timed_out", permanent=True),
    "4701": Failure("timed_out"),
    "4702": Failure("timed_out"),
    "4750": Failure("bounced"),
    "4753": Failure("bounced"),
    "4775": Failure("unsubscribed", permanent=True),
    "9902": Failure("timed_out"),
}
OPTED_OUT = "4775"

PERSONAL = frozenset({"to", "from", "owner", "text", "media", "description"})

_NORMALISED = ("id", "owner", "from", "to", "text", "media", "tag", "direction")


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """Everything in a list of callbacks, or in one that stands alone."""
    found: list[Item | Invalid] = []
    for index, callback in enumerate(data if isinstance(data, list) else [data]):
        try:
            found.append(_item(callback))
        except Invalid as invalid:
            invalid.index = index
            found.append(invalid)
    return found


def _item(callback: Any) -> Item:
    """One callback. It is told apart by its message, time and recipient, not by its place: it may come again in another list."""
    outer, message = texts(callback), inner(callback, "message")
    fields = texts(message)
    kind = present(outer, "type", *([fields["id"]] if "id" in fields else ()))
    id_ = present(fields, "id")
    if kind == RECEIVED:
        return _received(outer, message, fields, id_)
    return _reported(outer, message, fields, id_, kind)


def _received(outer: Mapping[str, str], message: Mapping[str, Any], fields: Mapping[str, str], id_: str) -> Item:
    text = fields.get("text")
    attachments = tuple(Attachment(url, name=_name(url)) for each in listed(message, "media") if (url := text_of(each)))
    ours = number(fields, "owner", id_).urn if "owner" in fields else number(outer, "to", id_).urn
    return Item(
        meaning="message.received",
        account="",
        provider_id=id_,
        kind=RECEIVED,
        contact=number(fields, "from", id_),
        ours=ours,
        direction="inbound",
        claims=(fields.get("applicationId", ""), ours),
        provider_time=iso(outer.get("time", "")),
        content=Content(
            kind=content_kind(text, attachments),
            text=text,
            attachments=attachments,
            fields=without(message, *_NORMALISED),
        ),
    )


def _reported(
    outer: Mapping[str, str], message: Mapping[str, Any], fields: Mapping[str, str], id_: str, kind: str
) -> Item:
    at, code = outer.get("time", ""), outer.get("errorCode")
    known, time = STATUS.get(kind), iso(at)
    contact = number(outer, "to", id_) if known or "to" in outer else None
    urn = contact.urn if contact else ""
    sender = phone(fields.get("from", ""))
    ours = sender.urn if sender else "bandwidth:unknown"
    status = None
    if known is not None:
        if known == MessageStatus.FAILED and _of_carrier(code):
            known = MessageStatus.UNDELIVERED
        status = report(known, kind, time, code, outer.get("description"), _failure(code))
    several = len(listed(message, "to")) > 1
    return Item(
        meaning="message.status" if status else "unknown",
        account="",
        provider_id=id_,
        kind=kind,
        moment=f"{at}|{urn}",
        message=f"{id_}|{urn}" if several and urn else "",
        contact=contact,
        ours=ours,
        direction="outbound",
        claims=(fields.get("applicationId", ""), ours),
        provider_time=time,
        status=status,
        consent=("opted_out", "provider") if status and status.code == OPTED_OUT else None,
        content=Content(
            kind="status" if status else "event",
            tags=(fields["tag"],) if "tag" in fields else (),
            fields=without(message, *_NORMALISED),
        ),
    )


def _failure(code: str | None) -> Failure:
    if code is None:
        return Failure("other")
    return FAILURES.get(code) or Failure("other", {"4": True, "5": False}.get(code[0]))


def _of_carrier(code: str | None) -> bool:
    """Whether the message had got as far as the carrier."""
    return code is not None and (code[:2] in ("47", "56") or code[:1] == "9")


def _name(url: str) -> str | None:
    """Of an address that ends in what the sender called the file."""
    return url.partition("?")[0].rpartition("/")[2] or None


def recognises(data: Any) -> bool:
    """A list of callbacks, or one of them."""
    return any(map(_is_callback, data)) if isinstance(data, list) else _is_callback(data)


def _is_callback(callback: Any) -> bool:
    if not isinstance(callback, dict) or not isinstance(callback.get("message"), dict):
        return False
    kind = callback.get("type")
    return type(kind) is str and kind.startswith("message-")


PROVIDER = Provider(
    channel="sms",
    label="SMS",
    name="bandwidth",
    source=("https://dev.bandwidth.com/docs/messaging/webhooks", "https://dev.bandwidth.com/docs/messaging/errors"),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    not_covered=("callbacks of version 1", "suggestions and locations of RCS", "webhooks of toll-free verification"),
)
