"""The command line: one verb per file of trunkline/commands, found by existing.

Exit codes: 0 fine, 1 failed, 2 a command line that cannot be meant, 3 problems found, 78 bad configuration, 130 Ctrl-C.
"""

import logging
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from pkgutil import iter_modules

from cyclopts import App, CycloptsError

from runtime.errors import TrunklineError, UsageError
from trunkline import commands, environment

ASKING = frozenset({"--help", "-h", "--version"})
"""Answered without a look at the settings: help is there, and soon, whatever is wrong with them."""
INTERRUPTED = 130
"""As shells say it: 128 + SIGINT."""


def app() -> App:
    """The whole command line. A verb's file is imported when the verb is used or the help of all is shown."""
    root = App(
        name="trunkline",
        help="Provider messages from SQS through Kafka and Faust into PostgreSQL. `trunkline demo` shows all of it at work.",
        version=lambda: version("trunkline"),
        result_action="return_value",
        exit_on_error=False,
        suppress_keyboard_interrupt=False,
    )
    for module in iter_modules(commands.__path__):
        root.command(f"{commands.__name__}.{module.name}:command", name=module.name.replace("_", "-"))
    return root


def main(argv: Sequence[str]) -> int:
    """Carries out one command line; gives the exit code. A user's mistake is told in words on stderr, never as a stack trace."""
    verb, *rest = argv or ["--help"]
    # The seeds write their verbs with underscores, and so may everybody.
    tokens = [verb if verb.startswith("-") else verb.replace("_", "-"), *rest]
    try:
        if ASKING.isdisjoint(tokens):
            _prepare()
        result = app()(tokens)
        sys.stdout.flush()
    except CycloptsError:
        return UsageError.exit_code  # cyclopts has told what is wrong
    except TrunklineError as error:
        print(f"trunkline {verb}: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output (head, less) has seen enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return result if isinstance(result, int) else 0


def _prepare() -> None:
    from runtime.settings import require_well_formed

    environment.load()
    require_well_formed(environment.source)
    # A client library's own lines say in its words what our error is about to say in ours; processes that log have a handler.
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())


def run() -> None:
    """The console script `trunkline`."""
    sys.exit(main(sys.argv[1:]))


def run_verb() -> None:
    """The console scripts that are called like their verb, as the seeds' commands are."""
    sys.exit(main([Path(sys.argv[0]).name, *sys.argv[1:]]))
