"""What one append holds: given a fold and inputs, when they are taken, then these records and no others."""

import msgspec
import pytest

from schemas.commands import ReleaseAggregate
from schemas.dead_letters import DeadLetter
from schemas.decisions import Decision, Source
from schemas.envelope import header
from schemas.events import CommandRefused
from schemas.settings import Policy
from streams.engine.draft import APPEND, LARGEST, Draft
from tests.counting import command_id, contact_of, encode, key_of, message
from tests.unit.streams.world import (
    COMMANDS,
    INBOUND,
    START,
    DecisionsLog,
    Record,
    Worker,
    command,
    content,
    decode,
    inbound,
    rules,
)


def letters(draft: Draft) -> list[DeadLetter]:
    return [msgspec.json.decode(value, type=DeadLetter) for _, value, _ in draft.dead]


def test_a_decision_says_what_it_answers() -> None:
    worker = Worker(DecisionsLog(), with_=rules(policy=(7, Policy())))
    event = msgspec.structs.replace(message(1, 1), correlation="c-1", trace="00-" + "1" * 32 + "-" + "2" * 16 + "-01")
    draft = worker.step(inbound([event]))
    ((key, value, headers),) = draft.records
    decision = decode(value)
    assert key == key_of(1).encode()
    assert decision == Decision(
        aggregate=key_of(1),
        version=1,
        cause=event.id,
        source=Source("comms.inbound.v1", 0, 0),
        at="2025-11-24T16:00:00.000Z",
        base=0,
        slot=0,
        settings=7,
        correlation="c-1",
        trace=event.trace,
        events=decision.events,
    )
    assert {name: text.decode() for name, text in headers} == {
        "ce_specversion": "1.0",
        "content-type": "application/json",
        "ce_type": "trunkline.decision.v1",
        "ce_source": "trunkline/streams",
        "ce_dataschema": "urn:trunkline:schema:trunkline.decision.v1",
        "ce_id": f"{key_of(1)}@1",
        "ce_subject": key_of(1),
        "ce_time": "2025-11-24T16:00:00.000Z",
        "ce_tenant": "acme",
        "ce_correlationid": "c-1",
        "ce_causationid": event.id,
        "traceparent": event.trace,
    }


def test_now_is_the_records_time_and_never_the_clock() -> None:
    worker = Worker(DecisionsLog()).run(inbound([message(1, 1)], at=START + 5))
    assert worker.log.decisions()[0].events[1].channel == "2025-11-24T16:00:00.005Z"  # type: ignore[union-attr]


def test_base_and_slot_tell_where_the_writer_thought_to_be() -> None:
    log = DecisionsLog()
    Worker(log).run(inbound([message(1, 1)]))
    other = Worker(log)
    other.catch_up()
    other.run(inbound([message(2, 1), message(3, 1)]))
    assert [(d.base, d.slot) for d in log.decisions()] == [(0, 0), (1, 0), (1, 1)]


def test_a_duplicate_leaves_no_record() -> None:
    worker = Worker(DecisionsLog())
    draft = worker.step(inbound([message(1, 1), message(1, 1), message(1, 2), message(1, 1)]))
    assert len(draft.records) == 2 and draft.duplicates == 2
    again = Draft(worker.fold, START)
    assert again.take(inbound([message(1, 2), message(1, 1)])) == 2
    assert not again.records and again.duplicates == 2


