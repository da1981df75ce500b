"""Kafka's own golden vectors (org.apache.kafka.common.utils.UtilsTest, testMurmur2) and its default partitioner's rule."""

import pytest

from bridge.partitioner import partitioner

VECTORS = {
    "21": -973932308,
    "foobar": -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    "abc": 479470107,
}


@pytest.mark.parametrize("partitions", [1, 4, 8, 12])
@pytest.mark.parametrize(("key", "hashed"), VECTORS.items())
def test_partitions_are_kafkas(key: str, hashed: int, partitions: int) -> None:
    place = partitioner(partitions)
    assert place(key) == (key.encode(), (hashed & 0x7FFFFFFF) % partitions)
    assert place(key) == place(key)
