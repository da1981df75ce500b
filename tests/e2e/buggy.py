"""The product's stream worker with a bug: `faust -A tests.e2e.buggy worker` raises on the text `poison` while the file BUG exists."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from domain.aggregates import Context, aggregates
from runtime.settings import settings
from schemas.events import AnyEvent
from schemas.inbound import InboundEvent
from streams.worker import build

POISON = "poison"
CONTACT = aggregates()["contact"]


class Bug(Exception):
    """What the broken decider raises."""


def decide(state: Any, input_: Any, context: Context) -> Sequence[AnyEvent]:
    said = input_.content.text if isinstance(input_, InboundEvent) and input_.content else ""
    if said == POISON and Path(os.environ["BUG"]).exists():
        raise Bug("with a text that nobody may see")
    return CONTACT.decide(state, input_, context)


app = build(settings(), {**aggregates(), "contact": CONTACT._replace(decide=decide)})
