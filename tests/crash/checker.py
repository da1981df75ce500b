"""The judge of a crash run: ledger and facts in, violations out. Pure; shares no code with the product.

What is judged, exactly:

*Lost.* Every item of a body that a queue accepted is in the inbound log, is the cause of an accepted decision and has its row. A
body that nobody can read has a dead letter with its original bytes. Every accepted queue message has a receipt that settles it.

*Doubled.* No cause is accepted twice, no row exists twice, no message counts twice in its conversation. A second record of the same
event in the inbound log is legal (queues and bridges repeat), as are rejected records in the decisions log (zombies).

*Reordered.* SQS standard queues promise no order, so the order of a contact is made by the inbound log. Judged is
 - `order.log`: the accepted decisions of a contact follow the first occurrences of its events in the inbound log, one for one, and
   each names the offset of that first occurrence as its source: nothing overtakes, nothing is decided from a later copy;
 - `order.batch`: of events that one receive call brought, the inbound log keeps the order of that call. Judged for events with one
   occurrence and one receipt: after a crash another call may bring them again, in another order, and that is legal;
 - `order.causal`: some contacts send a text only after the one before it is in the inbound log. Their texts stand in the order of
   sending everywhere, whatever happened: first occurrences, decisions, rows;
 - `version.*`: versions of an aggregate have no gap, and a record that lies where its writer expected it is always acceptable, so that
   readers who trust `base + slot` agree with readers who count versions.

*State.* Every row of every view equals a second fold of the log (fold.py), every message's status the rule over all reports sent.
*Position.* No committed offset is beyond a decision; at the end all are at the end. View positions only ever grew, without a gap.
*Queue.* Where nothing was killed or frozen, no message comes again after it was done with.
*Identity.* Ids and keys are the derived ones; no address is in a key or header.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.crash import fold
from tests.crash.facts import DEAD_LETTERS, DECISIONS, INBOUND, RECEIPTS, SOURCES, Facts, Record
from tests.crash.ledger import Item, Sent

SHOWN = 5
"""Examples per check in a report."""


@dataclass
class Case:
    """Everything a check may look at. calm: no process was killed or frozen, so that no message had to come twice."""

    sent: list[Sent]
    facts: Facts
    calm: bool = False

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item that may exist, by event id."""
        return {item.event: item for sent in self.sent for item in sent.body.items}

    @cached_property
    def due(self) -> dict[str, Item]:
        """Every item that must exist: at least one of its bodies was accepted by a queue."""
        return {item.event: item for sent in self.sent if sent.outcome == "ok" for item in sent.body.items}

    @cached_property
    def messages(self) -> dict[str, Sent]:
        """Accepted bodies by SQS message id."""
        return {sent.message: sent for sent in self.sent if sent.message}

    @cached_property
    def inbound(self) -> dict[str, list[Record]]:
        """All occurrences of each event in the inbound log."""
        found: dict[str, list[Record]] = defaultdict(list)
        for record in self.facts.topics[INBOUND]:
            found[record.value["id"]].append(record)
        return found

    @cached_property
    def accepted(self) -> list[Record]:
        return list(fold.accepted(self.facts.topics[DECISIONS]))

    @cached_property
    def causes(self) -> Counter[str]:
        return Counter(record.value["cause"] for record in self.accepted)

    @cached_property
    def events(self) -> list[tuple[Record, dict[str, Any]]]:
        """Every event of every accepted decision."""
        return [(record, event) for record in self.accepted for event in record.value.get("events", ())]

    @cached_property
    def given_up(self) -> set[tuple[str, int, int]]:
        """Source records that became dead letters."""
        origins = [letter.value["origin"] for letter in self.facts.topics[DEAD_LETTERS]]
        return {(origin["topic"], origin["partition"], origin["offset"]) for origin in origins if origin.get("topic")}

    def rows(self, table: str) -> list[Any]:
        """The rows of one table in all schemas."""
        return [row for (_, name), rows in self.facts.rows.items() if name == table for row in rows]


@dataclass
class Verdict:
    """violations: by the name of the check. counted: what the run consisted of."""

    violations: dict[str, list[str]] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)

    def count(self, family: str) -> int:
        return sum(len(found) for name, found in self.violations.items() if name.split(".")[0] == family)

    @property
    def clean(self) -> bool:
        return not any(self.violations.values())

    @property
    def failed(self) -> list[str]:
        """Names of the checks that found something."""
        return [name for name, found in self.violations.items() if found]

    def __str__(self) -> str:
        lines = [f"{self.count('lost')} lost, {self.count('doubled')} doubled, {self.count('order')} reordered"]
        lines += [f"  {name}: {number}" for name, number in self.counted.items()]
        for name in self.failed:
            found = self.violations[name]
            lines += [f"{name}: {len(found)}", *(f"  {text}" for text in found[:SHOWN])]
        return "\n".join(lines)


