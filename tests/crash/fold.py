"""A second fold of the log into the rows of every view, record by record in plain Python, from the words of DESIGN.md.

It shares no code with the product and knows no SQL: what the writers merge in batches is done here one event after another.
"""

import base64
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from tests.crash.facts import DEAD_LETTERS, DECISIONS, RECEIPTS, Facts, Record

Fields = dict[str, Any]
Tables = dict[tuple[str, str], dict[Any, Fields]]

RANK = {"queued": 1, "sending": 2, "sent": 3, "delivered": 4, "read": 5, "played": 6}
FAILURES = ("canceled", "undelivered", "failed")
KEYS: dict[str, tuple[str, ...]] = {
    "communication_events": ("event_id",),
    "inbox_conversations": ("conversation_id",),
    "inbox_messages": ("message_id",),
    "inbox_participants": ("conversation_id", "address", "role"),
    "consent": ("event_id",),
    "consent_states": ("contact_id", "scope"),
    "sqs_messages": ("queue_url", "message_id"),
    "sqs_attempts": ("queue_url", "message_id", "attempt", "bridge"),
    "channel_processors": ("channel_type",),
    "tenants": ("tenant",),
    "dead_letters": ("id",),
}
"""Every table of every view, with what makes a row one of a kind."""

SETTINGS = {"tenant_created", "tenant_policy_set", "channel_configured", "channel_deleted"}
DETAILS = ("reply", "location", "answer", "recipients", "tags", "metadata")
MESSAGES = {"message_received", "message_echoed"}
CHANGES = {"message_edited", "message_deleted"}
REPORTS = {"message_status_reported", "message_opened", "message_clicked", "message_complained"}


def accepted(decisions: Iterable[Record]) -> Iterator[Record]:
    """Law 2: the first record for (aggregate, version) wins, every other one is ignored."""
    versions: dict[str, int] = {}
    for record in decisions:
        key = record.value["aggregate"]
        if record.value["version"] == versions.get(key, 0) + 1:
            versions[key] = record.value["version"]
            yield record


def expected(facts: Facts) -> Tables:
    """The rows that all tables must hold, by (schema, table) and key."""
    tables: Tables = {}
    for record in accepted(facts.topics[DECISIONS]):
        _decision(tables, record)
    for record in facts.topics[DEAD_LETTERS]:
        _dead_letter(tables, record)
    for record in facts.topics[RECEIPTS]:
        _receipts(tables, record)
    for (_, table), rows in tables.items():
        if table == "inbox_messages":
            for row in rows.values():
                row["status"] = status(row["progress"], row["failure"])
    return tables


def schema_of(tenant: str) -> str:
    return "tenant_" + tenant.replace("-", "_") if tenant else "trunkline"


def when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def bytes_of(raw: Fields | None) -> tuple[bytes | None, str | None]:
    """(bytes, claim) of a `Raw`."""
    if raw is None:
        return None, None
    encoding = raw.get("encoding", "utf-8")
    if encoding == "claim":
        return None, raw["data"]
    return (base64.b64decode(raw["data"]) if encoding == "base64" else raw["data"].encode()), None


def status(progress: str | None, failure: str | None) -> str | None:
    """DESIGN.md 8, Meaning, from `rank status time` and `time index status`."""
    if failure is None:
        return progress.split(" ")[1] if progress else None
    failed_at, _, failed = failure.split(" ")
    if progress is None:
        return failed
    rank, reached, reached_at = progress.split(" ")
    if int(rank) >= RANK["delivered"] and not (reached_at and failed_at > reached_at):
        return reached
    return failed


def _table(tables: Tables, schema: str, name: str) -> dict[Any, Fields]:
    return tables.setdefault((schema, name), {})


