"""Our own payload for a bridge to a personal WhatsApp: what a bridge of one's own should send. One object per post, or an array of them.

Written 2026-11 for this project; names of addresses are WhatsApp's (docs: waha.devlike.pro/docs/how-to/receive-messages).

    {"bridge": 1, "kind": "message", "account": "front-desk", "me": "14155550100@s.whatsapp.net", "id": "3EB0A1", "time": 1796119644,
     "chat": "14155550123@s.whatsapp.net", "name": "Ann", "text": "Is my table ready?"}
    {"bridge": 1, "kind": "status", "account": "front-desk", "id": "3EB0B2", "chat": "14155550123@s.whatsapp.net", "status": "read"}

In every one: kind (message, status, reaction, edit, delete, account), account (the bridge's name of the telephone), id (WhatsApp's of the
message; of an edit, a deletion or a reaction its own), chat. Where it applies: me (the telephone's address), event (the bridge's own id of
the event), time (Unix or RFC 3339), sender (who, in a group), also (a list of other addresses of the sender), from_me, name, target (the
message that a reaction, an edit or a deletion is about), text, emoji (none takes the reaction back), reply_to, forwarded, media (a list of
url or id, type, name, size, voice), sticker, location (latitude, longitude, name, address), contacts (vCards), answer (kind button or
list, id, title), status (queued, sent, delivered, read, played, failed) with error (code, text), what (of account: what happened).
Signed with HMAC-SHA256 of the body in `X-Signature`, hexadecimal.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from domain.channels.personal_whatsapp.bridge_examples import EXAMPLES, told_of
from domain.channels.personal_whatsapp.told import Told, account_event, item_of, missing
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
    listed,
    needed,
    text_of,
    texts,
    without,
)
from domain.provider_time import iso, unix
from schemas.values import Answer, Attachment, Content, MessageStatus, StatusReport

PERSONAL = frozenset("me chat sender also name text emoji media location contacts answer error reply_to target".split())
_NORMALISED = (
    "bridge kind account me id event time chat sender also from_me name target text emoji reply_to media sticker location answer "
    "status error"
).split()
_STATUS: Mapping[str, MessageStatus] = {
    each.value: each
    for each in (
        MessageStatus.QUEUED,
        MessageStatus.SENT,
        MessageStatus.DELIVERED,
        MessageStatus.READ,
        MessageStatus.PLAYED,
        MessageStatus.FAILED,
    )
}
_ANSWERS: Mapping[str, Literal["button", "list"]] = {"button": "button", "list": "list"}


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """One item per object. Raises Invalid for what is none, Nothing where nothing follows from any."""
    found: list[Item | Invalid] = []
    why = "empty"
    for each in data if isinstance(data, list) else [data]:
        try:
            found.append(_item(each))
        except Invalid as invalid:
            found.append(Invalid(invalid.reason, str(invalid), invalid.provider_ids, len(found)))
        except Nothing as nothing:
            why = nothing.why
    if not found:
        raise Nothing(why)
    return found


def _item(data: Any) -> Item:
    if not isinstance(data, dict):
        raise missing("kind")
    fields = texts(data)
    kind = fields.get("kind")
    if kind is None:
        raise missing("kind")
    time = unix(data.get("time")) or iso(fields.get("time", ""))
    account, me = fields.get("account", ""), fields.get("me", "")
    if kind == "account" or kind not in _READERS:
        what = fields.get("what")
        moment = "|".join(fields.get(name, "") for name in ("event", "id", "time"))
        rest = without(data, *_NORMALISED)
        kind_ = f"{kind}:{what}" if what else kind
        return account_event("bridge", account, me, kind_, moment, time, rest, known=kind == "account")
    said = _READERS[kind](data, fields, time)
    return item_of(
        "bridge",
        msgspec.structs.replace(
            said,
            account=account,
            me=me,
            id=fields.get("id", ""),
            event=fields.get("event", ""),
            chat=fields.get("chat", ""),
            sender=fields.get("sender", ""),
            also=tuple(text for each in listed(data, "also") if (text := text_of(each))),
            from_me=data.get("from_me") is True,
            name=fields.get("name"),
            time=time,
            reply_to=fields.get("reply_to"),
        ),
    )


def _message(data: dict[str, Any], fields: Mapping[str, str], time: str | None) -> Told:
    return Told(what="message", kind="message", content=_content(data, fields))


def _status(data: dict[str, Any], fields: Mapping[str, str], time: str | None) -> Told:
    name = fields.get("status", "unknown").lower()
    known = _STATUS.get(name)
    if known is None:
        return Told(what="status", kind=name, meaning="unknown", content=Content(kind="event", fields=_rest(data)))
    error = texts(data.get("error"))
    failed = known is MessageStatus.FAILED
    report = StatusReport(
        known.value, name, error.get("code"), impersonal(error.get("text")), time, "other" if failed else None
    )
    content = Content(kind="status", fields=_rest(data))
    return Told(what="status", kind=name, status=report, moment=time or "", content=content)


def _reaction(data: dict[str, Any], fields: Mapping[str, str], time: str | None) -> Told:
    content = Content(kind="reaction", text=fields.get("emoji"), fields=_rest(data))
    return Told(what="reaction", kind="reaction", target=_target(fields), content=content)


def _edit(data: dict[str, Any], fields: Mapping[str, str], time: str | None) -> Told:
    return Told(what="edit", kind="edit", target=_target(fields), content=_content(data, fields))


def _delete(data: dict[str, Any], fields: Mapping[str, str], time: str | None) -> Told:
    content = Content(kind="event", fields=_rest(data))
    return Told(what="delete", kind="delete", target=_target(fields), content=content)


_READERS = {"message": _message, "status": _status, "reaction": _reaction, "edit": _edit, "delete": _delete}


def _rest(data: dict[str, Any]) -> dict[str, Any]:
    return without(data, *_NORMALISED)


def _target(fields: Mapping[str, str]) -> str:
    if "target" not in fields:
        raise missing("target", *([fields["id"]] if "id" in fields else []))
    return fields["target"]


def _content(data: dict[str, Any], fields: Mapping[str, str]) -> Content:
    attachments = tuple(found for each in listed(data, "media") if (found := _attachment(each)) is not None)
    spot, chosen = inner(data, "location"), texts(data.get("answer"))
    named = texts(spot)
    where = place(spot.get("latitude"), spot.get("longitude"), named.get("name"), named.get("address"))
    answer = None
    if chosen:
        answer = Answer(_ANSWERS.get(chosen.get("kind", ""), "button"), chosen.get("id"), chosen.get("title"))
    rest = _rest(data)
    return Content(
        kind="location"
        if where
        else "interactive"
        if answer
        else "contact"
        if "contacts" in rest
        else "sticker"
        if data.get("sticker") is True
        else _medium(attachments),
        text=fields.get("text") or (answer.title if answer else None),
        attachments=attachments,
        fields=rest,
        location=where,
        answer=answer,
    )


def _attachment(data: Any) -> Attachment | None:
    told = texts(data)
    reference = told.get("url") or told.get("id")
    if reference is None:
        return None
    size = data.get("size")
    return Attachment(
        reference,
        told.get("type"),
        told.get("name"),
        size if type(size) is int and 0 <= size < 2**53 else None,
        voice=data.get("voice") is True,
    )


def _medium(attachments: Sequence[Attachment]) -> str:
    if not attachments:
        return "text"
    main = (attachments[0].content_type or "").partition("/")[0]
    return main if main in ("image", "audio", "video") else "document"


def recognises(data: Any) -> bool:
    """The mark of our own form."""
    first = data[0] if isinstance(data, list) and data else data
    return isinstance(first, dict) and "bridge" in first and "kind" in first


def _build(fields: Mapping[str, str], token: str) -> str:
    from_, to, body = needed(fields, "from_number", "to_number", "body")
    told = told_of(token, me=f"{to.lstrip('+')}@s.whatsapp.net", chat=f"{from_.lstrip('+')}@s.whatsapp.net", text=body)
    return msgspec.json.encode(told).decode()


PROVIDER = Provider(
    channel="personal_whatsapp",
    label="WhatsApp",
    name="bridge",
    source=("https://waha.devlike.pro/docs/how-to/receive-messages",),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    signatures=(Signature("bridge_secret", "hmac"),),
    build={"message_received": _build},
)
