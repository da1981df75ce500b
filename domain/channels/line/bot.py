"""LINE: webhook events of an official account, several in one request.

Sources, read 2026-11: developers.line.biz/en/reference/messaging-api (webhook event objects, get content), github.com/line/line-openapi
(webhook.yml); for how a peer reads them the tests of nyaruka/courier.

    {"destination": "U8e742f61d673b39c7fff3cecb7536ef0", "events": [{"type": "message", "mode": "active", "timestamp": 1795514844000,
     "source": {"type": "user", "userId": "U4af4980629.."}, "webhookEventId": "01JDF..", "deliveryContext": {"isRedelivery": false},
     "replyToken": "38ef..", "message": {"id": "444573844083572737", "type": "text", "quoteToken": "yHAz..", "text": "Hello"}}]}

`destination` is the account. A redelivered event has the id of the first time. In a group the contact is who wrote or, where LINE does
not name them, the group. A file is fetched from LINE with the account's token, or stands elsewhere (`contentProvider`). No events at
all is the console asking whether somebody answers.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from domain.addresses import Address, opaque
from domain.channels.line.bot_examples import EXAMPLES, request
from domain.channels.places import place
from domain.channels.provider import (
    Given,
    Invalid,
    Item,
    Nothing,
    Provider,
    Signature,
    inner,
    listed,
    needed,
    text_of,
    without,
)
from domain.provider_time import unix
from schemas.meanings import Meaning
from schemas.values import Answer, Attachment, Content

KINDS: Mapping[str, str] = {
    "text": "text",
    "image": "image",
    "video": "video",
    "audio": "audio",
    "file": "document",
    "location": "location",
    "sticker": "sticker",
}
_FILES = frozenset({"image", "video", "audio", "file"})

CONSENT: Mapping[str, tuple[Literal["opted_out", "opted_in"], str]] = {
    "follow": ("opted_in", "provider"),
    "unfollow": ("opted_out", "provider"),
}
"""To somebody who has blocked the account nothing can be sent."""

ACCOUNT = frozenset({"join", "leave", "module", "activated", "deactivated", "botSuspended", "botResumed"})
"""What is about the account, also its coming into a group and leaving it."""

PERSONAL = frozenset(
    "text title address latitude longitude fileName keywords data params originalContentUrl previewImageUrl mention dm".split()
)

_FRAME = ("type", "timestamp", "source", "webhookEventId")
_NORMALISED = (
    "id",
    "type",
    "text",
    "fileName",
    "fileSize",
    "title",
    "address",
    "latitude",
    "longitude",
    "quotedMessageId",
)


class Told(NamedTuple):
    """One event and whose it is. id: LINE's; stamp: its time as sent."""

    account: str
    id: str
    type: str
    event: Mapping[str, Any]
    contact: Address | None
    stamp: str


def recognises(data: Any) -> bool:
    """Events for an account; where that is missing, events that all have a source as LINE names them."""
    if not isinstance(data, dict) or not isinstance(data.get("events"), list):
        return False
    if type(data.get("destination")) is str:
        return True
    sources = [inner(event, "source").get("type") for event in data["events"]]
    return bool(sources) and all(type(source) is str and source in _SOURCES for source in sources)


_SOURCES = frozenset({"user", "group", "room"})


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """Everything in one request."""
    if not isinstance(data, dict) or not isinstance(data.get("events"), list):
        raise _missing("events")
    if not data["events"]:
        raise Nothing("verification")
    account = text_of(data.get("destination")) or ""
    found: dict[tuple[object, ...], Item | Invalid] = {}
    for at, event in enumerate(data["events"]):
        try:
            for each in _event(account, event):
                found.setdefault((each.event, each.provider_id, each.kind, each.moment), each)
        except Invalid as wrong:
            found[(at,)] = Invalid(wrong.reason, str(wrong), wrong.provider_ids, at)
    return list(found.values())


def _missing(name: str, *ids: str) -> Invalid:
    return Invalid("missing_field", f"LINE event missing required field: {name}", ids)


def _event(account: str, event: Any) -> list[Item]:
    source = inner(event, "source")
    type_ = text_of(event.get("type")) if isinstance(event, dict) else None
    if type_ is None:
        raise _missing("events.type")
    contact = next((found for name in _NAMES if (found := opaque("line", text_of(source.get(name))))), None)
    stamp = text_of(event.get("timestamp")) or ""
    told = Told(account, text_of(event.get("webhookEventId")) or "", type_, event, contact, stamp)
    return _READERS.get(type_, _other)(told)


_NAMES = ("userId", "groupId", "roomId")


def _item(told: Told, meaning: Meaning, provider_id: str, content: Content, **more: Any) -> Item:
    ours = f"line:{told.account or 'unknown'}"
    return Item(
        meaning=meaning,
        account=told.account,
        provider_id=provider_id,
        event=told.id,
        kind=more.pop("kind", told.type),
        moment=more.pop("moment", told.stamp),
        contact=more.pop("contact", told.contact),
        ours=ours,
        direction="inbound",
        claims=(told.account, "", ours),
        provider_time=unix(told.event.get("timestamp")),
        content=content,
        **more,
    )


