"""What one item of Meta's messaging webhooks tells. Sources as in meta.py."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from domain.addresses import Address
from domain.channels.meta_messages import content_of, postback_of
from domain.channels.provider import Invalid, Item, inner, listed, text_of, without
from domain.provider_time import iso, unix
from schemas.meanings import Meaning
from schemas.values import Answer, Content, MessageStatus, StatusReport


class Platform(NamedTuple):
    """One of Meta's messengers. object: what it calls itself in a post; scheme: of its people's addresses."""

    label: str
    object: str
    scheme: str


class Told(NamedTuple):
    """One item and whose it is. account: page or professional account. person: who it is about; None where nobody is named. out: we
    (or somebody of ours in Meta's own apps) did it. stamp: its time as sent."""

    platform: Platform
    account: str
    person: Address | None
    out: bool
    standby: bool
    stamp: str
    time: str | None
    item: Mapping[str, Any]


_ENVELOPE = ("sender", "recipient", "timestamp")


def time_of(stamp: Any) -> str | None:
    """Milliseconds, seconds, or a text that is a time."""
    return unix(stamp) or (iso(stamp) if type(stamp) is str else None)


def missing(platform: Platform, name: str, *ids: str) -> Invalid:
    """What to raise where something is missing without which nothing is meant."""
    return Invalid("missing_field", f"{platform.label} event missing required field: {name}", ids)


def events_of(told: Told) -> list[Item]:
    """What an item tells; nothing where it holds nothing. Raises Invalid."""
    for name, read in _READERS.items():
        if told.item.get(name):
            return read(told, inner(told.item, name))
    other = next((name for name, value in told.item.items() if name not in _ENVELOPE and value), None)
    if other is None:
        return []
    meaning: Meaning = "account.event" if other in ACCOUNT else "unknown"
    content = Content(kind="event", fields=without(told.item, *_ENVELOPE))
    return [item_of(told, meaning, _own_id(told, other), other, content, person=told.person, moment=told.stamp)]


ACCOUNT = frozenset({"app_roles", "policy_enforcement"})
"""What is about the page and no person. Who may answer a person (`pass_thread_control` and its kin) is kept under the person."""


def _own_id(told: Told, kind: str) -> str:
    """For what Meta gives no id: nobody does the same thing twice in one millisecond."""
    who = told.person.urn.partition(":")[2] if told.person else told.account
    return f"{kind}:{who}:{told.stamp}"


def item_of(
    told: Told, meaning: Meaning, provider_id: str, kind: str, content: Content, *, person: Address | None, **more: Any
) -> Item:
    """The item with everything that `told` says. more: the fields that only some have."""
    ours = f"{told.platform.scheme}:{told.account or 'unknown'}"
    return Item(
        meaning=meaning,
        account=told.account,
        provider_id=provider_id,
        kind=kind,
        contact=person,
        ours=ours,
        direction=more.pop("direction", "outbound" if told.out else "inbound"),
        claims=(told.account, "", ours),
        provider_time=more.pop("time", told.time),
        content=content,
        **more,
    )


def _somebody(told: Told, *ids: str) -> Address:
    if told.person is None:
        raise missing(told.platform, "recipient.id" if told.out else "sender.id", *ids)
    return told.person


def _needed(told: Told, value: Mapping[str, Any], event: str, name: str) -> str:
    found = text_of(value.get(name))
    if found is None:
        raise missing(told.platform, f"{event}.{name}")
    return found


def _message(told: Told, message: dict[str, Any]) -> list[Item]:
    mid = _needed(told, message, "message", "mid")
    person = _somebody(told, mid)
    if message.get("is_deleted") is True:
        gone = Content(kind="event", fields=without(message, "mid", "is_deleted", "is_echo"))
        return [item_of(told, "message.deleted", mid, "message:deleted", gone, person=person, message=mid)]
    reply = inner(message, "reply_to")
    return [
        item_of(
            told,
            "message.echoed" if told.out else "message.received",
            mid,
            "message:echo" if told.out else "message",
            content_of(message, _around(told, "message")),
            person=person,
            in_reply_to=text_of(reply.get("mid")) or text_of(inner(reply, "story").get("id")),
        )
    ]


def _around(told: Told, name: str) -> dict[str, Any]:
    """What stands beside the event itself."""
    beside = without(told.item, name, *_ENVELOPE)
    return beside | {"standby": True} if told.standby else beside


def _edited(told: Told, edit: dict[str, Any]) -> list[Item]:
    mid = _needed(told, edit, "message_edit", "mid")
    moment = f"{text_of(edit.get('num_edit')) or ''}|{told.stamp}"
    text = edit.get("text")
    said = Content(text=text if type(text) is str else None, fields=without(edit, "mid", "text"))
    person = _somebody(told, mid)
    return [item_of(told, "message.edited", mid, "message_edit", said, person=person, message=mid, moment=moment)]


def _reacted(told: Told, reaction: dict[str, Any]) -> list[Item]:
    mid = _needed(told, reaction, "reaction", "mid")
    person = _somebody(told, mid)
    action = text_of(reaction.get("action")) or "react"
    emoji = text_of(reaction.get("emoji")) or text_of(reaction.get("reaction"))
    said = Content(
        kind="reaction",
        text=emoji if action == "react" else None,
        fields=without(reaction, "mid", "emoji", "action"),
    )
    moment = f"{told.stamp}|{person.urn}"
    kind = f"reaction:{action}"
    return [item_of(told, "message.reaction", mid, kind, said, person=person, message=mid, moment=moment)]


def _delivered(told: Told, delivery: dict[str, Any]) -> list[Item]:
    """One report per message that is named; where none is, everything up to the watermark is meant."""
    mids = [mid for each in listed(delivery, "mids") if (mid := text_of(each))]
    return _reported(told, delivery, "delivery", MessageStatus.DELIVERED, mids)


def _seen(told: Told, read: dict[str, Any]) -> list[Item]:
    mid = text_of(read.get("mid"))
    return _reported(told, read, "read", MessageStatus.READ, [mid] if mid else [])


def _reported(told: Told, value: dict[str, Any], kind: str, status: MessageStatus, mids: list[str]) -> list[Item]:
    person = _somebody(told, *mids)
    watermark = text_of(value.get("watermark"))
    until = time_of(value.get("watermark"))
    time = told.time or until
    if not mids and (watermark is None or until is None):
        raise missing(told.platform, f"{kind}.watermark")
    return [
        item_of(
            told,
            "message.status",
            mid,
            kind,
            Content(kind="status", fields=without(value, "mids", "mid")),
            person=person,
            direction="outbound",
            time=time,
            moment=f"{watermark or told.stamp}|{person.urn}",
            until=None if mids else until,
            status=StatusReport(status.value, kind, time=time),
        )
        for mid in mids or [f"watermark:{watermark}"]
    ]


def _postback(told: Told, postback: dict[str, Any]) -> list[Item]:
    """A button that was tapped. The one that opens a conversation, or one behind a link or an ad, tells whence somebody comes."""
    person = _somebody(told)
    mid = text_of(postback.get("mid")) or _own_id(told, "postback")
    opened = inner(postback, "referral") or _starts(text_of(postback.get("payload")))
    content = postback_of(postback, _around(told, "postback"))
    return [
        item_of(told, "referral.received" if opened else "message.received", mid, "postback", content, person=person)
    ]


def _starts(payload: str | None) -> bool:
    """The payload of the start button is set by whoever sets the page up; this is what everybody calls it, after Meta's examples."""
    return (payload or "").lower().replace("_", "").replace(" ", "").startswith("getstarted")


def _optin(told: Told, optin: dict[str, Any]) -> list[Item]:
    """Somebody came by a plugin, or said yes or no to notifications."""
    person = _somebody(told)
    type_ = text_of(optin.get("type"))
    kind = f"optin:{type_}" if type_ else "optin"
    content = Content(
        kind="event",
        fields=without(optin, "type", "payload", "title"),
        answer=_answer(optin),
    )
    if type_ != "notification_messages":
        return [item_of(told, "referral.received", _own_id(told, kind), kind, content, person=person)]
    stopped = optin.get("notification_messages_status") == "STOP_NOTIFICATIONS"
    consent = ("opted_out" if stopped else "opted_in", "subscription")
    kind = f"{kind}:{'stopped' if stopped else 'started'}"
    return [item_of(told, "consent.changed", _own_id(told, kind), kind, content, person=person, consent=consent)]


def _answer(optin: Mapping[str, Any]) -> Answer | None:
    payload, title = text_of(optin.get("payload")), text_of(optin.get("title"))
    return Answer("button", payload, title) if payload or title else None


def _referred(told: Told, referral: dict[str, Any]) -> list[Item]:
    person = _somebody(told)
    content = Content(kind="event", fields=without(referral) | _around(told, "referral"))
    return [item_of(told, "referral.received", _own_id(told, "referral"), "referral", content, person=person)]


_READERS: Mapping[str, Callable[[Told, dict[str, Any]], list[Item]]] = {
    "message": _message,
    "postback": _postback,
    "message_edit": _edited,
    "reaction": _reacted,
    "delivery": _delivered,
    "read": _seen,
    "optin": _optin,
    "referral": _referred,
}
