"""Carries out all checks."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module
from pkgutil import iter_modules

from runtime.errors import TrunklineError
from runtime.settings import Settings
from trunkline.doctor import checks
from trunkline.doctor.finding import Finding, problem

Check = Callable[[Settings], Awaitable[list[Finding]]]
SECONDS = 30.0
"""Within which one check has to answer."""


async def examine(settings: Settings) -> list[Finding]:
    """The findings of all checks, in the order in which things stand on each other. A check that fails is a finding itself."""
    modules = [import_module(f"{checks.__name__}.{module.name}") for module in iter_modules(checks.__path__)]
    modules.sort(key=lambda module: (module.ORDER, module.__name__))
    found: list[Finding] = []
    for module in modules:
        about = module.__name__.rpartition(".")[2].replace("_", " ")
        found += await _one(about, module.check, settings)
    return found


async def _one(about: str, check: Check, settings: Settings) -> list[Finding]:
    try:
        async with asyncio.timeout(SECONDS):
            return await check(settings)
    except TrunklineError as error:
        return [problem(about, str(error), "mend this first, then ask again: it could not be looked at")]
    except TimeoutError:
        return [
            problem(
                about, f"no answer within {SECONDS:.0f} s", "look whether the servers are up and reachable from here"
            )
        ]
