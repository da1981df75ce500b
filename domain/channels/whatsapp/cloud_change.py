"""One change that the Cloud API tells, and who it is about. A body holds entries (accounts), an entry holds changes; each change may be
about another number of ours (T-16)."""

import re
from typing import Any, NamedTuple

from domain.addresses import Address, whatsapp
from domain.channels.provider import Invalid, Item, inner, listed, text_of

_NO_DIGIT = re.compile(r"\D+", re.ASCII)
_DIGITS = re.compile(r"[0-9]{7,15}", re.ASCII)


class Change(NamedTuple):
    """account: the WhatsApp business account's id. time: of the entry, as sent. field: what the webhook is subscribed to. number: digits
    of our number, where it is told."""

    account: str
    time: Any
    field: str
    value: dict[str, Any]
    number: str
    ours: str
    claims: tuple[str, ...]


class Party(NamedTuple):
    """The person, as far as told. aliases: URNs."""

    contact: Address | None
    about: dict[str, Any]
    aliases: tuple[str, ...]


NOBODY = Party(None, {}, ())


def change_of(entry: dict[str, Any], change: dict[str, Any]) -> Change:
    """A change with what its entry says about it."""
    value = inner(change, "value")
    account = text_of(entry.get("id")) or ""
    metadata = inner(value, "metadata")
    number_id = text_of(metadata.get("phone_number_id")) or ""
    number = _NO_DIGIT.sub("", text_of(metadata.get("display_phone_number")) or "")
    number = number if _DIGITS.fullmatch(number) else ""
    ours = f"whatsapp:{number}" if number else f"cloud:{number_id or account or 'unknown'}"
    field = text_of(change.get("field")) or ""
    return Change(account, entry.get("time"), field, value, number, ours, (account, number_id, ours))


def party(change: Change, number: Any, user_id: Any, parent_id: Any = None) -> Party:
    """The person of this number or business-scoped user id, with what `contacts` tells. Whoever hides the number has the user id
    alone. Where neither is told, the one contact of the change it is."""
    number, user_id = text_of(number), text_of(user_id)
    known = _known(change.value, number, user_id)
    profile = inner(known, "profile")
    given = (
        number,
        text_of(known.get("wa_id")),
        user_id,
        text_of(known.get("user_id")),
        text_of(parent_id),
        text_of(known.get("parent_user_id")),
    )
    found = {address.urn: address for each in given if each and (address := whatsapp(each)) is not None}
    if not found:
        return NOBODY
    contact, *others = found.values()
    about = {name: text for name in ("username",) if (text := text_of(profile.get(name)))}
    if hash_ := text_of(known.get("identity_key_hash")):
        about["identity_key_hash"] = hash_
    name = text_of(profile.get("name"))
    return Party(Address(contact.urn, contact.validity, name), about, tuple(other.urn for other in others))


def somebody(party: Party, field: str, told: dict[str, Any], id_: str) -> Party:
    """The same, where there has to be somebody. Raises Invalid where there is not."""
    if party.contact is not None:
        return party
    if text_of(told.get(field)):
        raise Invalid("invalid_phone", "Invalid phone number format", (id_,))
    raise missing(field, id_)


def missing(field: str, *ids: str) -> Invalid:
    return Invalid("missing_field", f"WhatsApp event missing required field: {field}", ids)


def the_other(change: Change, told: dict[str, Any], usual: str) -> str:
    """Which of `from` and `to` is not ours: the usual one, unless that is our own number."""
    if not change.number or text_of(told.get(usual)) != change.number:
        return usual
    return "to" if usual == "from" else "from"


def item(change: Change, party: Party, **of_item: Any) -> Item:
    """An item with what the change says of all of its items."""
    return Item(
        account=change.account,
        contact=party.contact,
        about=party.about,
        aliases=party.aliases,
        ours=change.ours,
        claims=change.claims,
        **of_item,
    )


def _known(value: dict[str, Any], number: str | None, user_id: str | None) -> dict[str, Any]:
    contacts = [each for each in listed(value, "contacts") if isinstance(each, dict)]
    if number is None and user_id is None:
        return contacts[0] if len(contacts) == 1 else {}
    for each in contacts:
        if number is not None and each.get("wa_id") == number:
            return each
        if user_id is not None and each.get("user_id") == user_id:
            return each
    return {}
