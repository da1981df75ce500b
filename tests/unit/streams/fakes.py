"""Stand-ins for Faust's surroundings, as small as the hooks of the engine need them; deaths are exceptions instead of exits."""

import asyncio
from collections import Counter, defaultdict
from types import SimpleNamespace
from typing import Any, NoReturn
from weakref import WeakSet

import pytest
from faust.types import TP

from streams.engine import exit as exit_module
from streams.engine.exit import Exit
from streams.engine.transport import Consumer

INBOUND, COMMANDS = "inbound", "commands"


class Died(BaseException):
    """Instead of os._exit. A BaseException, because nothing may catch it on its way."""

    def __init__(self, code: Exit, reason: str) -> None:
        super().__init__(f"{code.name}: {reason}")
        self.code = code


def deaths(patch: pytest.MonkeyPatch, *modules: Any) -> None:
    """Has `die` raise Died in these modules."""

    def die(code: Exit, reason: str, **_: Any) -> NoReturn:
        raise Died(code, reason)

    for module in (exit_module, *modules):
        patch.setattr(module, "die", die)


class Channel:
    """Where the agent's stream listens."""

    def __init__(self, queue: asyncio.Queue[Any]) -> None:
        self.queue = queue


def record(offset: int, value: bytes = b"{}") -> Any:
    return SimpleNamespace(offset=offset, value=value, key=b"k", partition=0, timestamp=0)


def consumer() -> Any:
    """A batch consumer of two topics with one partition that is assigned and sought to offset 0."""
    made: Any = object.__new__(Consumer)
    queue: asyncio.Queue[Any] = asyncio.Queue()
    channel = Channel(queue)
    made.__dict__.update(
        queue=queue,
        seeks=[],
        batch_topics=frozenset((INBOUND, COMMANDS)),
        expect={},
        done={},
        rewinds={},
        torn=set(),
        epoch=1,
        sought=1,
        fetches=0,
        rewound=0,
        dropped=0,
        flow_active=True,
        _room=asyncio.Event(),
        _unacked_messages=WeakSet(),
        _waiting_for_ack=None,
        _committed_offset=defaultdict(lambda: None),
        _acked=defaultdict(list),
        _gap={},
    )
    made.app = SimpleNamespace(
        topics=SimpleNamespace(_tp_index=defaultdict(lambda: {channel})),
        monitor=SimpleNamespace(
            messages_received_total=0,
            messages_received_by_topic=Counter(),
            stream_inbound_time={},
            track_tp_end_offset=lambda *_: None,
        ),
        flow_control=SimpleNamespace(is_active=lambda: True),
    )
    made.highwater = lambda tp: 0

    async def seek_wait(offsets: dict[Any, int]) -> None:
        made.seeks.append(dict(offsets))

    made.seek_wait = seek_wait
    for topic in (INBOUND, COMMANDS):
        made.expect[TP(topic, 0)] = made.done[TP(topic, 0)] = 0
    return made
