"""What an aggregate is: three pure functions and the type of its state (the decider pattern)."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from schemas.commands import AnyCommand
from schemas.events import AnyEvent
from schemas.inbound import InboundEvent
from schemas.settings import Policy

Input = InboundEvent | AnyCommand
"""What a decider answers: a provider event or a command. Both have an `id`, which is the cause of the decision."""


class Context(Struct, frozen=True, gc=False):
    """What a decider may know besides state and input. now: time of the source record (RFC 3339), never a clock.
    settings: version of the tenant's settings; policy: the tenant's policy at that version."""

    now: str
    settings: int = 0
    policy: Policy = Policy()


class Aggregate(NamedTuple):
    """kind: second part of its keys. state: its msgspec type, so that a store can write it down. initial() -> first state.

    decide(state, input, context) -> events: raises only when the code is wrong; bad input is an event that says so.
    evolve(state, event) -> state: never reads `person` or `content` (readers fold without them), never changes its argument.
    settings_copy(key, version, state) -> record for comms.settings.v1, for aggregates that are settings.
    """

    kind: str
    state: type[Any]
    initial: Callable[[], Any]
    decide: Callable[[Any, Input, Context], Sequence[AnyEvent]]
    evolve: Callable[[Any, AnyEvent], Any]
    settings_copy: Callable[[str, int, Any], Any] | None = None
