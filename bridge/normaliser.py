"""From received messages to attempts: claim large bodies, normalise, keep the order of FIFO groups. Writes nothing but claims."""

from collections.abc import Callable, Iterable, Sequence

from bridge.attempt import Attempt, Rules
from bridge.claimed import CLAIMED, whole
from bridge.claims import ClaimError, ClaimStore
from bridge.queues import WantedQueue
from bridge.records import bytes_of
from bridge.sqs.port import Message
from domain.intake import Routes


class Normaliser:
    """For one queue. routes: who owns what, as it is now."""

    def __init__(self, wanted: WantedQueue, claims: ClaimStore, rules: Rules, routes: Callable[[], Routes]) -> None:
        self.wanted = wanted
        self.claims = claims
        self.rules = rules
        self.routes = routes

    async def attempts(self, messages: Sequence[Message]) -> list[Attempt]:
        """What every message comes to. The same message twice in one answer counts once, with its newer handle."""
        if len(messages) > 1:
            messages = list({message.message_id: message for message in messages}.values())
        channel, routes, rules = self.wanted.channel, self.routes(), self.rules
        attempts = []
        for message in messages:
            attempt = await self.opened(message) if message.body.startswith(CLAIMED) else Attempt(message)
            attempts.append(attempt)
            if attempt.error is not None:
                continue
            body = attempt.message.body
            if len(body) > rules.claim_bytes // 4 and len(bytes_of(body)) > rules.claim_bytes:
                await self.claim(attempt)
            if attempt.final:
                attempt.take(channel, routes, rules)
        _hold_back(attempts)
        return attempts

    async def opened(self, message: Message) -> Attempt:
        """The attempt at a message whose body our own door left in the claim store."""
        attempt = Attempt(message)
        try:
            return Attempt(await whole(message, self.claims))
        except ClaimError as error:
            attempt.fail(f"Error processing {self.wanted.channel} message: {error}", "ClaimError", self.rules)
            return attempt

    async def claim_and_take(self, attempt: Attempt) -> None:
        """Once more, with the bytes in the claim store: its event would be too large for a record."""
        if attempt.claim is None:
            await self.claim(attempt)
            if attempt.final:
                attempt.take(self.wanted.channel, self.routes(), self.rules)

    async def claim(self, attempt: Attempt) -> None:
        """Puts the body into the claim store. When that fails, so has the attempt."""
        try:
            attempt.claim = await self.claims.put(bytes_of(attempt.message.body))
        except ClaimError as error:
            text = f"Error processing {self.wanted.channel} message: {error}"
            attempt.fail(text, "ClaimError", self.rules, "produce")


def _hold_back(attempts: Iterable[Attempt]) -> None:
    """In a FIFO queue nothing of a group may overtake an earlier message of it that failed."""
    blocked = set()
    for attempt in attempts:
        group = attempt.message.group
        if group is None:
            continue
        if group in blocked:
            attempt.hold_back()
        elif not attempt.final:
            blocked.add(group)
