"""What must be durable before an ack, on a real broker. Kills at every crash point of delivery.md B.2 are in tests/crash."""

import asyncio
import time
from typing import Any

import msgspec

from streams.parked import parked
from tests.counting import command_id, contact_of, encode, key_of, message
from tests.servers.streams.deployment import Deployment

CONTACTS = 20


async def _one_worker(deployment: Deployment, each: int) -> None:
    worker = deployment.start()
    deployment.until_ready(worker)
    await deployment.until_decided(CONTACTS, each)
    assert deployment.stop(worker) == 0


async def test_an_exception_in_the_loop_acks_nothing(deployment: Deployment) -> None:
    """F3: stock Faust acks the event whose agent raised. Fails when the loop's `fatal` is a `contextlib.suppress`."""
    worker = deployment.start(TRUNKLINE_FAILPOINT="A2:exception")
    deployment.until_ready(worker)
    await deployment.send(deployment.messages(CONTACTS, 2))
    assert worker.wait(30) == 70
    line = msgspec.json.decode(deployment.log(worker).splitlines()[-1])
    assert line["event"] == "worker ends itself" and line["error"] == "FailpointReached"
    assert not any((await deployment.committed()).values())
    await _one_worker(deployment, 2)


async def test_a_dead_letter_keeps_the_bytes_and_the_rest_goes_on(deployment: Deployment) -> None:
    good = list(deployment.messages(CONTACTS, 2))
    bad = [(0, b"no key", b"\xff\x00"), (1, key_of(1).encode(), b"{"), (2, b"", b"")]
    await deployment.send([*good[:15], *bad, *good[15:]])
    worker = deployment.start()
    deployment.until_ready(worker)
    await deployment.until_decided(CONTACTS, 2)
    assert deployment.stop(worker) == 0
    letters = [msgspec.json.decode(r.value) for r in await deployment.read(deployment.dead_letters)]
    assert sorted((x["reason"], x["origin"].get("partition")) for x in letters) == [
        ("not_a_key", 0),
        ("not_a_key", 2),
        ("undecodable", 1),
    ]
    committed = await deployment.committed()
    assert sum(offset for (topic, _), offset in committed.items() if topic == deployment.inbound) == len(good) + len(
        bad
    )


async def test_settings_copies_follow_and_decisions_say_which_version_they_used(deployment: Deployment) -> None:
    worker = deployment.start()
    deployment.until_ready(worker)
    await deployment.send([_policy(1, ["en"]), _policy(2, ["es"])], deployment.commands)
    copy = await _copies(deployment, 2)
    assert copy["policy"]["languages"] == ["es"]
    await deployment.send(deployment.messages(4, 1))
    await deployment.until_decided(4, 1)
    used = {d["aggregate"]: d.get("settings", 0) for d in await deployment.accepted() if ":contact:" in d["aggregate"]}
    assert set(used.values()) == {2}

    # what a zombie would leave: an older copy after the newer one; the next start writes the latest again
    assert deployment.stop(worker) == 0
    old = {"type": "tenant", "tenant": "acme", "version": 1, "namespace": "-"}
    await deployment.send([(0, b"acme:tenant:acme", msgspec.json.encode(old))], deployment.settings)
    again = deployment.start()
    deployment.until_ready(again)
    await _copies(deployment, 2)
    assert deployment.stop(again) == 0


async def test_too_many_parked_stop_the_worker(deployment: Deployment) -> None:
    bug = deployment.folder / "bug"
    bug.touch()
    environment = {"COUNTING_BUG": str(bug), "TRUNKLINE_STREAMS__PARK_LIMIT": "3"}
    await deployment.send(
        [(deployment.partition(n), key_of(n).encode(), encode(message(n, 1, kind="poison"))) for n in range(CONTACTS)]
    )
    worker = deployment.start(**environment)
    assert worker.wait(30) == 79
    assert "that is a bug in a decider" in deployment.log(worker)
    bug.unlink()
    for contact in await _parked(deployment):
        await deployment.send([_release(deployment, contact)], deployment.commands)
    last = deployment.start(**environment)
    deployment.until_ready(last)
    await deployment.until_decided(CONTACTS, 1)
    assert deployment.stop(last) == 0


def _policy(n: int, languages: list[str]) -> tuple[int, bytes, bytes]:
    wish = {"type": "set_tenant_policy", "id": command_id(f"p{n}"), "aggregate": "acme:tenant:acme"}
    return 1, b"acme:tenant:acme", msgspec.json.encode(wish | {"policy": {"languages": languages}})


def _release(deployment: Deployment, aggregate: str) -> tuple[int, bytes, bytes]:
    number = next(n for n in range(CONTACTS) if aggregate.endswith(contact_of(n)))
    wish = {"type": "release_aggregate", "id": command_id(f"r{aggregate}"), "aggregate": aggregate}
    return deployment.partition(number), aggregate.encode(), msgspec.json.encode(wish)


async def _parked(deployment: Deployment) -> list[str]:
    return [each.aggregate for each in await parked(deployment.kafka)]


async def _copies(deployment: Deployment, version: int) -> dict[str, Any]:
    """The last copy of the tenant, once it has this version."""
    deadline = time.monotonic() + 20
    while True:
        copies = [msgspec.json.decode(r.value) for r in await deployment.read(deployment.settings, partitions=1)]
        if copies and copies[-1]["version"] == version:
            found: dict[str, Any] = copies[-1]
            return found
        assert time.monotonic() < deadline, copies
        await asyncio.sleep(0.1)
