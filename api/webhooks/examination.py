"""What a request is before anything is done with it: whose, genuine or not, a message, a handshake or a control message.

The signature is judged over the bytes before they are read, wherever the address names the provider and the queue its tenant. On a queue
that tenants share only the items tell whose secrets count; the bridge judges each of them again, by its own owner.
"""

import hmac
from collections.abc import Mapping

import structlog
from msgspec import Struct

from api.webhooks.address import Address
from api.webhooks.sns import MESSAGE_TYPE
from domain.channels.provider import Item, Provider
from domain.channels.registry import providers, recognise
from domain.door import VERIFY_TOKEN, Door, Judged, judge
from domain.intake import Routes
from domain.peeling import Control, Payload, Unreadable, peel
from domain.reading import given_with, read
from domain.signatures import Request

log = structlog.get_logger(__name__)
_NO_DOOR = Door()


class Examined(Struct, kw_only=True):
    """judged: None where nobody can tell yet whose secrets count. challenge, token: of a handshake. owners: tenants that its items name.
    sns: whether it comes from Amazon SNS, or says so. vouched: whether SNS has signed it for a topic of ours (sns.py). too_deep: JSON or
    wrappings nested deeper than anybody builds."""

    provider: Provider
    judged: Judged | None = None
    control: Control | None = None
    challenge: str | None = None
    token: str = ""
    owners: frozenset[str] = frozenset()
    sns: bool = False
    vouched: bool = False
    too_deep: bool = False

    @property
    def failed(self) -> bool:
        """Whether it is not its provider's."""
        return self.judged is not None and self.judged.verification == "failed"

    @property
    def confirmation(self) -> Mapping[str, str] | None:
        """What SNS itself asks us to confirm, not what somebody has published to a topic."""
        asked = self.control
        return (
            asked.fields
            if self.vouched and not self.failed and asked is not None and asked.layers == ("sns",)
            else None
        )


def examine(address: Address, request: Request, routes: Routes, now: int) -> Examined:
    """Looks at one request that came to `address`. now: Unix time. Never raises on what a request says."""
    owner, named = routes.queue, address.provider
    judged = None
    if named is not None and owner is not None and request.method == "POST":
        judged = judge(named, request, routes.doors.get(owner, _NO_DOOR).secrets, now)
        if judged.verification == "failed":
            return Examined(provider=named, judged=judged)
    found = _looked_at(address, request, routes)
    found.judged = judged or _judged(found, request, routes, now)
    return found


def proves(token: str, routes: Routes) -> bool:
    """Whether a handshake's token is what we told the provider to say."""
    doors = [routes.doors.get(routes.queue, _NO_DOOR)] if routes.queue is not None else list(routes.doors.values())
    known = [each.encode() for door in doors for each in door.secrets.get(VERIFY_TOKEN, ())]
    asked = token.encode("utf-8", "surrogatepass")
    return sum(hmac.compare_digest(each, asked) for each in known) > 0


def _looked_at(address: Address, request: Request, routes: Routes) -> Examined:
    provider = address.provider or providers(address.channel)[0]
    try:
        inside = peel("", request)
    except Unreadable as error:
        # Anything else that cannot be read goes to the bridge, which keeps it as a dead letter (law 8).
        return Examined(provider=provider, sns=_is_sns(request, error.layers), too_deep=error.reason == "too_deep")
    found = Examined(provider=provider, sns=_is_sns(request, inside[0].layers if inside else ()))
    for each in inside:
        if isinstance(each, Control):
            found.control = each
            continue
        try:
            _look_at(each, found, address, request, routes)
        except (
            Exception
        ):  # a bug of ours must not cost anybody's message: the bridge meets it again, and keeps what it was
            log.exception("a webhook could not be looked into", channel=address.channel, provider=found.provider.name)
    return found


def _is_sns(request: Request, layers: tuple[str, ...]) -> bool:
    """By its outermost wrapping, as the bridge will read it, or by its header, which stays where the wrapping was switched off."""
    return layers[:1] == ("sns",) or bool(request.values(MESSAGE_TYPE))


def _look_at(payload: Payload, found: Examined, address: Address, request: Request, routes: Routes) -> None:
    given = given_with(request, routes.countries.get(routes.queue or ""))
    if address.provider is None:
        recognised = recognise(payload.data, given, address.channel, extra=routes.declared)
        assert recognised is not None
        found.provider = recognised.provider
    reading = read(found.provider, payload, given)
    found.challenge, found.token = reading.challenge, reading.token
    found.owners |= {
        owner
        for item in reading.items
        if isinstance(item, Item)
        for claim in item.claims
        for owner in routes.accounts.get(claim, ())
    }


def _judged(found: Examined, request: Request, routes: Routes, now: int) -> Judged | None:
    """By the secrets of the queue's tenant, or of those that the items name: it is refused where it proves itself to none of them."""
    owners = found.owners if routes.queue is None else (routes.queue,)
    judged = None
    for owner in sorted(owners):
        judged = judge(found.provider, request, routes.doors.get(owner, _NO_DOOR).secrets, now)
        if judged.verification != "failed":
            break
    return judged
