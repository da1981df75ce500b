"""What Baileys and Evolution have in common beside the message itself: keys, receipts and calls."""

from collections.abc import Mapping
from typing import Any

from domain.channels.personal_whatsapp.protocol import Said, said
from domain.channels.personal_whatsapp.told import Told, missing
from domain.channels.provider import Nothing, inner, text_of
from domain.provider_time import iso, unix
from schemas.meanings import Meaning
from schemas.values import Call, Content, MessageStatus, StatusReport

STATUS: Mapping[str, MessageStatus] = {
    "0": MessageStatus.FAILED,
    "1": MessageStatus.QUEUED,
    "2": MessageStatus.SENT,
    "3": MessageStatus.DELIVERED,
    "4": MessageStatus.READ,
    "5": MessageStatus.PLAYED,
    "error": MessageStatus.FAILED,
    "pending": MessageStatus.QUEUED,
    "server_ack": MessageStatus.SENT,
    "delivery_ack": MessageStatus.DELIVERED,
    "read": MessageStatus.READ,
    "played": MessageStatus.PLAYED,
}
"""Numbers and names of one enumeration of the protocol."""
_NAMES = ("error", "pending", "server_ack", "delivery_ack", "read", "played")

CALLS: Mapping[str, Meaning] = {
    "offer": "call.incoming",
    "ringing": "call.ringing",
    "accept": "call.answered",
    "reject": "call.busy",
    "timeout": "call.no_answer",
    "terminate": "call.completed",
}
PRESENCE = frozenset(
    {"presence.update", "contacts.update", "contacts.upsert", "contacts.set", "chats.update", "chats.set"}
)
"""Who is typing or online, and address books and lists of chats kept in step: nothing was said."""


def where(key: dict[str, Any], account: str, me: str) -> Told:
    """Who, where and in which direction, by a message's key."""
    also = (
        key.get("remoteJidAlt"),
        key.get("senderPn"),
        key.get("senderLid"),
        key.get("participantAlt"),
        key.get("participantPn"),
    )
    return Told(
        what="message",
        kind="message",
        account=account,
        me=me,
        id=text_of(key.get("id")) or "",
        chat=text_of(key.get("remoteJid")) or "",
        sender=text_of(key.get("participant")) or "",
        also=tuple(text for each in also if (text := text_of(each)) and not text.endswith("@g.us")),
        from_me=key.get("fromMe") is True,
    )


def message(data: dict[str, Any], account: str, me: str, media_url: str | None = None) -> Told:
    """A message with its key. Raises Nothing for what says nothing, Invalid where it is about a message that is not named."""
    told = where(inner(data, "key"), account, me)
    name, time = text_of(data.get("pushName")), time_of(data.get("messageTimestamp"))
    return with_said(told, said(data.get("message"), media_url), name, time)


def with_said(told: Told, found: Said, name: str | None, time: str | None) -> Told:
    """The same with what was said. An edit and a deletion are told twice, by themselves and as a change of the message: both are
    known by the message, and an edit by what it says from then on."""
    if not found.what:
        raise Nothing(found.kind)
    about = found.what != "message"
    if about and not found.target:
        raise missing("key", *([told.id] if told.id else []))
    changed = found.what in ("edit", "delete")
    return Told(
        what=found.what,
        kind=found.kind,
        account=told.account,
        me=told.me,
        id=found.target if changed else told.id,
        target=found.target,
        moment=(found.content.text or "") if found.what == "edit" else "",
        chat=told.chat,
        sender=told.sender,
        also=told.also,
        from_me=told.from_me,
        name=name,
        time=time,
        reply_to=found.reply_to,
        content=found.content,
    )


def receipt(told: Told, status: Any, time: str | None, fields: dict[str, Any]) -> Told:
    """How far a message of ours got. Raises Nothing for one of theirs: that we have read it says nothing."""
    if not told.from_me:
        raise Nothing("own_receipt")
    name = (text_of(status) or "unknown").lower()
    known = STATUS.get(name)
    if name.isdigit() and known is not None:
        name = _NAMES[int(name)]
    failed = known is MessageStatus.FAILED
    return Told(
        what="status",
        kind=name,
        meaning=None if known else "unknown",
        account=told.account,
        me=told.me,
        id=told.id,
        chat=told.chat,
        sender=told.sender,
        also=told.also,
        from_me=True,
        time=time,
        status=StatusReport(known.value, name, time=time, category="other" if failed else None) if known else None,
        content=Content(kind="status" if known else "event", fields=fields),
    )


def call(data: dict[str, Any], account: str, me: str) -> Told:
    """A call to us."""
    status = (text_of(data.get("status")) or "unknown").lower()
    meaning = CALLS.get(status, "unknown")
    video = {"isVideo": True} if data.get("isVideo") is True else {}
    return Told(
        what="call",
        kind=f"call:{status}",
        account=account,
        me=me,
        id=text_of(data.get("id")) or "",
        chat=text_of(data.get("from")) or text_of(data.get("chatId")) or "",
        also=tuple(text for name in ("callerPn", "chatId") if (text := text_of(data.get(name)))),
        time=time_of(data.get("date")),
        meaning=meaning,
        call=None if meaning == "unknown" else Call(meaning.removeprefix("call.")),
        content=Content(kind="event", fields=video),
    )


def time_of(value: Any) -> str | None:
    """A number, its text, a text of JSON's dates, or the two halves of a long one."""
    if isinstance(value, dict):
        value = value.get("low")
    return unix(value) or (iso(value) if type(value) is str else None)
