"""Viber: callbacks of a bot, one per request.

Sources, read 2026-11: developers.viber.com/docs/api/rest-bot-api (callbacks, message types); for how peers read them the tests of
nyaruka/courier and the clients Viber/viber-bot-python and viber-bot-node.

    {"event": "message", "timestamp": 1795514844000, "message_token": 4912661846655238145, "sender": {"id": "01234567890A=",
     "name": "Dana"}, "message": {"type": "text", "text": "Is my table ready?", "tracking_data": "table 7"}}

    {"event": "failed", "timestamp": 1795514845000, "message_token": 4912661846655238146, "user_id": "01234567890A=", "desc": ".."}

A callback does not say which bot it is for, so the account is empty. A broadcast has one token for everybody who got it: a report is
told apart by token and person. What a button sends is a text like any other.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from domain.addresses import Address, opaque
from domain.channels.places import place
from domain.channels.provider import (
    Given,
    Invalid,
    Item,
    Nothing,
    Provider,
    Signature,
    impersonal,
    inner,
    needed,
    text_of,
    without,
)
from domain.channels.viber.bot_examples import EXAMPLES, callback
from domain.provider_time import unix
from schemas.meanings import Meaning
from schemas.values import Attachment, Content, MessageStatus, StatusReport

STATUS: Mapping[str, MessageStatus] = {
    "delivered": MessageStatus.DELIVERED,
    "seen": MessageStatus.READ,
    "failed": MessageStatus.FAILED,
}

CONSENT: Mapping[str, tuple[Literal["opted_out", "opted_in"], str]] = {
    "subscribed": ("opted_in", "provider"),
    "unsubscribed": ("opted_out", "provider"),
}
"""To whom is not subscribed a bot cannot send."""

KINDS: Mapping[str, str] = {
    "text": "text",
    "url": "text",
    "picture": "image",
    "video": "video",
    "file": "document",
    "sticker": "sticker",
    "contact": "contact",
    "location": "location",
}

PERSONAL = frozenset(
    "text name avatar country language contact phone_number location media thumbnail file_name tracking_data desc context".split()
)

_NORMALISED = ("type", "text", "media", "file_name", "location", "tracking_data")
_OURS = "viber:unknown"


class Told(NamedTuple):
    """One callback. user: what it says about the person; token: what Viber calls the message."""

    event: str
    token: str
    data: Mapping[str, Any]
    user: Mapping[str, Any]
    contact: Address
    stamp: str


def recognises(data: Any) -> bool:
    """Every callback has an event and a token."""
    return isinstance(data, dict) and type(data.get("event")) is str and "message_token" in data


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """What one callback tells. The one that asks whether the webhook answers is nothing."""
    event = text_of(data.get("event")) if isinstance(data, dict) else None
    if event is None:
        raise _missing("event")
    if event == "webhook":
        raise Nothing("webhook_registered")
    token = text_of(data.get("message_token"))
    if token is None:
        raise _missing("message_token")
    user = inner(data, "sender") or inner(data, "user") or {"id": data.get("user_id")}
    contact = opaque("viber", text_of(user.get("id")))
    read = _reader(event)
    if contact is None:
        if read is _unknown:
            return [_nobody(data, event, token)]
        raise _missing("sender.id" if event == "message" else "user.id", token)
    stamp = text_of(data.get("timestamp")) or ""
    return [read(Told(event, token, data, user, contact._replace(name=text_of(user.get("name"))), stamp))]


def _missing(name: str, *ids: str) -> Invalid:
    return Invalid("missing_field", f"Viber event missing required field: {name}", ids)


def _reader(event: str) -> Callable[[Told], Item]:
    if event in STATUS:
        return _reported
    return _consented if event in CONSENT else _READERS.get(event, _unknown)


def _item(told: Told, meaning: Meaning, content: Content, **more: Any) -> Item:
    return Item(
        meaning=meaning,
        account="",
        provider_id=told.token,
        kind=told.event,
        moment=more.pop("moment", ""),
        contact=told.contact,
        about=without(told.user, "id", "name"),
        ours=_OURS,
        direction=more.pop("direction", "inbound"),
        claims=("", "", _OURS),
        provider_time=unix(told.data.get("timestamp")),
        content=content,
        **more,
    )


def _message(told: Told) -> Item:
    message = inner(told.data, "message")
    type_, media = text_of(message.get("type")) or "", text_of(message.get("media"))
    at = inner(message, "location")
    tracking = text_of(message.get("tracking_data"))
    text = message.get("text") if type(message.get("text")) is str else None
    around = without(told.data, "event", "timestamp", "message_token", "sender", "message")
    content = Content(
        kind=KINDS.get(type_, "other"),
        text=text or (media if type_ == "url" else text),
        attachments=(_file(message, media),) if media and type_ != "url" else (),
        fields=without(message, *_NORMALISED) | around | ({"media": media} if media and type_ == "url" else {}),
        location=place(at.get("lat"), at.get("lon"), text_of(at.get("address"))),
        metadata={"tracking_data": tracking} if tracking else {},
    )
    return _item(told, "message.received", content)


def _file(message: Mapping[str, Any], media: str) -> Attachment:
    size = message.get("file_size", message.get("size"))
    return Attachment(
        media, name=text_of(message.get("file_name")), size=size if type(size) is int and size >= 0 else None
    )


def _reported(told: Told) -> Item:
    status, time = STATUS[told.event], unix(told.data.get("timestamp"))
    reason = impersonal(text_of(told.data.get("desc"))) if status is MessageStatus.FAILED else None
    return _item(
        told,
        "message.status",
        Content(kind="status", fields=_rest(told)),
        direction="outbound",
        moment=f"{told.stamp}|{told.contact.urn}",
        status=StatusReport(status.value, told.event, reason=reason, time=time),
    )


def _rest(told: Told) -> dict[str, Any]:
    return without(told.data, "event", "timestamp", "message_token", "user", "user_id", "sender")


def _consented(told: Told) -> Item:
    content = Content(kind="event", fields=_rest(told))
    return _item(told, "consent.changed", content, moment=told.stamp, consent=CONSENT[told.event])


def _started(told: Told) -> Item:
    """Somebody has opened the conversation, maybe by a link that says whence (`context`)."""
    ref = text_of(told.data.get("context"))
    fields = without(_rest(told), "context") | ({"ref": ref} if ref else {})
    return _item(told, "referral.received", Content(kind="event", fields=fields), moment=told.stamp)


def _unknown(told: Told) -> Item:
    return _item(told, "unknown", Content(kind="event", fields=_rest(told)), moment=told.stamp)


def _nobody(data: Mapping[str, Any], event: str, token: str) -> Item:
    """What we have no word for and that names nobody."""
    return Item(
        meaning="unknown",
        account="",
        provider_id=token,
        kind=event,
        moment=text_of(data.get("timestamp")) or "",
        contact=None,
        ours=_OURS,
        direction="inbound",
        claims=("", "", _OURS),
        provider_time=unix(data.get("timestamp")),
        content=Content(kind="event", fields=without(data, "event", "timestamp", "message_token")),
    )


_READERS: Mapping[str, Callable[[Told], Item]] = {"message": _message, "conversation_started": _started}


def _build(fields: Mapping[str, str], token: str) -> str:
    from_, body = needed(fields, "from_number", "body")
    message = {"type": "text", "text": body}
    return callback(
        "message", int(token, 16) % 2**63, sender={"id": from_.lstrip("+"), "name": "Test"}, message=message
    )


PROVIDER = Provider(
    channel="viber",
    label="Viber",
    name="bot",
    source=(
        "https://developers.viber.com/docs/api/rest-bot-api/",
        "https://github.com/Viber/viber-bot-python",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    build={"message_received": _build},
    headers=frozenset({"x-viber-content-signature"}),
    signatures=(Signature("VIBER_AUTH_TOKEN", "viber"),),
    not_covered=(
        "which bot a callback is for: Viber does not say",
        "which button a text came from: Viber sends it as a text",
        "codes of failures: Viber gives words only",
    ),
)