def judge(sent: list[Sent], facts: Facts, *, calm: bool = False) -> Verdict:
    """Carries out every check. calm: nothing was killed or frozen."""
    case = Case(sent, facts, calm)
    verdict = Verdict({name: list(check(case)) for name, check in CHECKS.items()})
    verdict.counted = {
        "queue messages": len(case.messages),
        "of them repeated": sum(each.body.copy_of is not None for each in case.messages.values()),
        "events due": len(case.due),
        "inbound records": len(facts.topics[INBOUND]),
        "decision records": len(facts.topics[DECISIONS]),
        "rejected decision records": len(facts.topics[DECISIONS]) - len(case.accepted),
        "dead letters": len(facts.topics[DEAD_LETTERS]),
        "rows compared": sum(len(rows) for rows in facts.rows.values()),
    }
    return verdict


def lost_inbound(case: Case) -> Iterator[str]:
    for event, item in case.due.items():
        if event not in case.inbound:
            yield f"{item.type} {item.provider_id} ({event}) was accepted by its queue and is not in the inbound log"


def lost_decision(case: Case) -> Iterator[str]:
    for event, records in case.inbound.items():
        places = {(INBOUND, record.partition, record.offset) for record in records}
        if not case.causes[event] and not places <= case.given_up:
            first = records[0]
            yield f"{event} (inbound {first.partition}/{first.offset}) has no accepted decision"


def lost_row(case: Case) -> Iterator[str]:
    shown = {str(row["event_id"]) for row in case.rows("communication_events")}
    for record, event in case.events:
        if event["type"] not in fold.SETTINGS and event["id"] not in shown:
            yield f"event {event['id']} of decision {record.partition}/{record.offset} has no row"


def lost_dead_letter(case: Case) -> Iterator[str]:
    found: dict[str, list[bytes | None]] = defaultdict(list)
    for record in case.facts.topics[DEAD_LETTERS]:
        found[record.value["origin"].get("message", "")].append(fold.bytes_of(record.value["content"])[0])
    for message, sent in case.messages.items():
        if not sent.body.items and sent.body.text.encode() not in found[message]:
            yield f"queue message {message} cannot be read and has no dead letter with its bytes"


def lost_receipt(case: Case) -> Iterator[str]:
    found: dict[str, set[str]] = defaultdict(set)
    for record in case.facts.topics[RECEIPTS]:
        for receipt in record.value["receipts"]:
            found[receipt["message"]].add(receipt["status"])
    for message, sent in case.messages.items():
        if (wanted := "processed" if sent.body.items else "dead_lettered") not in found[message]:
            yield f"queue message {message} has no receipt that says {wanted}, only {sorted(found[message])}"


def doubled_decision(case: Case) -> Iterator[str]:
    for cause, times in case.causes.items():
        if times > 1:
            yield f"cause {cause} was accepted {times} times"


def doubled_row(case: Case) -> Iterator[str]:
    for (schema, table), rows in case.facts.rows.items():
        key = fold.KEYS[table]
        for values, times in Counter(tuple(str(row[name]) for name in key) for row in rows).items():
            if times > 1:
                yield f"{schema}.{table} has {times} rows for {values}"


def doubled_count(case: Case) -> Iterator[str]:
    said: dict[str, set[str]] = defaultdict(set)
    for _, event in case.events:
        if event["type"] == "message_received":
            said[event["thread"]].add(event["message"])
    for row in case.rows("inbox_conversations"):
        counted, real = row["inbound_count"] + row["outbound_count"], len(said[str(row["conversation_id"])])
        if counted != real:
            yield f"conversation {row['conversation_id']} counts {counted} messages of {real}"


def order_log(case: Case) -> Iterator[str]:
    first = {event: records[0] for event, records in case.inbound.items()}
    decided: dict[str, list[Record]] = defaultdict(list)
    for record in case.accepted:
        if record.value["cause"] in first:
            decided[record.value["aggregate"]].append(record)
    for aggregate, records in decided.items():
        last = (-1, -1)
        for record in records:
            origin = first[record.value["cause"]]
            source = record.value["source"]
            if (source["partition"], source["offset"]) != origin[:2]:
                yield f"{aggregate}: {record.value['cause']} was decided from {source['offset']}, it came first at {origin.offset}"
            elif origin[:2] <= last:
                yield f"{aggregate}: the event of inbound offset {origin.offset} was decided after {last[1]}"
            last = max(last, origin[:2])


