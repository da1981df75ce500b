"""Where the bearer token comes from: the settings, or a command that prints one (`gcloud auth print-access-token`, a script of yours).

Tokens of Google's live for an hour, so a command is asked again when one is refused.
"""

import asyncio
import shlex
from collections.abc import Awaitable, Callable

from bridge.gmail.port import GmailError
from runtime.errors import ConfigurationError
from runtime.settings import Gmail

Token = Callable[[bool], Awaitable[str]]
"""Asked for a token; True: the one that it gave last was refused."""
SECONDS = 30
"""That a command may take."""


def token_of(settings: Gmail) -> Token:
    """What the settings say. Raises ConfigurationError when they say nothing."""
    if settings.token_command:
        return Command(settings.token_command)
    if settings.token is None:
        raise ConfigurationError(
            "no token for Gmail: set TRUNKLINE_GMAIL__TOKEN_COMMAND to a command that prints one, or TRUNKLINE_GMAIL__TOKEN"
        )
    given = settings.token.get_secret_value()

    async def same(_refused: bool) -> str:
        return given

    return same


class Command:
    """Its first line is the token. Run when there is none yet, or the last one was refused."""

    def __init__(self, command: str) -> None:
        self._argv, self._last = shlex.split(command), ""

    async def __call__(self, refused: bool) -> str:
        if refused or not self._last:
            self._last = await self._run()
        return self._last

    async def _run(self) -> str:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
            )
        except OSError as error:
            raise GmailError(f"TRUNKLINE_GMAIL__TOKEN_COMMAND {self._argv[0]}: {error.strerror}") from error
        try:
            out, said = await asyncio.wait_for(process.communicate(), SECONDS)
        except TimeoutError as error:
            process.kill()
            await process.wait()
            raise GmailError(f"TRUNKLINE_GMAIL__TOKEN_COMMAND did not end within {SECONDS} s") from error
        lines = out.decode(errors="replace").split()
        if process.returncode or not lines:
            why = said.decode(errors="replace").strip()[-300:]
            raise GmailError(
                f"TRUNKLINE_GMAIL__TOKEN_COMMAND ended with {process.returncode}: {why or 'it said nothing'}"
            )
        return lines[0]
