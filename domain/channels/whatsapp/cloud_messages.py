"""Messages that people write to us and what somebody of ours writes in the app; reactions, edits, deletions and what WhatsApp itself
says in a chat."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from msgspec.structs import replace

from domain.addresses import whatsapp
from domain.channels.provider import Item, Nothing, inner, listed, text_of, without
from domain.channels.whatsapp.cloud_account import error
from domain.channels.whatsapp.cloud_change import (
    NOBODY,
    Change,
    Party,
    item,
    missing,
    party,
    somebody,
    the_other,
)
from domain.channels.whatsapp.cloud_content import content_of
from domain.provider_time import unix
from schemas.meanings import Meaning
from schemas.values import Content

Direction = Literal["inbound", "outbound"]


def message(change: Change, told: dict[str, Any]) -> Item:
    """One of `messages`. Raises Invalid, or Nothing for what is not passed on."""
    id_ = text_of(told.get("id"))
    if id_ is None:
        failed = next((each for each in listed(told, "errors") if isinstance(each, dict)), None)
        if failed is None:
            raise missing("id")
        # Meta could not take the message: there is none that could be named.
        return error(change, failed | {"message": without(told, "errors")})
    type_ = text_of(told.get("type")) or "unknown"
    if type_ == "ephemeral":
        # Sent to disappear. WhatsApp does not hand on what such a message says; whatever stands in it was not meant to be kept.
        raise Nothing("ephemeral")
    if type_ == "system":
        return _system(change, told, id_)
    who = somebody(
        party(change, told.get("from"), told.get("from_user_id"), told.get("from_parent_user_id")), "from", told, id_
    )
    return _said(change, told, id_, type_, who, "inbound", type_)


def echo(change: Change, told: dict[str, Any]) -> Item:
    """One of `message_echoes`: written in the app, or by an agent of Meta's. Raises Invalid."""
    id_ = text_of(told.get("id"))
    if id_ is None:
        raise missing("id")
    type_ = text_of(told.get("type")) or "unknown"
    other = the_other(change, told, "to")
    who = party(change, told.get(other), told.get(f"{other}_user_id"), told.get(f"{other}_parent_user_id"))
    if who.contact is None and not text_of(told.get("group_id")):
        somebody(who, other, told, id_)
    return _said(change, told, id_, type_, who, "outbound", f"{change.field or 'message_echoes'}:{type_}")


class _Said(NamedTuple):
    """What a message comes to. message: the one that it is about; kind: where it is not the message's type."""

    meaning: Meaning
    content: Content
    message: str = ""
    kind: str = ""


def _said(
    change: Change, told: dict[str, Any], id_: str, type_: str, who: Party, direction: Direction, kind: str
) -> Item:
    special = _SPECIAL.get(type_)
    said = special(told, id_) if special else None
    if said is None:
        said = _Said("message.received" if direction == "inbound" else "message.echoed", content_of(told))
    content = said.content
    if change.field == "standby":
        # Another sender, Meta's agent, has the conversation: whoever answers should know.
        content = replace(content, fields=content.fields | {"standby": True})
    context = inner(told, "edit", "message", "context") or inner(told, "context")
    return item(
        change,
        who,
        meaning=said.meaning,
        provider_id=id_,
        kind=said.kind or kind,
        message=said.message,
        direction=direction,
        provider_time=unix(told.get("timestamp")),
        in_reply_to=text_of(context.get("id")),
        content=content,
    )


def _reaction(told: dict[str, Any], id_: str) -> _Said:
    """A reaction without an emoji takes back the one that was there."""
    reaction = inner(told, "reaction")
    content = Content(kind="reaction", text=text_of(reaction.get("emoji")), fields=_rest(told, "reaction"))
    return _Said("message.reaction", content, _target(reaction, "message_id", id_))


def _edited(told: dict[str, Any], id_: str) -> _Said:
    edit = inner(told, "edit")
    return _Said("message.edited", content_of(inner(edit, "message")), _target(edit, "original_message_id", id_))


def _deleted(told: dict[str, Any], id_: str) -> _Said:
    content = Content(kind="event", fields=_rest(told, "revoke"))
    return _Said("message.deleted", content, _target(inner(told, "revoke"), "original_message_id", id_))


def _welcome(told: dict[str, Any], id_: str) -> _Said:
    """The chat was opened for the first time, and nothing said yet."""
    return _Said("referral.received", Content(kind="event", fields=_rest(told)))


def _permission(told: dict[str, Any], id_: str) -> _Said | None:
    """A permission to call, given or refused: a consent of its own, which changes nothing about messages."""
    reply = inner(told, "interactive", "call_permission_reply")
    if not reply:
        return None
    response = text_of(reply.get("response")) or "unknown"
    fields = _rest(told, "interactive") | {"call_permission_reply": reply}
    kind = f"call_permission_reply:{response.lower()}"
    return _Said("consent.changed", Content(kind="event", fields=fields), kind=kind)


_SPECIAL: Mapping[str, Callable[[dict[str, Any], str], _Said | None]] = {
    "reaction": _reaction,
    "edit": _edited,
    "revoke": _deleted,
    "request_welcome": _welcome,
    "interactive": _permission,
}

_MOVED = frozenset({"user_changed_number", "user_changed_user_id", "customer_changed_number"})


def _system(change: Change, told: dict[str, Any], id_: str) -> Item:
    """A person has another number or user id. Who hides the number is known by the former user id."""
    system = inner(told, "system")
    type_ = text_of(system.get("type")) or "unknown"
    before = (told.get("from"), system.get("customer"), system.get("previous_user_id"))
    after = (system.get("wa_id"), system.get("new_wa_id"), system.get("user_id"))
    if type_ == "user_changed_user_id":
        before, after = tuple(reversed(before)), tuple(reversed(after))
    former, current = _urns(before), _urns(after)
    contact, *others = former or current or [""]
    successor = next((urn for urn in current if urn not in former), None)
    moved = type_ in _MOVED and bool(former) and successor is not None
    aliases = tuple(urn for urn in (*others, *current) if urn not in (contact, successor)) if moved else ()
    who = Party(whatsapp(contact), {}, aliases) if contact else NOBODY
    fields = _rest(told, "system") | {"system": without(system, "body")}
    return item(
        change,
        who,
        meaning="identity.changed" if moved else "unknown",
        provider_id=id_,
        kind=f"system:{type_}",
        direction="inbound",
        provider_time=unix(told.get("timestamp")),
        successor=successor if moved else None,
        content=Content(kind="event", text=text_of(system.get("body")), fields=fields),
    )


def _urns(told: tuple[Any, ...]) -> list[str]:
    found = (whatsapp(text) for each in told if (text := text_of(each)))
    return list(dict.fromkeys(address.urn for address in found if address is not None))


def _rest(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return without(told, "from", "from_user_id", "from_parent_user_id", "to", "id", "timestamp", "type", *names)


def _target(said: dict[str, Any], name: str, id_: str) -> str:
    target = text_of(said.get(name))
    if target is None:
        raise missing(name, id_)
    return target
