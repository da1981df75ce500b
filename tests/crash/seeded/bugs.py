"""Bugs that the campaign must catch, each a change of one line or two in a function of the product, made in memory at start.

A change that no longer fits the product's source ends the process: a bug that was not put in must never count as caught.
"""

import inspect
import sys
import textwrap
from collections.abc import Callable
from importlib import import_module
from typing import Any


def change(module: str, name: str, *replaced: tuple[str, str]) -> None:
    """Compiles a function or method again with pieces of its source replaced, and gives it the new code: whoever imported it has it.

    The function must not close over anything; `super()` without arguments would not work.
    """
    home = import_module(module)
    owner_name, _, function_name = name.rpartition(".")
    owner = getattr(home, owner_name) if owner_name else home
    function = inspect.unwrap(getattr(owner, function_name))
    source = inspect.getsource(function)
    for old, new in replaced:
        if source.count(old) != 1:
            sys.stderr.write(f"seeded bug: {old!r} is {source.count(old)} times in {module}.{name}\n")
            sys.exit(78)
        source = source.replace(old, new)
    scope: dict[str, Any] = {}
    exec(compile(textwrap.dedent(source), f"seeded:{module}.{name}", "exec"), home.__dict__, scope)
    function.__code__ = inspect.unwrap(scope[function_name]).__code__


def delete_before_ack() -> None:
    """M1: the message is deleted from its queue before the broker has acked its events."""
    append = "            await self._append(attempts, held)\n"
    change(
        "bridge.delivery", "Delivery.deliver", (append, f"            await self._clean_up(attempts, held)\n{append}")
    )


def ignore_failed_entries() -> None:
    """M2: `Failed[]` of a 200 answer to DeleteMessageBatch is not read."""
    change(
        "bridge.returns",
        "delete",
        (
            "            failures = await _sent(queue, pending)",
            "            failures = await _sent(queue, pending) and ()",
        ),
    )


def position_without_compare() -> None:
    """M4: the position is set, not compared and set."""
    home: Any = import_module("projections.positions")
    compared = " AND p.owner_epoch = n.epoch AND p.next_offset = n.first AND p.generation = n.known"
    if home._MOVE.count(compared) != 1:
        sys.exit(78)
    home._MOVE = home._MOVE.replace(compared, "")


def position_in_its_own_transaction() -> None:
    """M5: the position is committed before the rows."""
    change(
        "projections.writer",
        "Writer.write",
        (
            '            failpoints.hit("P2")\n',
            "        async with postgres.transaction(self.engine) as open_:\n"
            '            await open_.sql.exec_driver_sql("SELECT 1")\n            failpoints.hit("P2")\n',
        ),
    )


def forget_causes() -> None:
    """M6: event ids are not unique: an input that took effect before is decided again."""
    change(
        "streams.engine.store", "Changes.knows", ("if entry.knows(cause):", "if True:"), ("return True", "return False")
    )


def swallow_exceptions() -> None:
    """M9: what a handler raises is swallowed and its batch acked, as stock Faust does (F3)."""
    decide = "            await self._decide(partition, list(inputs))"
    indent = " " * 12
    swallowed = (
        f"{indent}import contextlib\n{indent}with contextlib.suppress(Exception):\n{indent}    {decide.lstrip()}"
    )
    change("streams.engine.loop", "Engine._handle", (decide, swallowed))


def drop_unwritten_dead_letters() -> None:
    """M10: a dead letter that could not be written is forgotten, and its message deleted."""
    stay = 'attempt.stay(f"{self._failed}: Kafka has not acknowledged its dead letter ({error})", error)'
    change("bridge.delivery", "Delivery._append", (stay, "continue"), ("        if failed:", "        if False:"))


def begin_at_the_end() -> None:
    """M11: auto_offset_reset=latest, for source partitions without a committed offset."""
    change("streams.engine.start_rule", "start", ("    return begin", "    return end"))


def accept_zombies() -> None:
    """M22: no version rule."""
    change("streams.engine.fold", "Fold.fold", ("if decision.version != version + 1:", "if False:"))


def draw_ids() -> None:
    """M13: a random event id instead of a derived one."""
    change("schemas.identity", "event_id", ("return _derived(", "return str(__import__('uuid').uuid4()) or _derived("))


def key_by_address() -> None:
    """M20: the contact's address as key."""
    change("schemas.identity", "contact_id", ("return derived(namespace, urn)", "return urn"))


BUGS: dict[str, Callable[[], None]] = {
    "M1": delete_before_ack,
    "M2": ignore_failed_entries,
    "M4": position_without_compare,
    "M5": position_in_its_own_transaction,
    "M6": forget_causes,
    "M9": swallow_exceptions,
    "M10": drop_unwritten_dead_letters,
    "M11": begin_at_the_end,
    "M13": draw_ids,
    "M20": key_by_address,
    "M22": accept_zombies,
}
