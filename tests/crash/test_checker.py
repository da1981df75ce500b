"""The judge itself is judged: a perfect run is clean, and every kind of damage is found by the check that is named for it."""

import ast
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash import fold
from tests.crash.checker import CHECKS, judge
from tests.crash.facts import DEAD_LETTERS, DECISIONS, INBOUND, RECEIPTS, Facts, Record
from tests.crash.ledger import Ledger, Plan, Sent, load
from tests.crash.synthetic import NAMESPACE, World, traffic

HERE = Path(__file__).parent
OUTSIDE = {"aiokafka", "asyncpg", "tests"}


@pytest.mark.parametrize("seed", range(5))
def test_a_perfect_run_is_clean(seed: int) -> None:
    sent = traffic(seed)
    verdict = judge(sent, World(sent).facts(), calm=True)
    assert verdict.clean, str(verdict)
    assert verdict.counted["events due"] > 300
    assert verdict.counted["of them repeated"] > 20


@pytest.mark.parametrize("module", ["checker", "facts", "fold", "ledger"])
def test_the_judge_shares_no_code_with_the_product(module: str) -> None:
    tree = ast.parse((HERE / f"{module}.py").read_text())
    names = [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    for name in names:
        assert name.split(".")[0] in OUTSIDE | sys.stdlib_module_names, name
        assert not name.startswith("tests") or name.startswith("tests.crash")


# Damage, one per check. Each takes facts of a perfect run and spoils them.


def _where(facts: Facts, topic: str, wanted: Callable[[Record], bool] = lambda record: True) -> int:
    """The place of a record in the middle of a topic."""
    records = facts.topics[topic]
    half = len(records) // 2
    return next(n for n in [*range(half, len(records)), *range(half)] if wanted(records[n]))


def _change(facts: Facts, topic: str, n: int, **values: object) -> None:
    record = facts.topics[topic][n]
    facts.topics[topic][n] = record._replace(value={**record.value, **values})


def lose_inbound(facts: Facts) -> None:
    event = facts.topics[INBOUND][_where(facts, INBOUND)].value["id"]
    facts.topics[INBOUND] = [record for record in facts.topics[INBOUND] if record.value["id"] != event]


def lose_decision(facts: Facts) -> None:
    """The last decision of a contact never comes, so that no later version depends on it."""
    last = {record.value["aggregate"]: n for n, record in enumerate(facts.topics[DECISIONS])}
    del facts.topics[DECISIONS][sorted(last.values())[3]]


def lose_row(facts: Facts) -> None:
    del facts.rows["tenant_acme", "communication_events"][7]


def lose_dead_letter(facts: Facts) -> None:
    del facts.topics[DEAD_LETTERS][0]


def change_dead_letter(facts: Facts) -> None:
    _change(facts, DEAD_LETTERS, 0, content={"data": "other bytes"})


def lose_receipt(facts: Facts) -> None:
    n = _where(facts, RECEIPTS)
    _change(facts, RECEIPTS, n, receipts=facts.topics[RECEIPTS][n].value["receipts"][1:])


def leave_unsettled(facts: Facts) -> None:
    n = _where(facts, RECEIPTS)
    first, *others = facts.topics[RECEIPTS][n].value["receipts"]
    _change(facts, RECEIPTS, n, receipts=[{**first, "status": "failed"}, *others])


def decide_twice(facts: Facts) -> None:
    records = facts.topics[DECISIONS]
    last = {record.value["aggregate"]: record for record in records}
    record = next(iter(last.values()))
    offset = max(each.offset for each in records if each.partition == record.partition) + 1
    again = {**record.value, "version": record.value["version"] + 1, "base": offset}
    records.append(record._replace(offset=offset, value=again))
    records.sort(key=lambda each: each[:2])


def double_row(facts: Facts) -> None:
    rows = facts.rows["tenant_acme", "inbox_messages"]
    rows.append({**rows[3]})


def count_twice(facts: Facts) -> None:
    row = facts.rows["tenant_acme", "inbox_conversations"][0]
    assert isinstance(row, dict)
    row["inbound_count"] += 1


def swap_decisions(facts: Facts) -> None:
    """Two neighbours of one contact change places; versions stay in order, as a worker would have numbered them."""
    records = facts.topics[DECISIONS]
    one = _where(facts, DECISIONS, lambda record: record.value["version"] == 2)
    other = next(
        n for n in range(one + 1, len(records)) if records[n].value["aggregate"] == records[one].value["aggregate"]
    )
    first, second = records[one], records[other]
    moved = ("cause", "source", "events")
    records[one] = first._replace(value={**first.value, **{name: second.value[name] for name in moved}})
    records[other] = second._replace(value={**second.value, **{name: first.value[name] for name in moved}})


def decide_from_a_copy(facts: Facts) -> None:
    n = _where(facts, DECISIONS)
    source = facts.topics[DECISIONS][n].value["source"]
    _change(facts, DECISIONS, n, source={**source, "offset": source["offset"] + 1})


def swap_batch(facts: Facts) -> None:
    n = _where(facts, RECEIPTS)
    _change(facts, RECEIPTS, n, receipts=facts.topics[RECEIPTS][n].value["receipts"][::-1])


def swap_causal(facts: Facts) -> None:
    """Inbound log, decisions and rows agree with each other, but not with the order of sending."""
    conversations = facts.rows["tenant_acme", "inbox_conversations"]
    causal = next(row["conversation_id"] for row in conversations if row["address"].startswith("tel:+1212"))
    rows = [row for row in facts.rows["tenant_acme", "inbox_messages"] if row["conversation_id"] == causal]
    one, other = rows[0], rows[-1]
    assert isinstance(one, dict) and isinstance(other, dict)
    one["log_offset"], other["log_offset"] = other["log_offset"], one["log_offset"]


def skip_version(facts: Facts) -> None:
    n = _where(facts, DECISIONS, lambda record: record.value["version"] > 1)
    _change(facts, DECISIONS, n, version=facts.topics[DECISIONS][n].value["version"] + 1)


def claim_wrongly(facts: Facts) -> None:
    records = facts.topics[DECISIONS]
    record = records[_where(facts, DECISIONS)]
    offset = max(each.offset for each in records if each.partition == record.partition) + 1
    records.append(record._replace(offset=offset, value={**record.value, "base": offset}))


def change_row(facts: Facts) -> None:
    row = facts.rows["tenant_acme", "communication_events"][5]
    assert isinstance(row, dict)
    row["raw"] = b"torn"


def add_row(facts: Facts) -> None:
    rows = facts.rows["tenant_acme", "consent"]
    rows.append({**rows[0], "event_id": "00000000-0000-5000-8000-000000000000"})


def regress_status(facts: Facts) -> None:
    """A late `sent` wins over `delivered`, in the log and in the table."""
    for row in facts.rows["tenant_acme", "inbox_messages"]:
        assert isinstance(row, dict)
        if row["provider_id"].startswith("SM") and row["progress"] and row["progress"] > "4":
            row |= {"progress": "3 sent ", "status": "sent"}
            return


def change_text(facts: Facts) -> None:
    for row in facts.rows["tenant_acme", "inbox_messages"]:
        if row["text"]:
            assert isinstance(row, dict)
            row["text"] += "!"
            return


def commit_too_far(facts: Facts) -> None:
    lose_decision(facts)


def commit_too_little(facts: Facts) -> None:
    facts.committed[INBOUND, 1] -= 1


def leave_in_queue(facts: Facts) -> None:
    facts.waiting["sms"] = 3


def leave_view_behind(facts: Facts) -> None:
    position = facts.positions[0]
    assert isinstance(position, dict)
    position["next_offset"] -= 1


def move_view_back(facts: Facts) -> None:
    position = facts.audit[-1]
    facts.audit.append({**position, "old_offset": position["new_offset"], "new_offset": 2})


def skip_in_view(facts: Facts) -> None:
    position = facts.audit[-1]
    assert isinstance(position, dict)
    position["old_offset"] += 1


def deliver_again(facts: Facts) -> None:
    record = facts.topics[RECEIPTS][3]
    receipts = [{**receipt, "attempt": 2} for receipt in record.value["receipts"]]
    facts.topics[RECEIPTS].append(record._replace(offset=10_000, value={**record.value, "receipts": receipts}))


def draw_ids(facts: Facts) -> None:
    _change(facts, INBOUND, _where(facts, INBOUND), id="1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed")


def key_by_number(facts: Facts) -> None:
    n = _where(facts, INBOUND, lambda record: "SM" in record.value["provider_id"])
    facts.topics[INBOUND][n] = facts.topics[INBOUND][n]._replace(key="acme:contact:+14155550007")


def give_up_good_body(facts: Facts) -> None:
    good = facts.topics[RECEIPTS][0].value["receipts"]
    message = next(receipt["message"] for receipt in good if receipt["status"] == "processed")
    letter = facts.topics[DEAD_LETTERS][0]
    facts.topics[DEAD_LETTERS].append(
        letter._replace(
            offset=letter.offset + 1000, value={**letter.value, "origin": {"queue": "sms", "message": message}}
        )
    )


DAMAGE: list[tuple[Callable[[Facts], None], str]] = [
    (lose_inbound, "lost.inbound"),
    (lose_decision, "lost.decision"),
    (lose_row, "lost.row"),
    (lose_dead_letter, "lost.dead_letter"),
    (change_dead_letter, "lost.dead_letter"),
    (lose_receipt, "lost.receipt"),
    (leave_unsettled, "lost.receipt"),
    (decide_twice, "doubled.decision"),
    (double_row, "doubled.row"),
    (count_twice, "doubled.count"),
    (swap_decisions, "order.log"),
    (decide_from_a_copy, "order.log"),
    (swap_batch, "order.batch"),
    (swap_causal, "order.causal"),
    (skip_version, "version.gap"),
    (claim_wrongly, "version.claim"),
    (change_row, "state.rows"),
    (add_row, "state.rows"),
    (regress_status, "state.status"),
    (change_text, "state.text"),
    (commit_too_far, "position.beyond"),
    (commit_too_little, "position.behind"),
    (leave_in_queue, "position.behind"),
    (leave_view_behind, "position.views"),
    (move_view_back, "position.views"),
    (skip_in_view, "position.views"),
    (deliver_again, "queue.again"),
    (draw_ids, "identity.ids"),
    (key_by_number, "identity.keys"),
    (key_by_number, "identity.private"),
    (give_up_good_body, "invented"),
]


@pytest.mark.parametrize(("damage", "check"), DAMAGE, ids=lambda each: each if isinstance(each, str) else each.__name__)
def test_damage_is_found_by_its_check(damage: Callable[[Facts], None], check: str) -> None:
    sent = traffic(1)
    facts = World(sent).facts()
    damage(facts)
    verdict = judge(sent, facts, calm=True)
    assert check in verdict.failed, str(verdict)


def test_every_check_was_seen_failing() -> None:
    assert {check for _, check in DAMAGE} == set(CHECKS)


def test_what_a_queue_may_not_have_taken_need_not_come_out() -> None:
    sent = traffic(2)
    facts = World(sent).facts()
    unknown = Plan(99, NAMESPACE).next()
    assert judge([*sent, Sent(replace(unknown, number=10_000), "unknown")], facts).clean


def test_the_same_seed_gives_the_same_traffic() -> None:
    assert traffic(7) == traffic(7)
    assert traffic(7) != traffic(8)


def test_a_ledger_is_read_as_it_was_written(tmp_path: Path) -> None:
    sent = traffic(3, bodies=200)
    ledger = Ledger(tmp_path / "ledger")
    for each in sent:
        ledger.intend(each.body)
        ledger.settle(each.body, each.outcome, each.message)
    ledger.close()
    assert load(tmp_path / "ledger") == sent


def test_the_rule_for_statuses() -> None:
    assert fold.status("3 sent ", " 2 failed") == "failed"
    assert fold.status("4 delivered ", " 2 failed") == "delivered"
    assert fold.status("4 delivered 2026-01-01", "2026-01-02 2 failed") == "failed"
    assert fold.status(None, " 1 undelivered") == "undelivered"
    assert fold.status(None, None) is None
