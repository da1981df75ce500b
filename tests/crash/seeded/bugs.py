"""Bugs that the campaign must catch, each a change of one line or two in a function of the product, made in memory at start.

A change that no longer fits the product's source ends the process: a bug that was not put in must never count as caught.
"""

import inspect
import sys
import textwrap
from collections.abc import Callable
from importlib import import_module


def change(module: str, name: str, *replaced: tuple[str, str]) -> None:
    """Compiles a function or method again with pieces of its source replaced, in the namespace of its module.

    The function must not close over anything; `super()` without arguments would not work.
    """
    home = import_module(module)
    owner_name, _, function_name = name.rpartition(".")
    owner = getattr(home, owner_name) if owner_name else home
    source = textwrap.dedent(inspect.getsource(getattr(owner, function_name)))
    for old, new in replaced:
        if source.count(old) != 1:
            sys.stderr.write(f"seeded bug: {old!r} is {source.count(old)} times in {module}.{name}\n")
            sys.exit(78)
        source = source.replace(old, new)
    scope: dict[str, object] = {}
    exec(compile(source, f"seeded:{module}.{name}", "exec"), home.__dict__, scope)
    setattr(owner, function_name, scope[function_name])


def accept_zombies() -> None:
    """M22: no version rule."""
    change("streams.engine.fold", "Fold.fold", ("if decision.version != version + 1:", "if False:"))


def swallow_exceptions() -> None:
    """M9: what a handler raises is swallowed and its batch acked, as stock Faust does (F3)."""
    change(
        "streams.engine.loop",
        "Engine._handle",
        (
            "        await self._decide(partition, [",
            "        import contextlib\n        with contextlib.suppress(Exception):\n         await self._decide(partition, [",
        ),
    )


def draw_ids() -> None:
    """M13: a random event id instead of a derived one."""
    change("schemas.identity", "event_id", ("return derived(", "return str(__import__('uuid').uuid4()) or derived("))


def key_by_address() -> None:
    """M20: the contact's address as key."""
    change("schemas.identity", "contact_id", ("return derived(namespace, urn)", "return urn"))


BUGS: dict[str, Callable[[], None]] = {
    "M9": swallow_exceptions,
    "M13": draw_ids,
    "M20": key_by_address,
    "M22": accept_zombies,
}