def order_batch(case: Case) -> Iterator[str]:
    batches = [record.value["receipts"] for record in case.facts.topics[RECEIPTS]]
    receipts = Counter(event for batch in batches for receipt in batch for event in receipt.get("events", ()))
    for batch in batches:
        last: dict[str, Record] = {}
        for receipt in batch:
            for event in receipt.get("events", ()):
                records = case.inbound.get(event, [])
                if len(records) != 1 or receipts[event] != 1:
                    continue
                record = records[0]
                if record.key in last and record[:2] < last[record.key][:2]:
                    yield f"{record.key}: inbound {record.offset} came in one receive call after {last[record.key].offset}"
                last[record.key] = record


def order_causal(case: Case) -> Iterator[str]:
    def unsorted(where: str, numbers: dict[str, list[int]]) -> Iterator[str]:
        for who, seen in numbers.items():
            if seen != sorted(seen):
                yield f"{who}: {where} in the order {seen[:20]}"

    causal = {event: item for event, item in case.items.items() if item.causal}
    logged, decided, shown = defaultdict(list), defaultdict(list), defaultdict(list)
    for event in sorted(causal.keys() & case.inbound.keys(), key=lambda event: case.inbound[event][0][:2]):
        logged[causal[event].key].append(causal[event].seq)
    for record in case.accepted:
        if record.value["cause"] in causal:
            item = causal[record.value["cause"]]
            decided[item.key].append(item.seq)
    for row in sorted(case.rows("inbox_messages"), key=lambda row: (row["log_partition"] or 0, row["log_offset"] or 0)):
        if str(row["event_id"]) in causal:
            item = causal[str(row["event_id"])]
            shown[item.key].append(item.seq)
    yield from unsorted("in the inbound log", logged)
    yield from unsorted("decided", decided)
    yield from unsorted("in the inbox", shown)


def version_gap(case: Case) -> Iterator[str]:
    versions: dict[str, int] = {}
    for record in case.facts.topics[DECISIONS]:
        aggregate, version = record.value["aggregate"], record.value["version"]
        current = versions.get(aggregate, 0)
        if version > current + 1:
            yield f"{aggregate}: version {version} at {record.partition}/{record.offset} follows version {current}"
        elif version == current + 1:
            versions[aggregate] = version


def version_claim(case: Case) -> Iterator[str]:
    accepted = {record[:2] for record in case.accepted}
    for record in case.facts.topics[DECISIONS]:
        if record.offset == record.value["base"] + record.value.get("slot", 0) and record[:2] not in accepted:
            yield f"decision {record.partition}/{record.offset} lies where its writer expected it and loses by its version"


def state_rows(case: Case) -> Iterator[str]:
    expected = fold.expected(case.facts)
    for place in sorted(expected.keys() | case.facts.rows.keys()):
        schema, table = place
        wanted = {
            tuple(map(str, key if isinstance(key, tuple) else (key,))): row
            for key, row in expected.get(place, {}).items()
        }
        for row in case.facts.rows.get(place, []):
            key = tuple(str(row[name]) for name in fold.KEYS[table])
            want = wanted.pop(key, None)
            if want is None:
                yield f"{schema}.{table} {key} is no fold of the log"
                continue
            for name in want.keys() | row.keys():
                have, due = fold.plain(row.get(name)), fold.plain(want.get(name))
                if have != due:
                    yield f"{schema}.{table} {key}: {name} is {have!r}, the log says {due!r}"
        for key in wanted:
            yield f"{schema}.{table} {key} is missing"


def state_status(case: Case) -> Iterator[str]:
    reports: dict[str, list[str]] = defaultdict(list)
    for item in case.due.values():
        if item.type == "message_status" and item.address.startswith("tel:"):
            reports[item.provider_id].append(item.status or "")
    shown = {row["provider_id"]: row["status"] for row in case.rows("inbox_messages")}
    for provider_id, statuses in reports.items():
        reached = [status for status in statuses if status in fold.RANK]
        failed = [status for status in statuses if status in fold.FAILURES]
        best = max(reached, key=lambda status: fold.RANK[status], default=None)
        worst = max(failed, key=fold.FAILURES.index, default=None)
        want = fold.status(
            f"{fold.RANK[best]} {best} " if best else None, f" {fold.FAILURES.index(worst)} {worst}" if worst else None
        )
        if provider_id in shown and shown[provider_id] != want:
            yield f"message {provider_id} is {shown[provider_id]}, its reports {sorted(statuses)} say {want}"


def state_text(case: Case) -> Iterator[str]:
    for row in case.rows("inbox_messages"):
        item = case.items.get(str(row["event_id"]))
        if item is not None and row["text"] != item.text:
            yield f"message {item.provider_id} says {row['text']!r}, sent was {item.text!r}"


