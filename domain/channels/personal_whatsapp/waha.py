"""WAHA (WhatsApp HTTP API): one event per post, whatever engine it runs on.

Sources, read 2026-11: waha.devlike.pro/docs/how-to/receive-messages, /how-to/events, /how-to/webhooks; github.com/devlikeapro/waha,
src/structures (responses, webhooks, enums, calls).

    {"id": "evt_01", "timestamp": 1796119644123, "event": "message", "session": "default", "engine": "NOWEB",
     "me": {"id": "14155550100@c.us", "pushName": "Acme"},
     "payload": {"id": "false_14155550123@c.us_3EB0A1", "timestamp": 1796119644, "from": "14155550123@c.us", "fromMe": false,
                 "to": "14155550100@c.us", "body": "Is my table ready?", "hasMedia": false, "ack": 1, "ackName": "SERVER"}}

`message` tells what others write, `message.any` all; who subscribes to both is told twice. WAHA's ids are made of direction, chat,
WhatsApp's own id and, in groups, the participant; its own id alone is the same under all of a person's addresses (T-07).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.channels.personal_whatsapp.told import Told, account_event, item_of, missing
from domain.channels.personal_whatsapp.waha_examples import EXAMPLES
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
    text_of,
    texts,
    without,
)
from domain.provider_time import unix
from schemas.meanings import Meaning
from schemas.values import Answer, Attachment, Call, Content, MessageStatus, StatusReport

PERSONAL = frozenset(
    "id messageId me from to participant author chatId body media mediaUrl url filename location vCards pushName notifyName _data "
    "replyTo reaction selectedOptions ids lid before after name".split()
)
"""WAHA's ids of messages are made with the chat's number."""
_ACKS: Mapping[str, MessageStatus] = {
    "-1": MessageStatus.FAILED,
    "0": MessageStatus.QUEUED,
    "1": MessageStatus.SENT,
    "2": MessageStatus.DELIVERED,
    "3": MessageStatus.READ,
    "4": MessageStatus.PLAYED,
}
_CALLS: Mapping[str, Meaning] = {
    "call.received": "call.incoming",
    "call.accepted": "call.answered",
    "call.rejected": "call.busy",
}
_OURS = frozenset(
    "session.status state.change group.join group.leave group.v2.join group.v2.leave group.v2.update group.v2.participants "
    "chat.archive label.upsert label.deleted label.chat.added label.chat.deleted poll.vote.failed message.waiting engine.event".split()
)
"""Events about the telephone, its groups and its chats."""
_NORMALISED = (
    "id timestamp from fromMe to participant author body hasMedia media mediaUrl ack ackName location replyTo _data reaction "
    "editedMessageId chatId"
).split()


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The one event in a body. Raises Invalid, or Nothing for what nothing follows from."""
    if not recognises(data):
        raise missing("payload")
    event, payload = data["event"], inner(data, "payload")
    account, me = text_of(data.get("session")) or "", text_of(inner(data, "me").get("id")) or ""
    if event == "presence.update":
        raise Nothing("presence")
    reader = _READERS.get(event) or (_call if event in _CALLS else None)
    time = unix(payload.get("timestamp")) or unix(data.get("timestamp"))
    if reader is None:
        moment = text_of(data.get("id")) or text_of(data.get("timestamp")) or ""
        status = text_of(payload.get("status"))
        kind = f"{event}:{status.lower()}" if status else event
        rest = without(payload, "_data")
        return [account_event("waha", account, me, kind, moment, time, rest, known=event in _OURS)]
    return [item_of("waha", _with(reader(event, payload), account, me, time))]


def _with(told: dict[str, Any], account: str, me: str, time: str | None) -> Told:
    return Told(account=account, me=me, time=time, **told)


def _where(payload: dict[str, Any]) -> dict[str, Any]:
    """Who, where and in which direction. `from` is the chat, save for what we write ourselves: then it is `to`."""
    from_me = payload.get("fromMe") is True
    key = inner(payload, "_data", "key")
    hidden = (key.get("remoteJidAlt"), key.get("senderPn"), key.get("participantAlt"), key.get("participantPn"))
    return {
        "chat": text_of(payload.get("to" if from_me else "from")) or "",
        "sender": text_of(payload.get("participant")) or text_of(payload.get("author")) or "",
        "also": tuple(text for each in hidden if (text := text_of(each)) and "@g.us" not in text),
        "from_me": from_me,
        "name": text_of(inner(payload, "_data").get("pushName")) or text_of(inner(payload, "_data").get("notifyName")),
    }


def _own_id(id_: Any) -> str:
    """WhatsApp's own id in one of WAHA's; what is no such id is one already."""
    text = text_of(id_) or ""
    parts = text.split("_")
    return parts[2] if len(parts) >= 3 and parts[0] in ("true", "false") else text


def _message(event: str, payload: dict[str, Any]) -> dict[str, Any]:
    reply = _own_id(inner(payload, "replyTo").get("id"))
    return {
        "what": "message",
        "kind": "message",
        "id": _own_id(payload.get("id")),
        "reply_to": reply or None,
        "content": _content(payload),
        **_where(payload),
    }


def _edited(event: str, payload: dict[str, Any]) -> dict[str, Any]:
    target = _target(payload, payload.get("editedMessageId"), "editedMessageId")
    return _message(event, payload) | {"what": "edit", "kind": event, "target": target}


