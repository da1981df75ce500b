"""How attempts become records: inbound events, dead letters, receipts. Pure but for the clock that stamps receipts and dead letters."""

import base64
from collections.abc import Iterator, Sequence
from functools import lru_cache
from uuid import NAMESPACE_URL

import msgspec

from bridge.appender import Record
from bridge.attempt import Attempt
from bridge.queues import WantedQueue
from domain.intake import Rejected
from schemas.dead_letters import DeadLetter, Origin
from schemas.envelope import Header, fixed_headers, headers, moment_headers, subject_headers
from schemas.identity import derived
from schemas.receipts import Receipt, ReceiptBatch
from schemas.values import Raw

SOURCE = "trunkline/bridge"
INBOUND_HEADERS = fixed_headers("trunkline.inbound.v1", SOURCE)
RECEIPT_HEADERS = fixed_headers("trunkline.receipts.v1", SOURCE)
DEAD_LETTER_HEADERS = fixed_headers("trunkline.dead-letter.v1", SOURCE)
NOBODY = "trunkline"
"""The tenant of what has none (DESIGN.md 8, Names)."""
_encode = msgspec.json.Encoder().encode


class Names(msgspec.Struct, frozen=True):
    """Names of the topics on the broker, and of this bridge."""

    inbound: str
    receipts: str
    dead_letters: str
    bridge: str


def raw_of(body: str, claim: tuple[str, str] | None) -> Raw:
    """The original bytes of a body. What is no UTF-8 (T-23) travels as base64, what is large as a claim."""
    if claim is None and body.isascii():
        return Raw(body, size=len(body))
    data = bytes_of(body)
    if claim is not None:
        return Raw(claim[0], "claim", len(data), claim[1])
    if _is_utf8(body):
        return Raw(body, size=len(data))
    return Raw(base64.b64encode(data).decode(), "base64", len(data))


def bytes_of(body: str) -> bytes:
    """The bytes that a body stands for. Surrogates U+DC80 to U+DCFF are bytes that were no UTF-8 (bridge/sqs/raw.py)."""
    try:
        return body.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return body.encode("utf-8", "surrogatepass")


def _is_utf8(body: str) -> bool:
    try:
        body.encode()
    except UnicodeEncodeError:
        return False
    return True


def event_records(names: Names, attempt: Attempt, at: str, owner: int) -> Iterator[Record]:
    """One record per inbound event."""
    for key, event in attempt.taken.events:
        yield Record(
            names.inbound,
            key,
            _encode(event),
            moment_headers(
                _contact_headers(key, event.tenant),
                id_=event.id,
                time=event.provider_time or event.queue_time or at,
                correlation=event.correlation,
                trace=event.trace,
            ),
            owner,
        )


@lru_cache(65_536)
def _contact_headers(key: str, tenant: str) -> tuple[Header, ...]:
    """What the headers of all events of a busy contact share."""
    return subject_headers(INBOUND_HEADERS, key.encode(), tenant)


def dead_letter_records(names: Names, queue: WantedQueue, attempt: Attempt, at: str, owner: int) -> Iterator[Record]:
    """One record per item that is given up."""
    key = queue_key(names, queue)
    for rejected in attempt.given_up:
        letter = _dead_letter(queue, attempt, rejected, at)
        yield Record(
            names.dead_letters,
            key,
            _encode(letter),
            headers(
                DEAD_LETTER_HEADERS,
                id_=letter.id,
                subject=key.encode(),
                time=at,
                tenant=letter.tenant or NOBODY,
                correlation=letter.correlation,
                trace=letter.trace,
            ),
            owner,
        )


def receipt_records(
    names: Names, queue: WantedQueue, attempts: Sequence[Attempt], at: str, largest: int
) -> Iterator[Record]:
    """One record for the whole batch; several when its value were above `largest` bytes."""
    key = queue_key(names, queue)
    batch = ReceiptBatch(
        queue=queue.name,
        queue_url=queue.url,
        channel=queue.channel,
        bridge=names.bridge,
        at=at,
        receipts=tuple(map(_receipt, attempts)),
    )
    value = _encode(batch)
    if len(value) > largest and len(attempts) > 1:
        half = len(attempts) // 2
        yield from receipt_records(names, queue, attempts[:half], at, largest)
        yield from receipt_records(names, queue, attempts[half:], at, largest)
        return
    head = headers(
        RECEIPT_HEADERS,
        id_=derived(NAMESPACE_URL, f"{names.bridge}|{at}|{attempts[0].message.receipt_handle}"),
        subject=key.encode(),
        time=at,
        tenant=queue.tenant or NOBODY,
    )
    yield Record(names.receipts, key, value, head, 0)


def queue_key(names: Names, queue: WantedQueue) -> str:
    """Key of receipts and dead letters: `bridge:queue`. What one bridge did with one queue stays in order."""
    return f"{names.bridge}:{queue.url.rpartition('/')[2]}"


def _receipt(attempt: Attempt) -> Receipt:
    taken = attempt.taken
    # The body is told when the message is done with and when it is first seen; in between it is known already.
    told = attempt.final or attempt.receives == 1
    return Receipt(
        message=attempt.message.message_id,
        attempt=attempt.receives,
        status=attempt.outcome,
        sent_at=attempt.sent_at,
        tenant=taken.tenant,
        events=tuple([event.id for _, event in taken.events]),
        provider_ids=taken.provider_ids,
        layers=taken.layers,
        error=attempt.error,
        reason=attempt.reason,
        receipt_handle=attempt.message.receipt_handle,
        attributes=attempt.attributes,
        correlation=attempt.correlation,
        trace=attempt.trace,
        body=raw_of(attempt.message.body, attempt.claim) if told else None,
    )


def _dead_letter(queue: WantedQueue, attempt: Attempt, rejected: Rejected, at: str) -> DeadLetter:
    """Its id is derived from origin, stage and item: giving the same message up twice is giving it up once."""
    message, taken = attempt.message, attempt.taken
    item = "" if rejected.index is None else f"#{rejected.index}"
    return DeadLetter(
        id=derived(NAMESPACE_URL, f"sqs:{queue.url}/{message.message_id}#{rejected.stage}{item}"),
        stage=rejected.stage,
        reason=rejected.reason,
        error=rejected.error,
        at=at,
        channel=queue.channel,
        tenant=taken.tenant or queue.tenant or "",
        attempts=attempt.receives,
        layers=taken.layers,
        provider_ids=rejected.provider_ids or taken.provider_ids,
        attributes=attempt.attributes,
        correlation=attempt.correlation,
        trace=attempt.trace,
        origin=Origin(
            queue=queue.name,
            queue_url=queue.url,
            message=message.message_id,
            sent_at=attempt.sent_at,
        ),
        content=raw_of(message.body, attempt.claim),
    )
