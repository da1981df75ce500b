"""Kafka's default partitioner: murmur2 of the key (law 7). Pure Python takes 6 us a key, so answers are remembered."""

from collections.abc import Callable
from functools import lru_cache

from aiokafka.partitioner import murmur2

REMEMBERED = 200_000


def partitioner(partitions: int) -> Callable[[str], tuple[bytes, int]]:
    """A function from a key as text to (key as bytes, its partition among `partitions`)."""

    @lru_cache(REMEMBERED)
    def place(key: str) -> tuple[bytes, int]:
        data = key.encode()
        return data, (murmur2(data) & 0x7FFFFFFF) % partitions

    return place