def _somebody(told: Told, *ids: str) -> Address:
    if told.contact is None:
        raise _missing("source.userId", *ids)
    return told.contact


def _own_id(told: Told) -> str:
    """For what is no message."""
    return told.id or f"{told.type}:{told.contact.urn.partition(':')[2] if told.contact else told.account}:{told.stamp}"


def _around(told: Told, *names: str) -> dict[str, Any]:
    """What stands beside the event itself: how to answer it, whether another app has the chat, which group it was in."""
    fields = without(told.event, *_FRAME, *names)
    if fields.get("mode") == "active":
        del fields["mode"]
    if inner(fields, "deliveryContext").get("isRedelivery") is not True:
        fields.pop("deliveryContext", None)
    source = inner(told.event, "source")
    return fields if source.get("type") == "user" else fields | {"source": source}


def _message(told: Told) -> list[Item]:
    message = inner(told.event, "message")
    id_ = text_of(message.get("id"))
    if id_ is None:
        raise _missing("message.id")
    _somebody(told, id_)
    type_, text = text_of(message.get("type")) or "", message.get("text")
    content = Content(
        kind=KINDS.get(type_, "other"),
        text=text if type(text) is str else None,
        attachments=(_file(message, id_),) if type_ in _FILES else (),
        fields=without(message, *_NORMALISED) | _around(told, "message"),
        location=place(
            message.get("latitude"),
            message.get("longitude"),
            text_of(message.get("title")),
            text_of(message.get("address")),
        ),
    )
    answered = text_of(message.get("quotedMessageId"))
    return [_item(told, "message.received", id_, content, kind=f"message:{type_}", moment="", in_reply_to=answered)]


def _file(message: Mapping[str, Any], id_: str) -> Attachment:
    size = message.get("fileSize")
    elsewhere = text_of(inner(message, "contentProvider").get("originalContentUrl"))
    return Attachment(
        elsewhere or f"https://api-data.line.me/v2/bot/message/{id_}/content",
        name=text_of(message.get("fileName")),
        size=size if type(size) is int and size >= 0 else None,
    )


def _postback(told: Told) -> list[Item]:
    """A button, a picked date, a menu that was switched. What the person saw LINE does not say."""
    _somebody(told)
    payload = text_of(inner(told.event, "postback").get("data"))
    fields = without(inner(told.event, "postback"), "data") | _around(told, "postback")
    content = Content(kind="interactive", fields=fields, answer=Answer("button", payload))
    return [_item(told, "message.received", _own_id(told), content)]


def _unsent(told: Told) -> list[Item]:
    id_ = text_of(inner(told.event, "unsend").get("messageId"))
    if id_ is None:
        raise _missing("unsend.messageId")
    _somebody(told, id_)
    content = Content(kind="event", fields=_around(told, "unsend"))
    return [_item(told, "message.deleted", id_, content, message=id_)]


def _consented(told: Told) -> list[Item]:
    _somebody(told)
    content = Content(kind="event", fields=_around(told))
    return [_item(told, "consent.changed", _own_id(told), content, consent=CONSENT[told.type])]


def _members(told: Told) -> list[Item]:
    """Who came into a group or left it, one by one."""
    members = listed(inner(told.event, "joined") or inner(told.event, "left"), "members")
    who = [found for each in members if (found := opaque("line", text_of(inner(each).get("userId"))))]
    content = Content(kind="event", fields=_around(told, "joined", "left"))
    return [_item(told, "unknown", _own_id(told), content, contact=one, moment=one.urn) for one in who] or _other(told)


def _other(told: Told) -> list[Item]:
    """A beacon, a linked account, a membership, the account's own affairs, or what LINE thinks of tomorrow."""
    meaning: Meaning = "account.event" if told.type in ACCOUNT else "unknown"
    return [_item(told, meaning, _own_id(told), Content(kind="event", fields=_around(told)))]


_READERS: Mapping[str, Callable[[Told], list[Item]]] = {
    "message": _message,
    "postback": _postback,
    "unsend": _unsent,
    "follow": _consented,
    "unfollow": _consented,
    "memberJoined": _members,
    "memberLeft": _members,
}


def _build(fields: Mapping[str, str], token: str) -> str:
    from_, body = needed(fields, "from_number", "body")
    message = {"id": str(int(token, 16) % 10**18), "type": "text", "text": body}
    source = {"type": "user", "userId": from_.lstrip("+")}
    return request({"type": "message", "webhookEventId": token, "source": source, "message": message})


PROVIDER = Provider(
    channel="line",
    label="LINE",
    name="bot",
    source=(
        "https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects",
        "https://developers.line.biz/en/reference/messaging-api/#get-content",
        "https://github.com/line/line-openapi/blob/main/webhook.yml",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    build={"message_received": _build},
    headers=frozenset({"x-line-signature"}),
    signatures=(Signature("LINE_CHANNEL_SECRET", "line"),),
    not_covered=(
        "deliveries and reads of what an account sends: LINE tells none, save for notification messages by telephone number (unknown)",
        "the name of who writes: it is not in the event, only behind the profile API",
    ),
)