def _revoked(event: str, payload: dict[str, Any]) -> dict[str, Any]:
    """`before` is the message that was taken back, where it is still known; `after` what stands in its place."""
    before, after = inner(payload, "before"), inner(payload, "after")
    target = _target(after, payload.get("revokedMessageId") or before.get("id"), "revokedMessageId")
    return {
        "what": "delete",
        "kind": event,
        "id": _own_id(after.get("id")) or target,
        "target": target,
        "content": Content(kind="event"),
        **_where(before or after),
    }


def _reaction(event: str, payload: dict[str, Any]) -> dict[str, Any]:
    """An empty text takes the reaction back."""
    reaction = inner(payload, "reaction")
    return {
        "what": "reaction",
        "kind": event,
        "id": _own_id(payload.get("id")),
        "target": _target(payload, reaction.get("messageId"), "messageId"),
        "content": Content(kind="reaction", text=text_of(reaction.get("text"))),
        **_where(payload),
    }


def _ack(event: str, payload: dict[str, Any]) -> dict[str, Any]:
    """How far a message of ours got. That we have read one of theirs says nothing."""
    if payload.get("fromMe") is False:
        raise Nothing("own_receipt")
    ack = text_of(payload.get("ack")) or ""
    name, known = (text_of(payload.get("ackName")) or ack or "unknown").lower(), _ACKS.get(ack)
    failed = known is MessageStatus.FAILED
    rest = without(payload, *_NORMALISED)
    return {
        "what": "status",
        "kind": name,
        "id": _own_id(payload.get("id")),
        "meaning": None if known else "unknown",
        "status": StatusReport(known.value, name, category="other" if failed else None) if known else None,
        "content": Content(kind="status" if known else "event", fields=rest),
        **_where(payload | {"fromMe": True}),
    }


def _vote(event: str, payload: dict[str, Any]) -> dict[str, Any]:
    """What somebody chose in a poll; nothing chosen takes the vote back."""
    vote, poll = inner(payload, "vote"), inner(payload, "poll")
    chosen = ", ".join(text for each in listed(vote, "selectedOptions") if (text := text_of(each))) or None
    return {
        "what": "message",
        "kind": event,
        "id": _own_id(vote.get("id")) or text_of(payload.get("id")) or "",
        "reply_to": _own_id(poll.get("id")) or None,
        "content": Content(kind="interactive", text=chosen, answer=Answer("list", title=chosen)),
        **_where(vote),
    }


def _call(event: str, payload: dict[str, Any]) -> dict[str, Any]:
    meaning = _CALLS[event]
    fields = without(payload, "id", "from", "timestamp", "_data")
    return {
        "what": "call",
        "kind": event,
        "id": text_of(payload.get("id")) or "",
        "meaning": meaning,
        "call": Call(meaning.removeprefix("call.")),
        "content": Content(kind="event", fields=fields),
        **_where(payload),
    }


_READERS: Mapping[str, Callable[[str, dict[str, Any]], dict[str, Any]]] = {
    "message": _message,
    "message.any": _message,
    "message.edited": _edited,
    "message.revoked": _revoked,
    "message.reaction": _reaction,
    "message.ack": _ack,
    "message.ack.group": _ack,
    "poll.vote": _vote,
}


def _target(payload: dict[str, Any], told: Any, name: str) -> str:
    target = _own_id(told)
    if not target:
        raise missing(name, *([id_] if (id_ := _own_id(payload.get("id"))) else []))
    return target


def _content(payload: dict[str, Any]) -> Content:
    spot, media = inner(payload, "location"), texts(payload.get("media"))
    where = _place(spot)
    url = media.get("url") or text_of(payload.get("mediaUrl"))
    mime = media.get("mimetype")
    attachments = (Attachment(url, mime, media.get("filename"), voice=_is_voice(payload)),) if url else ()
    rest = without(payload, *_NORMALISED)
    main = (mime or "").partition("/")[0]
    if where:
        kind = "location"
    elif listed(payload, "vCards"):
        kind = "contact"
    elif attachments or payload.get("hasMedia") is True:
        kind = main if main in ("image", "audio", "video") else "document"
    else:
        kind = "text"
    return Content(kind=kind, text=text_of(payload.get("body")), attachments=attachments, fields=rest, location=where)


def _place(spot: dict[str, Any]) -> Any:
    """WAHA writes degrees as text."""
    try:
        latitude, longitude = (float(text_of(spot.get(name)) or "") for name in ("latitude", "longitude"))
    except ValueError:
        return None
    return place(latitude, longitude, text_of(spot.get("description")))


def _is_voice(payload: dict[str, Any]) -> bool:
    return inner(payload, "_data", "message", "audioMessage").get("ptt") is True


def recognises(data: Any) -> bool:
    return isinstance(data, dict) and type(data.get("event")) is str and "session" in data and "payload" in data


PROVIDER = Provider(
    channel="personal_whatsapp",
    label="WhatsApp",
    name="waha",
    source=(
        "https://waha.devlike.pro/docs/how-to/receive-messages",
        "https://waha.devlike.pro/docs/how-to/events",
        "https://github.com/devlikeapro/waha/tree/core/src/structures",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    headers=frozenset({"x-webhook-hmac"}),
    signatures=(Signature("waha_hmac_key", "hmac", {"header": "X-Webhook-Hmac", "digest": "sha512"}),),
)
