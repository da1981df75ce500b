"""Our whole engine around a decider that does what the peers do: count per contact, pass the whole event on with its number.

`faust -A benchmarks.counting worker`
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from domain.aggregates import Aggregate, Context
from runtime import interpreter
from runtime.settings import settings
from schemas.events import AnyEvent, MessageReceived
from streams.worker import build


class Count(Struct, frozen=True):
    """How many events a contact has sent."""

    number: int = 0


def decide(state: Count, event: Any, context: Context) -> Sequence[AnyEvent]:
    """The event, with its number as `keyword`."""
    return (
        MessageReceived(
            id=event.id,
            message=event.message,
            thread=event.thread,
            channel=event.channel,
            provider=event.provider,
            account=event.account,
            provider_id=event.provider_id,
            ours=event.ours,
            direction=event.direction,
            kind=event.kind,
            keyword=str(state.number + 1),
            person=event.person,
            content=event.content,
        ),
    )


def evolve(state: Count, event: Any) -> Count:
    """One more."""
    return Count(state.number + 1)


interpreter.use_uvloop()
app = build(settings(), {"contact": Aggregate("contact", Count, Count, decide, evolve)})
