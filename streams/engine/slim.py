"""Decoding decisions for the fold alone: the same events without their personal branches, which no `evolve` reads.

Derived from schemas.events, so a new event needs nothing here. A slim event is a subclass of its event: `isinstance` and `match`
work on it, `type(event) is ...` does not. `person` and `content` stay undecoded bytes (msgspec.Raw), so reading one fails loudly.
"""

from functools import reduce
from operator import or_
from types import GenericAlias
from typing import Any, get_args

import msgspec
from msgspec import Struct

from schemas.decisions import Source
from schemas.events import AggregateParked, AnyEvent, InputHeld

PERSONAL = ("person", "content")
KEPT_WHOLE = (AggregateParked, InputHeld)
"""Their content are the bytes of inputs that are still to be decided: that is state."""


def slim_event(event: type[Struct]) -> type[Struct]:
    """`event` with its personal branches left as bytes; the class itself when it has none."""
    personal = [name for name in event.__struct_fields__ if name in PERSONAL]
    if not personal or event in KEPT_WHOLE:
        return event
    return msgspec.defstruct(
        event.__name__,
        [(name, msgspec.Raw, msgspec.Raw()) for name in personal],
        bases=(event,),
        namespace={"__doc__": event.__doc__},
        module=__name__,
        tag=event.__struct_config__.tag,
        frozen=True,
        kw_only=True,
    )


class SlimDecision(Struct, frozen=True, kw_only=True):
    """What the fold needs of a Decision."""

    version: int
    cause: str
    source: Source
    events: tuple[Any, ...] = ()


def slim_decoder(event_union: Any = AnyEvent) -> "msgspec.json.Decoder[SlimDecision]":
    """Decoder of decision records into SlimDecision, for this union of events."""
    events = get_args(event_union) or (event_union,)
    slim: Any = reduce(or_, map(slim_event, events))
    decision = msgspec.defstruct(
        "SlimDecision",
        [("events", GenericAlias(tuple, (slim, ...)), ())],
        bases=(SlimDecision,),
        frozen=True,
        kw_only=True,
    )
    return msgspec.json.Decoder(decision)