def _decision(tables: Tables, record: Record) -> None:
    decision = record.value
    tenant, kind, id_ = decision["aggregate"].split(":", 2)
    schema = schema_of(tenant)
    for event in decision.get("events", ()):
        if event["type"] in SETTINGS:
            _tenant(tables, schema, decision, event)
            _channel(_table(tables, schema, "channel_processors"), decision, event)
            continue
        _event(_table(tables, schema, "communication_events"), record, event, id_ if kind == "contact" else None)
        if kind != "contact":
            continue
        if event["type"] == "consent_changed":
            _consent(tables, schema, record, event, id_)
        if event["type"] in REPORTS | MESSAGES | CHANGES | {"thread_opened"}:
            _conversation(_table(tables, schema, "inbox_conversations"), decision, event, id_)
        if event["type"] in MESSAGES:
            _message(tables, schema, record, event)
        elif event["type"] in CHANGES:
            _change(_table(tables, schema, "inbox_messages"), record, event)
        elif event["type"] in REPORTS:
            _report(_table(tables, schema, "inbox_messages"), record, event)


def _tenant(tables: Tables, schema: str, decision: Any, event: Fields) -> None:
    if event["type"] not in ("tenant_created", "tenant_policy_set"):
        return
    tenant, at = decision["aggregate"].split(":")[0], when(decision["at"])
    row = _table(tables, schema, "tenants").setdefault(
        tenant, {"tenant": tenant, "name": None, "policy": {}, "created_at": None}
    )
    if event["type"] == "tenant_created":
        row["name"], row["created_at"] = event.get("name") or row["name"], row["created_at"] or at
    row["policy"] = row["policy"] | event.get("policy", {})
    row["version"], row["changed_at"] = decision["version"], at


def _channel(table: dict[Any, Fields], decision: Any, event: Fields) -> None:
    if event["type"] not in ("channel_configured", "channel_deleted"):
        return
    deleted = event["type"] == "channel_deleted"
    at = when(decision["at"])
    table[event["channel_type"]] = {
        "channel_type": event["channel_type"],
        "queue_url": event.get("queue_url") or "",
        "is_active": event.get("is_active", False) and not deleted,
        "config": event.get("config") or {},
        "version": decision["version"],
        "changed_at": at,
        "deleted_at": at if deleted else None,
    }


def _event(table: dict[Any, Fields], record: Record, event: Fields, contact: str | None) -> None:
    if event["id"] in table:
        return
    decision = record.value
    source, content = decision["source"], event.get("content") or {}
    raw, claim = bytes_of(content.get("raw"))
    person = event.get("person")
    table[event["id"]] = {
        "event_id": event["id"],
        "type": event["type"],
        **{
            name: event.get(name)
            for name in ("channel", "provider", "account", "direction", "provider_id", "code", "keyword")
        },
        "meaning": event.get("meaning") or None,
        "kind": event.get("kind") or event.get("scope") or event.get("command") or event.get("where"),
        "status": event.get("reported") or event.get("state"),
        "reason": event.get("reason") or event.get("error"),
        "verification": event.get("verification"),
        "conversation_id": event.get("thread") or None,
        "message_id": event.get("message") or None,
        "contact_id": contact,
        "lead_id": event.get("lead"),
        "campaign_id": event.get("campaign"),
        "ours": event.get("ours"),
        "address": person["address"] if person else None,
        "person": person,
        "subject": content.get("subject"),
        "text": content.get("text"),
        "html": content.get("html"),
        "attachments": content.get("attachments"),
        "fields": content.get("fields"),
        "details": {name: content[name] for name in DETAILS if name in content}
        | {name: event[name] for name in ("call", "until") if name in event}
        or None,
        "in_reply_to": event.get("in_reply_to"),
        "reply_to": event.get("reply_to"),
        "raw": raw,
        "raw_claim": claim,
        "provider_time": when(event.get("provider_time")),
        "occurred_at": when(decision["at"]),
        "aggregate": decision["aggregate"],
        "version": decision["version"],
        "correlation": decision.get("correlation"),
        "traceparent": decision.get("trace"),
        "source_topic": source["topic"],
        "source_partition": source["partition"],
        "source_offset": source["offset"],
        "log_partition": record.partition,
        "log_offset": record.offset,
    }


