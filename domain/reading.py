"""From a peeled payload to items: who sent it, whether it is really theirs, what is in it. Pure; the same for the bridge, the command
line and the door."""

from collections.abc import Sequence

from msgspec import Struct

from domain.channels.provider import NOTHING_GIVEN, RETURNED, Given, Handshake, Invalid, Item, Nothing, Provider
from domain.peeling import Payload
from domain.provider_ids import LONGEST_ID
from domain.signatures import Request

MOST = 1_000
"""Items of one body."""

_INBOUND = frozenset({"inbound", "inbound_mime"})
_TRACKING = frozenset({"tracking", "status", "statuses"})
PURPOSES = _INBOUND | _TRACKING
"""What the address of a webhook may say that it is for."""


class Reading(Struct, frozen=True, kw_only=True):
    """items: what is in it, each as it is or as Invalid. nothing: why nothing follows. challenge: of a handshake, what the provider
    wants to read back; token: what it was told to prove itself by."""

    items: Sequence[Item | Invalid] = ()
    nothing: str | None = None
    challenge: str | None = None
    token: str = ""


def given_with(request: Request | None, country: str | None = None) -> Given:
    """What provider files may know besides the payload."""
    if request is None:
        return NOTHING_GIVEN if country is None else Given(country)
    return Given(country, request.url, {name.lower(): value for name, value in request.headers})


def read(provider: Provider, payload: Payload, given: Given) -> Reading:
    """What the provider's file makes of a payload, and only what can be kept. Never raises on what a payload says."""
    try:
        found = provider.items(payload.data, given)
    except Invalid as error:
        return Reading(items=(error,))
    except Handshake as handshake:
        return Reading(nothing=handshake.why, challenge=handshake.challenge, token=handshake.token)
    except Nothing as nothing:
        return Reading(nothing=nothing.why)
    if not found:
        return Reading(nothing="empty")
    if len(found) > MOST:
        return Reading(items=(Invalid("too_many_items", f"{provider.label} event has more than {MOST:,} items"),))
    kept: Sequence[Item | Invalid] = found
    for item in found:
        if isinstance(item, Item) and not _is_short(item):
            kept = [_short(provider, each) if isinstance(each, Item) else each for each in found]
            break
    return Reading(items=_at_its_address(provider, kept, given) if given.url else kept)


def _is_short(item: Item) -> bool:
    ids = (
        item.provider_id, item.account, item.event, item.kind, item.ours, item.campaign or "", item.lead or "",
        item.in_reply_to or "",
    )  # fmt: skip
    return len("".join(ids)) <= LONGEST_ID or max(map(len, ids)) <= LONGEST_ID


def _short(provider: Provider, item: Item) -> Item | Invalid:
    if _is_short(item):
        return item
    text = f"{provider.label} event has an identifier of more than {LONGEST_ID} characters"
    return Invalid("identifier_too_long", text, (item.provider_id,), item.index)


def _at_its_address(provider: Provider, items: Sequence[Item | Invalid], given: Given) -> Sequence[Item | Invalid]:
    """A webhook's address may say what it is for; what comes to the wrong one was set up wrongly at the provider."""
    path = set(given.url.partition("?")[0].lower().rstrip("/").split("/"))
    if path.isdisjoint(_INBOUND) == path.isdisjoint(_TRACKING):
        return items
    wanted = not path.isdisjoint(_INBOUND)
    return [
        item if isinstance(item, Invalid) or _came_in(item) == wanted else _misdirected(provider, item, wanted)
        for item in items
    ]


def _came_in(item: Item) -> bool:
    return item.meaning == "message.received" or item.kind.startswith(RETURNED)


def _misdirected(provider: Provider, item: Item, wanted: bool) -> Invalid:
    is_, for_ = ("a tracking event", "inbound messages") if wanted else ("an inbound message", "tracking events")
    text = f"{provider.label} event {item.kind!r} is {is_}, but came to an address for {for_}: change the webhook at {provider.name}"
    return Invalid("wrong_address", text, (item.provider_id,), item.index)
