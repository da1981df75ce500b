"""What would happen (F-037): messages are received and normalised, nothing is produced, deleted or claimed; their visibility lapses."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from bridge.attempt import Attempt
from bridge.claims import ClaimStore
from bridge.normaliser import Normaliser
from bridge.sqs.port import Message
from bridge.statistics import Statistics


class NoClaims:
    """A claim store that keeps nothing; what others left in it can be read."""

    def __init__(self, kept: ClaimStore) -> None:
        self.kept = kept

    async def put(self, data: bytes) -> tuple[str, str]:
        digest = sha256(data).hexdigest()
        return f"dry-run:{digest}", digest

    async def get(self, reference: str) -> bytes:
        return await self.kept.get(reference)


class DryRun:
    """Delivers nothing; says per message what would be done. Identifiers only: no bodies, no addresses."""

    def __init__(self, normaliser: Normaliser, show: Callable[[str], None]) -> None:
        self.normaliser = normaliser
        self.show = show

    async def deliver(self, messages: Sequence[Message]) -> Statistics:
        attempts = await self.normaliser.attempts(messages)
        for attempt in attempts:
            for line in self._lines(attempt):
                self.show(line)
        failed = sum(attempt.outcome in ("failed", "dead_lettered") for attempt in attempts)
        return Statistics(len(attempts), len(attempts) - failed, failed, 0)

    def _lines(self, attempt: Attempt) -> list[str]:
        name = f"{self.normaliser.wanted.channel} message {attempt.message.message_id}"
        lines = [
            f"{name}: would append {event.type} {event.id} for {key} (provider id {event.provider_id})"
            for key, event in attempt.taken.events
        ]
        lines += [
            f"{name}: would be dead-lettered at {given_up.stage}: {given_up.error}" for given_up in attempt.given_up
        ]
        if attempt.taken.ignored is not None:
            lines.append(f"{name}: would be ignored: {attempt.taken.ignored}")
        if not attempt.final:
            lines.append(f"{name}: would stay in the queue (attempt {attempt.receives}): {attempt.error}")
        return lines
