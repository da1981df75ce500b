"""Token buckets and bodies."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from api.webhooks.limits import Buckets, TooLarge, TooSlow, body_of, source_of


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_is_emptied_and_fills_again() -> None:
    clock = Clock()
    buckets = Buckets(rate=2, burst=3, clock=clock)
    assert [buckets.wait("a") for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert buckets.wait("b") == 0
    clock.now += 0.5
    assert [buckets.wait("a"), buckets.wait("a")] == [0, 0.5]
    clock.now += 3600
    assert [buckets.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_clock_that_stands_still_or_a_crowd_costs_no_memory() -> None:
    buckets = Buckets(rate=1, burst=1, most=10, clock=Clock())
    for number in range(1000):
        buckets.wait(str(number))
    assert len(buckets._levels) == 10


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("unknown", "unknown", True),
    ],
)
def test_what_one_source_is(one: str, other: str, *, same: bool) -> None:
    assert (source_of(one) == source_of(other)) is same


async def chunks(*sizes: int, pause: float = 0) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size
        await asyncio.sleep(pause)


async def test_a_body_up_to_the_limit_is_whole() -> None:
    assert await body_of(chunks(), None, 10, 1) == b""
    assert await body_of(chunks(4, 6), "10", 10, 1) == b"x" * 10


async def test_a_larger_one_is_refused_however_it_comes() -> None:
    for sizes, announced in (((4, 7), None), ((11,), "11"), ((1,), "1000000"), ((10,) * 1000, None), ((4, 7), "4")):
        with pytest.raises(TooLarge):
            await body_of(chunks(*sizes), announced, 10, 1)


async def test_a_slow_one_is_given_up() -> None:
    with pytest.raises(TooSlow):
        await body_of(chunks(1, 1, 1, pause=0.1), None, 10, 0.15)
