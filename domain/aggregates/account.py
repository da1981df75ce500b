"""An account of ours at a provider: what the provider says about it, and what it says about people whom it did not name."""

from collections.abc import Sequence

from msgspec import Struct

from domain.aggregates.aggregate import Aggregate, Context, Input
from domain.facts import about, fact
from schemas.events import AccountEventRecorded, AnyEvent, CommandRefused
from schemas.inbound import InboundEvent


class Account(Struct, frozen=True, array_like=True, gc=False):
    """Nothing of it is needed for the next decision."""


def decide(state: Account, input_: Input, context: Context) -> Sequence[AnyEvent]:
    if isinstance(input_, InboundEvent):
        if input_.type in ("message_received", "message_status"):
            return [AccountEventRecorded(**about(input_))]
        return [fact(input_)]  # type: ignore[list-item]
    name = str(input_.__struct_config__.tag)
    return [CommandRefused(id=input_.id, command=name, reason=f"{name} is nothing that an account can do")]


def evolve(state: Account, event: AnyEvent) -> Account:
    return state


AGGREGATE = Aggregate("account", Account, Account, decide, evolve)
