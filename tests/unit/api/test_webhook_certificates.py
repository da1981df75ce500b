"""A certificate is fetched once, and no flood of invented addresses gets anything out of that."""

import asyncio
import time

import pytest

from api.webhooks import certificates
from api.webhooks.certificates import BURST, FAILURE_SECONDS, FAILURES, KEPT, Fetched
from api.webhooks.fetching import Fetcher, NotFetched
from bridge.sqs.http import Answer
from tests.servers.bridge.certificates import certified
from tests.unit.domain.signatures.signing import curve_key

PEM = certified(curve_key())


def url(number: int) -> str:
    return f"https://sns.us-east-1.amazonaws.com/SimpleNotificationService-{number}.pem"


URL = url(0)


class Scripted(Fetcher):
    """Answers with `answer`, or not at all, after a moment; `asked` are the URLs."""

    def __init__(self, answer: Answer | None) -> None:
        super().__init__()
        self.answer, self.asked = answer, list[str]()

    async def get(self, url: str) -> Answer:
        self.asked.append(url)
        await asyncio.sleep(0.001)
        if self.answer is None:
            raise NotFetched("nobody is there")
        return self.answer


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


async def test_it_is_fetched_once() -> None:
    fetcher = Scripted(Answer(200, PEM))
    kept = Fetched(fetcher)
    assert await asyncio.gather(*(kept.of(URL) for _ in range(100))) == [PEM] * 100
    fetcher.answer = None
    assert await kept.of(URL) == PEM
    assert fetcher.asked == [URL]


@pytest.mark.parametrize(
    "answer",
    [None, Answer(404, PEM), Answer(302, b""), Answer(200, b""), Answer(200, b"<html>"), Answer(200, certified(curve_key(), -2, -1)),
     Answer(200, certified(curve_key(), 1, 2))],
    ids=["unreachable", "missing", "redirect", "empty", "html", "ended", "not yet"],
)  # fmt: skip
async def test_a_failure_counts_for_a_while(answer: Answer | None) -> None:
    fetcher, clock = Scripted(answer), Clock()
    kept = Fetched(fetcher, clock)
    assert await asyncio.gather(*(kept.of(URL) for _ in range(100))) == [None] * 100
    clock.now += FAILURE_SECONDS - 0.1
    assert await kept.of(URL) is None
    assert fetcher.asked == [URL]
    fetcher.answer = Answer(200, PEM)
    clock.now += 0.2
    assert await kept.of(URL) == PEM
    assert fetcher.asked == [URL, URL]


async def test_it_is_believed_until_its_own_end() -> None:
    fetcher, clock = Scripted(Answer(200, PEM)), Clock()
    kept = Fetched(fetcher, clock)
    assert await kept.of(URL) == PEM
    clock.now += 25 * 3600
    assert await kept.of(URL) is None
    assert fetcher.asked == [URL, URL]


async def test_invented_addresses_are_tried_a_few_at_a_time_and_what_is_known_is_known() -> None:
    fetcher, clock = Scripted(Answer(200, PEM)), Clock()
    kept = Fetched(fetcher, clock)
    assert await kept.of(URL) == PEM
    fetcher.answer = None
    assert await asyncio.gather(*(kept.of(url(1 + number)) for number in range(10 * BURST))) == [None] * 10 * BURST
    assert len(fetcher.asked) == BURST
    assert await kept.of(URL) == PEM
    clock.now += FAILURE_SECONDS + BURST
    fetcher.answer = Answer(200, PEM)
    assert await kept.of(url(1)) == PEM


async def test_no_more_is_kept_than_can_be_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "BURST", 10 * FAILURES)
    fetcher = Scripted(Answer(200, PEM))
    kept = Fetched(fetcher)
    await asyncio.gather(*(kept.of(url(number)) for number in range(2 * KEPT)))
    fetcher.answer = None
    await asyncio.gather(*(kept.of(url(9_999 + number)) for number in range(FAILURES + 100)))
    assert (len(kept._kept), len(kept._failed), len(kept._fetching)) == (KEPT, FAILURES, 0)