def _consent(tables: Tables, schema: str, record: Record, event: Fields, contact: str) -> None:
    ledger, states = _table(tables, schema, "consent"), _table(tables, schema, "consent_states")
    if event["id"] in ledger:
        return
    at = when(record.value["at"])
    ledger[event["id"]] = {
        "event_id": event["id"],
        "contact_id": contact,
        "scope": event.get("scope", ""),
        "state": event.get("state", ""),
        "source": event.get("source", ""),
        "evidence": event.get("evidence", ""),
        "reason": event.get("reason"),
        "channel": event.get("channel") or None,
        "conversation_id": event.get("thread") or None,
        "occurred_at": at,
        "correlation": record.value.get("correlation"),
        "log_partition": record.partition,
        "log_offset": record.offset,
    }
    state = {
        "contact_id": contact,
        "scope": event.get("scope", ""),
        "state": event.get("state", ""),
        "event_id": event["id"],
        "since": at,
        "log_offset": record.offset,
    }
    current = states.get((contact, event.get("scope", "")))
    if current is None or current["log_offset"] < record.offset or current["event_id"] > event["id"]:
        states[contact, event.get("scope", "")] = state


def _conversation(table: dict[Any, Fields], decision: Any, event: Fields, contact: str) -> None:
    row = table.setdefault(
        event["thread"],
        {
            "conversation_id": event["thread"],
            "contact_id": contact,
            "channel": event.get("channel", ""),
            "ours": event.get("ours", ""),
            "address": None,
            "name": None,
            "status": "open",
            "opened_at": None,
            "last_message_at": None,
            "last_message_preview": None,
            "last_message_direction": None,
            "last_message_offset": -1,
            "inbound_count": 0,
            "outbound_count": 0,
            "unread_count": 0,
        },
    )
    person = event.get("person") or {}
    row["address"] = row["address"] or person.get("address")
    row["name"] = person.get("name") or row["name"]
    if event["type"] == "thread_opened":
        opened = when(decision["at"])
        row["opened_at"] = opened if row["opened_at"] is None else min(row["opened_at"], opened)


MESSAGE = (
    "message_id conversation_id event_id channel provider provider_id direction content_kind subject text html attachments keyword "
    "campaign_id lead_id progress failure status code reason report_offset opened_at clicked_at complained_at edited_text edited_at "
    "edit_offset deleted_at provider_time occurred_at log_partition log_offset mail_thread_id"
).split()


def _row_of_message(table: dict[Any, Fields], event: Fields) -> Fields:
    row = table.get(event["message"])
    if row is None:
        row = table[event["message"]] = dict.fromkeys(MESSAGE)
        row |= {
            "message_id": event["message"],
            "conversation_id": event["thread"],
            "channel": event.get("channel", ""),
            "provider": event.get("provider", ""),
            "provider_id": event.get("provider_id", ""),
            "direction": event.get("direction", ""),
        }
    return row


def _message(tables: Tables, schema: str, record: Record, event: Fields) -> None:
    row = _row_of_message(_table(tables, schema, "inbox_messages"), event)
    content, at = event.get("content") or {}, when(record.value["at"])
    assert at is not None
    _participants(_table(tables, schema, "inbox_participants"), event, at)
    if row["event_id"] is not None:
        return
    row |= {
        "event_id": event["id"],
        "provider_id": event.get("provider_id", ""),
        "direction": event.get("direction", ""),
        "content_kind": content.get("kind", "text"),
        "subject": content.get("subject"),
        "text": content.get("text"),
        "html": content.get("html"),
        "attachments": content.get("attachments"),
        "keyword": event.get("keyword"),
        "campaign_id": event.get("campaign"),
        "lead_id": event.get("lead"),
        "provider_time": when(event.get("provider_time")),
        "occurred_at": at,
        "log_partition": record.partition,
        "log_offset": record.offset,
        "mail_thread_id": event.get("mail_thread"),
    }
    conversation = _table(tables, schema, "inbox_conversations")[row["conversation_id"]]
    outbound = row["direction"] == "outbound"
    said = row["text"] if row["text"] is not None else row["subject"]
    conversation |= {
        "inbound_count": conversation["inbound_count"] + (row["direction"] == "inbound"),
        "outbound_count": conversation["outbound_count"] + outbound,
        "unread_count": 0 if outbound else conversation["unread_count"] + (row["direction"] == "inbound"),
        "last_message_at": at,
        "last_message_preview": (said or "")[:200],
        "last_message_direction": row["direction"],
        "last_message_offset": record.offset,
    }


