"""What every bridge tells, whatever it calls it, and the item that it comes to.

WhatsApp's own names: `14155550123@s.whatsapp.net` (some write `@c.us`) is a number, `1234@lid` somebody who hides it, `..@g.us` a
group, `..@broadcast` and `..@newsletter` are read by many and written to nobody in particular. A device may stand behind a colon.
One message may be told twice, under the number and under the hidden id (T-07): it is the same by WhatsApp's own id of the message, which
is what counts here; bridges that put the chat into theirs have it taken out.
"""

import re
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain.addresses import Address, whatsapp
from domain.channels.provider import Invalid, Item, Nothing
from schemas.meanings import Meaning
from schemas.values import Call, Content, StatusReport

What = Literal["message", "status", "reaction", "edit", "delete", "call"]


class Told(Struct, frozen=True, kw_only=True):
    """One thing that a bridge tells. account: its name of the telephone; me: the telephone's own address. id: of the message, reaction or
    call. target: the message that it is about. chat: where it happened; sender: who it was, in a group; also: other addresses of the
    same person. what, meaning: the second is for what has no meaning by the first."""

    what: What
    kind: str
    account: str = ""
    me: str = ""
    id: str = ""
    event: str = ""
    target: str = ""
    moment: str = ""
    chat: str = ""
    sender: str = ""
    also: tuple[str, ...] = ()
    from_me: bool = False
    name: str | None = None
    time: str | None = None
    reply_to: str | None = None
    status: StatusReport | None = None
    call: Call | None = None
    meaning: Meaning | None = None
    content: Content = Content()


_DEVICE = re.compile(r":\d{1,6}(?=@)", re.ASCII)
_PUBLIC = ("broadcast", "newsletter")

_MEANINGS: dict[What, Meaning] = {
    "status": "message.status",
    "reaction": "message.reaction",
    "edit": "message.edited",
    "delete": "message.deleted",
}


def item_of(provider: str, told: Told) -> Item:
    """Raises Invalid where a message has no id, no chat or no address, and Nothing for what is said to everybody."""
    if not told.id:
        raise missing("id")
    if not told.chat:
        raise missing("chat", told.id)
    host = told.chat.rpartition("@")[2]
    if host in _PUBLIC:
        raise Nothing(host)
    group = host == "g.us"
    contact, aliases = _party(told, group)
    content = told.content
    if group:
        content = replace(content, fields=content.fields | {"group_id": told.chat})
    ours = own(provider, told.account, told.me)
    meaning = told.meaning or _MEANINGS.get(told.what)
    return Item(
        meaning=meaning or ("message.echoed" if told.from_me else "message.received"),
        account=told.account,
        provider_id=told.id,
        event=told.event,
        kind=told.kind,
        moment=f"{told.moment}|{contact.urn}" if contact and told.what == "status" else told.moment,
        message=f"{told.id}|{contact.urn}" if group and contact and told.what == "status" else told.target,
        contact=contact,
        aliases=aliases,
        ours=ours,
        direction="outbound" if told.from_me or told.what == "status" else "inbound",
        claims=(told.account, ours),
        provider_time=told.time,
        status=told.status,
        call=told.call,
        in_reply_to=told.reply_to,
        content=content,
    )


def _party(told: Told, group: bool) -> tuple[Address | None, tuple[str, ...]]:
    """The person, by number where it is told. What we say to a group is said to nobody in particular."""
    if group and told.from_me and told.what != "status":
        return None, ()
    who = told.sender if group else told.chat
    found = addresses(who, *told.also)
    if found:
        contact, *others = found
        name = None if told.from_me else told.name
        return contact._replace(name=name), tuple(other.urn for other in others)
    if group and told.what == "status":
        return None, ()
    if not who:
        raise missing("sender", told.id)
    raise Invalid("invalid_phone", "Invalid phone number format", (told.id,))


def addresses(*told: str) -> list[Address]:
    """One person's addresses, numbers before hidden ids."""
    found = {address.urn: address for each in told if (address := whatsapp(_DEVICE.sub("", each))) is not None}
    return sorted(found.values(), key=lambda address: address.urn.endswith("@lid"))


def own(provider: str, account: str, me: str) -> str:
    """The URN of the telephone."""
    found = addresses(me)
    return found[0].urn if found else f"{provider}:{account or 'unknown'}"


def account_event(
    provider: str,
    account: str,
    me: str,
    kind: str,
    moment: str,
    time: str | None,
    fields: dict[str, Any],
    *,
    known: bool,
) -> Item:
    """Something about the telephone itself, or what there is no word for."""
    ours = own(provider, account, me)
    return Item(
        meaning="account.event" if known else "unknown",
        account=account,
        provider_id=kind.partition(":")[0],
        kind=kind,
        moment=moment,
        contact=None,
        ours=ours,
        direction="inbound",
        claims=(account, ours),
        provider_time=time,
        content=Content(kind="event", fields=fields),
    )


def missing(name: str, *ids: str) -> Invalid:
    return Invalid("missing_field", f"WhatsApp event missing required field: {name}", ids)
