"""Copies of settings: written where the topic's last one differs, whoever wrote that, and read back as policies."""

from typing import Any

import msgspec
import pytest
from aiokafka.errors import KafkaConnectionError

from schemas.commands import SetTenantPolicy
from schemas.settings import AnySettings, ChannelSettings, Policy, TenantSettings
from streams import policies as policies_module
from streams.engine.exit import Exit
from streams.policies import Policies
from tests.counting import command_id, key_of, message
from tests.unit.streams.fakes import Died, deaths
from tests.unit.streams.world import DecisionsLog, Worker, command, inbound

KEY = b"acme:tenant:acme"


class Producer:
    def __init__(self) -> None:
        self.written: list[tuple[bytes, Any]] = []
        self.broken = False

    async def write(self, topic: str, partition: int, records: Any, timestamp: int, deadline: float) -> None:
        if self.broken:
            raise KafkaConnectionError("down")
        assert (topic, partition) == ("settings", 0)
        self.written += [(key, msgspec.json.decode(value, type=AnySettings)) for key, value, _ in records]


@pytest.fixture
def producer() -> Producer:
    return Producer()


@pytest.fixture
def policies(producer: Producer, monkeypatch: pytest.MonkeyPatch) -> Policies:
    deaths(monkeypatch, policies_module)
    return Policies({}, "settings", producer)  # type: ignore[arg-type]


def wish(n: int, languages: list[str]) -> Any:
    return command(
        SetTenantPolicy(id=command_id(f"policy {n}"), aggregate=KEY.decode(), policy={"languages": languages}), n
    )


async def test_the_latest_state_is_copied_once(policies: Policies, producer: Producer) -> None:
    worker = Worker(DecisionsLog()).run([wish(1, ["en"]), wish(2, ["en", "es"]), *inbound([message(1, 1)])])
    await policies.copy(worker.fold, {KEY, key_of(1).encode(), b"acme:tenant:none"})
    ((key, copy),) = producer.written
    assert key == KEY and copy == TenantSettings(
        tenant="acme", version=2, namespace="-", policy=Policy(languages=("en", "es"))
    )
    await policies.copy(worker.fold, {KEY})
    assert len(producer.written) == 1 and policies.copies == 1


async def test_an_older_copy_that_a_zombie_left_is_written_over(policies: Policies, producer: Producer) -> None:
    """Compaction keeps the last record, not the highest version."""
    worker = Worker(DecisionsLog()).run([wish(1, ["en"]), wish(2, ["es"])])
    await policies.copy(worker.fold, {KEY})
    policies.apply(KEY, msgspec.json.encode(TenantSettings(tenant="acme", version=1, namespace="-")))
    await policies.copy(worker.fold, {KEY})
    assert [copy.version for _, copy in producer.written] == [2, 2]


async def test_a_deleted_copy_is_written_again(policies: Policies, producer: Producer) -> None:
    worker = Worker(DecisionsLog()).run([wish(1, ["en"])])
    await policies.copy(worker.fold, {KEY})
    policies.apply(KEY, None)
    await policies.copy(worker.fold, {KEY})
    assert len(producer.written) == 2


async def test_a_copy_that_cannot_be_written_ends_the_process(policies: Policies, producer: Producer) -> None:
    producer.broken = True
    worker = Worker(DecisionsLog()).run([wish(1, ["en"])])
    with pytest.raises(Died) as died:
        await policies.copy(worker.fold, {KEY})
    assert died.value.code == Exit.APPEND_DEADLINE


def test_the_highest_version_of_a_policy_stands(policies: Policies) -> None:
    assert policies.of("acme") == (0, Policy())
    for version in (3, 1, 2):
        policies.apply(
            KEY,
            msgspec.json.encode(
                TenantSettings(tenant="acme", version=version, namespace="-", policy=Policy(languages=(str(version),)))
            ),
        )
    assert policies.of("acme") == (3, Policy(languages=("3",)))
    policies.apply(
        b"acme:channel:sms", msgspec.json.encode(ChannelSettings(tenant="acme", version=9, channel_type="sms"))
    )
    assert policies.of("acme")[0] == 3 and policies.of("other") == (0, Policy())


def test_a_copy_of_a_newer_program_ends_the_process(policies: Policies) -> None:
    """Deciding on a stale policy in silence would be worse."""
    with pytest.raises(Died, match="upgrade this worker"):
        policies.apply(KEY, b'{"type":"campaign"}')