def _participants(table: dict[Any, Fields], event: Fields, at: datetime) -> None:
    for each in (event.get("content") or {}).get("participants", ()):
        key = event["thread"], each["address"], each["role"]
        row = table.setdefault(
            key,
            {**dict(zip(KEYS["inbox_participants"], key, strict=True)), "name": None, "first_at": at, "last_at": at},
        )
        row |= {
            "name": each.get("name") or row["name"],
            "first_at": min(row["first_at"], at),
            "last_at": max(row["last_at"], at),
        }


def _change(table: dict[Any, Fields], record: Record, event: Fields) -> None:
    row = _row_of_message(table, event)
    at = when(record.value["at"])
    if event["type"] == "message_deleted":
        row["deleted_at"] = at if row["deleted_at"] is None else min(row["deleted_at"], at)
    else:
        content = event.get("content") or {}
        row |= {"edited_text": content.get("text"), "edited_at": at, "edit_offset": record.offset}


def _report(table: dict[Any, Fields], record: Record, event: Fields) -> None:
    row = _row_of_message(table, event)
    if event.get("progress"):
        reached, at = event["progress"]
        text = f"{RANK[reached]} {reached} {at}"
        row["progress"] = max(row["progress"] or text, text)
    if event.get("failure"):
        failed, at = event["failure"]
        text = f"{at} {FAILURES.index(failed)} {failed}"
        row["failure"] = max(row["failure"] or text, text)
    if event.get("code") is not None or event.get("reason") is not None:
        row |= {"code": event.get("code"), "reason": event.get("reason"), "report_offset": record.offset}
    at = when(record.value["at"])
    for kind in ("opened", "clicked", "complained"):
        if event["type"] == f"message_{kind}" and (kind == "complained" or not event.get("machine", False)):
            column = f"{kind}_at"
            row[column] = at if row[column] is None else min(row[column], at)


def _dead_letter(tables: Tables, record: Record) -> None:
    letter = record.value
    schema = schema_of(letter.get("tenant", ""))
    raw, claim = bytes_of(letter["content"])
    place = record.partition, record.offset
    row = {
        "id": letter["id"],
        "stage": letter["stage"],
        "reason": letter["reason"],
        "error": letter["error"],
        "parked_at": when(letter["at"]),
        "channel": letter.get("channel") or None,
        "attempts": letter.get("attempts", 1),
        "layers": letter.get("layers", []),
        "provider_ids": letter.get("provider_ids", []),
        "attributes": letter.get("attributes", {}),
        "correlation": letter.get("correlation"),
        "traceparent": letter.get("trace"),
        "origin": letter["origin"],
        "raw": raw,
        "raw_claim": claim,
        "raw_encoding": letter["content"].get("encoding", "utf-8"),
        "log_partition": record.partition,
        "log_offset": record.offset,
    }
    table = _table(tables, schema, "dead_letters")
    known = table.get(letter["id"])
    if known is not None and (known["log_partition"], known["log_offset"]) < place:
        return
    table[letter["id"]] = row
    origin = letter["origin"]
    event: Fields = dict.fromkeys(EVENT)
    event |= {
        "event_id": letter["id"],
        "type": f"{letter.get('channel') or 'message'}_failed",
        "channel": row["channel"],
        "provider_id": next(iter(row["provider_ids"]), None),
        "kind": row["stage"],
        "status": "failed",
        "code": row["reason"],
        "reason": row["error"],
        "occurred_at": row["parked_at"],
        "aggregate": "",
        "correlation": row["correlation"],
        "traceparent": row["traceparent"],
        "source_topic": origin.get("topic") or origin.get("queue"),
        "source_partition": origin.get("partition"),
        "source_offset": origin.get("offset"),
        "log_partition": record.partition,
        "log_offset": record.offset,
    }
    _table(tables, schema, "communication_events")[letter["id"]] = event