def position_beyond(case: Case) -> Iterator[str]:
    for topic in SOURCES:
        for record in case.facts.topics.get(topic, []):
            place = topic, record.partition, record.offset
            committed = record.offset < case.facts.committed.get(place[:2], 0)
            if committed and not case.causes[record.value["id"]] and place not in case.given_up:
                yield f"{topic} {record.partition}/{record.offset} is committed and has no accepted decision"


def position_behind(case: Case) -> Iterator[str]:
    for topic in SOURCES:
        for (name, partition), end in case.facts.ends.items():
            if name == topic and end and case.facts.committed.get((name, partition), 0) != end:
                yield f"{topic}/{partition}: committed {case.facts.committed.get((name, partition))}, the log ends at {end}"
    for queue, waiting in case.facts.waiting.items():
        if waiting:
            yield f"queue {queue}: {waiting} messages were left"


def position_views(case: Case) -> Iterator[str]:
    for row in case.facts.positions:
        end = case.facts.ends.get((row["topic"], row["partition"]))
        if end is not None and row["next_offset"] != end:
            yield f"view {row['view']} stands at {row['next_offset']} of {row['topic']}/{row['partition']}, which ends at {end}"
    last: dict[tuple[Any, ...], int] = {}
    for row in case.facts.audit:
        key = row["view"], row["version"], row["topic"], row["partition"]
        if last.setdefault(key, row["old_offset"]) != row["old_offset"] or row["new_offset"] < row["old_offset"]:
            yield f"position of {key} went {row['old_offset']} -> {row['new_offset']}, it stood at {last[key]}"
        last[key] = row["new_offset"]


def identity_ids(case: Case) -> Iterator[str]:
    for event, records in case.inbound.items():
        if event not in case.items:
            yield f"inbound {records[0].partition}/{records[0].offset}: id {event} is derived from nothing that was sent"


def identity_keys(case: Case) -> Iterator[str]:
    for event, records in case.inbound.items():
        item = case.items.get(event)
        for record in records:
            if item is not None and record.key != item.key:
                yield f"inbound {record.partition}/{record.offset}: key {record.key}, derived {item.key}"
    for record in case.facts.topics[DECISIONS]:
        if record.key != record.value["aggregate"]:
            yield f"decision {record.partition}/{record.offset}: key {record.key} of aggregate {record.value['aggregate']}"


def identity_private(case: Case) -> Iterator[str]:
    secrets = {item.address.split(":", 1)[1].lstrip("+").encode() for item in case.items.values()}
    for topic, records in case.facts.topics.items():
        for record in records:
            open_text = [record.key.encode(), *(value for _, value in record.headers)]
            words = {word for text in open_text for word in text.replace(b":", b" ").replace(b"+", b" ").split()}
            if words & secrets:
                yield f"{topic} {record.partition}/{record.offset}: an address in a key or header"


def queue_again(case: Case) -> Iterator[str]:
    """A message that comes again after it was done with was not deleted: without a crash that must not happen."""
    settled: set[str] = set()
    for record in case.facts.topics[RECEIPTS] if case.calm else ():
        for receipt in record.value["receipts"]:
            if receipt["message"] in settled:
                yield f"queue message {receipt['message']} came again after it was done with (attempt {receipt['attempt']})"
            if receipt["status"] != "failed":
                settled.add(receipt["message"])


def invented(case: Case) -> Iterator[str]:
    for record in case.facts.topics[DEAD_LETTERS]:
        sent = case.messages.get(record.value["origin"].get("message", ""))
        if sent is not None and sent.body.items:
            yield f"dead letter {record.value['id']} ({record.value['reason']}) of a good body"
    known = {record.value["id"] for topic in SOURCES for record in case.facts.topics.get(topic, [])}
    for cause in case.causes:
        if cause not in known:
            yield f"cause {cause} is no input"


CHECKS: dict[str, Callable[[Case], Iterator[str]]] = {
    "lost.inbound": lost_inbound,
    "lost.decision": lost_decision,
    "lost.row": lost_row,
    "lost.dead_letter": lost_dead_letter,
    "lost.receipt": lost_receipt,
    "doubled.decision": doubled_decision,
    "doubled.row": doubled_row,
    "doubled.count": doubled_count,
    "order.log": order_log,
    "order.batch": order_batch,
    "order.causal": order_causal,
    "version.gap": version_gap,
    "version.claim": version_claim,
    "state.rows": state_rows,
    "state.status": state_status,
    "state.text": state_text,
    "position.beyond": position_beyond,
    "position.behind": position_behind,
    "position.views": position_views,
    "queue.again": queue_again,
    "identity.ids": identity_ids,
    "identity.keys": identity_keys,
    "identity.private": identity_private,
    "invented": invented,
}