def test_drafting_changes_nothing_before_the_log_has_it() -> None:
    worker = Worker(DecisionsLog()).run(inbound([message(1, 1)]))
    before, position = content(worker.fold.store), worker.fold.position
    Draft(worker.fold, START).take(inbound([message(1, 2), message(2, 1)]))
    assert content(worker.fold.store) == before and worker.fold.position == position


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (None, encode(message(1, 1)), "not_a_key"),
        (b"\xff\xfe", encode(message(1, 1)), "not_a_key"),
        (b"acme:contact", encode(message(1, 1)), "not_a_key"),
        (b"acme:lead:1", encode(message(1, 1)), "unknown_aggregate"),
        (key_of(1).encode(), None, "undecodable"),
        (key_of(1).encode(), b"", "undecodable"),
        (key_of(1).encode(), b"\x00\xff", "undecodable"),
        (key_of(1).encode(), b'{"id":"a"}', "undecodable"),
        (key_of(1).encode(), b"[" * 100_000, "undecodable"),
        (key_of(1).encode(), encode(msgspec.structs.replace(message(1, 1), id="not a uuid")), "undecodable"),
        (key_of(2).encode(), encode(message(1, 1)), "other_aggregate"),
        (f"other:contact:{contact_of(1)}".encode(), encode(message(1, 1)), "other_aggregate"),
    ],
)
def test_what_can_never_be_decided_is_dead_lettered_with_its_bytes(
    key: bytes | None, value: bytes | None, reason: str
) -> None:
    """And the ones around it are decided."""
    worker = Worker(DecisionsLog())
    bad = (INBOUND, Record("comms.inbound.v1", 3, 99, START, key, value))
    draft = worker.step([inbound([message(7, 1)])[0], bad, inbound([message(7, 2)])[0]])
    (letter,) = letters(draft)
    assert (letter.stage, letter.reason) == ("decode", reason)
    assert (letter.origin.topic, letter.origin.partition, letter.origin.offset) == ("comms.inbound.v1", 3, 99)
    assert letter.content.size == len(value or b"")
    assert len(draft.records) == 2
    assert draft.dead[0][0] == key


def test_a_dead_letter_has_the_same_id_each_time() -> None:
    bad = (INBOUND, Record("comms.inbound.v1", 3, 99, START, b"x", b"y"))
    one, other = (Worker(DecisionsLog()).step([bad]) for _ in range(2))
    assert one.dead == other.dead


def test_a_record_from_another_age_is_a_dead_letter() -> None:
    """A foreign producer can stamp anything."""
    bad = (INBOUND, Record("comms.inbound.v1", 0, 0, 10**17, key_of(1).encode(), encode(message(1, 1))))
    (letter,) = letters(Worker(DecisionsLog()).step([bad]))
    assert letter.reason == "undecodable" and letter.at.startswith("9999-")


def test_an_append_ends_when_it_is_full_and_the_rest_follows() -> None:
    inputs = inbound([message(n, 1) for n in range(3000)])
    worker = Worker(DecisionsLog())
    draft = worker.step(inputs)
    assert 0 < worker.next < len(inputs)
    assert sum(len(value) for _, value, _ in draft.records) <= APPEND
    worker.run(inputs)
    assert len(worker.log.records) == 3000


def test_a_decision_that_fits_nowhere_is_a_dead_letter() -> None:
    """It is the input's fault, not a bug: nothing is parked. The letter says where the bytes are."""
    draft = Worker(DecisionsLog()).step(inbound([message(1, 1, kind="x" * LARGEST)]))
    assert letters(draft)[0].content.encoding == "claim"
    assert [letter.reason for letter in letters(draft)] == ["too_large"]
    assert not draft.records and not draft.parked


def test_commands_and_events_of_one_aggregate_share_its_versions() -> None:
    worker = Worker(DecisionsLog())
    wish = ReleaseAggregate(id=command_id("a"), aggregate=key_of(1))
    worker.take(inbound([message(1, 1)])[0], command(wish), inbound([message(1, 2)])[0])
    decisions = worker.log.decisions()
    assert [d.version for d in decisions] == [1, 2, 3]
    assert [d.source.topic for d in decisions] == ["comms.inbound.v1", COMMANDS.name, "comms.inbound.v1"]
    assert decisions[1].events == (
        CommandRefused(id=wish.id, command="release_aggregate", reason="nothing is parked here"),
    )


def test_header_reads_what_was_written() -> None:
    draft = Worker(DecisionsLog()).step(inbound([message(1, 1)]))
    assert header(draft.records[0][2], "ce_tenant") == "acme"
    assert header(draft.records[0][2], "ce_correlationid") is None