EVENT = (
    "event_id type channel provider account direction provider_id meaning kind status code reason keyword verification "
    "conversation_id message_id contact_id lead_id campaign_id ours address person subject text html attachments fields "
    "details in_reply_to reply_to raw raw_claim provider_time occurred_at aggregate version correlation traceparent "
    "source_topic source_partition source_offset log_partition log_offset"
).split()


def _receipts(tables: Tables, record: Record) -> None:
    batch = record.value
    at = when(batch["at"])
    for receipt in batch["receipts"]:
        schema = schema_of(receipt.get("tenant", ""))
        _attempt(_table(tables, schema, "sqs_attempts"), batch, receipt, at)
        body, claim = bytes_of(receipt.get("body"))
        settled = "0" if receipt["status"] == "failed" else "1"
        rank = f"{settled} {receipt['attempt']:09d} {batch['at']} {batch['bridge']} {receipt['status']}"
        latest = {
            "queue": batch["queue"],
            "channel": batch["channel"],
            "status": receipt["status"],
            "error": receipt.get("error"),
            "reason": receipt.get("reason"),
            "receipt_handle": receipt.get("receipt_handle") or None,
            "event_ids": receipt.get("events", []),
            "provider_ids": receipt.get("provider_ids", []),
            "layers": receipt.get("layers", []),
            "attributes": receipt.get("attributes", {}),
            "bridge": batch["bridge"],
            "correlation": receipt.get("correlation"),
            "traceparent": receipt.get("trace"),
            "rank": rank,
        }
        sent_at = when(receipt.get("sent_at"))
        table = _table(tables, schema, "sqs_messages")
        key = batch["queue_url"], receipt["message"]
        row = table.get(key)
        if row is None:
            table[key] = {
                "queue_url": batch["queue_url"],
                "message_id": receipt["message"],
                **latest,
                "attempts": receipt["attempt"],
                "body": body,
                "body_claim": claim,
                "sent_at": sent_at,
                "first_seen_at": at,
                "updated_at": at,
            }
            continue
        if rank > row["rank"]:
            row |= latest
        row["attempts"] = max(row["attempts"], receipt["attempt"])
        row["body"] = row["body"] if row["body"] is not None else body
        row["body_claim"] = _least(row["body_claim"], claim)
        row["sent_at"] = _least(row["sent_at"], sent_at)
        row["first_seen_at"] = _least(row["first_seen_at"], at)
        row["updated_at"] = max(row["updated_at"], at)


def _attempt(table: dict[Any, Fields], batch: Any, receipt: Fields, at: datetime | None) -> None:
    key = batch["queue_url"], receipt["message"], receipt["attempt"], batch["bridge"]
    row = {
        "queue_url": batch["queue_url"],
        "message_id": receipt["message"],
        "attempt": receipt["attempt"],
        "bridge": batch["bridge"],
        "status": receipt["status"],
        "error": receipt.get("error"),
        "reason": receipt.get("reason"),
        "at": at,
    }
    known = table.get(key)
    if known is None or (at, row["status"]) < (known["at"], known["status"]):
        table[key] = row


def _least(one: Any, other: Any) -> Any:
    return other if one is None else one if other is None else min(one, other)


def plain(value: Any) -> Any:
    """A value of a row in one form, whether it comes from the log or from PostgreSQL. U+0000 is stripped from text (T-22)."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, dict):
        return {plain(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, bytes | int | float) or value is None:
        return value
    return str(value)
