"""What is put through: texts to a business as Twilio reports them, from our own example, with sender, id and text of each its own."""

from collections.abc import Iterator
from random import Random
from urllib.parse import parse_qsl, urlencode

from msgspec import json

from benchmarks.harness.deployment import TENANT, namespace_of
from benchmarks.harness.kafka import Record
from bridge.records import INBOUND_HEADERS
from domain.channels.sms.twilio_examples import EXAMPLES, OURS
from domain.intake import QueueMessage, Routes, take
from schemas.envelope import headers

TEXTS = (
    "Is my table ready?",
    "Hi, is it still possible to move my appointment to Thursday 3pm? Thanks — María",
    "Where are you? I am at the north entrance, next to the big clock.",
    "ok",
    "Grüße! Wir kommen zehn Minuten später, bitte nicht warten.",
    "The parcel arrived, but one of the two boxes is open and something may be missing. What should I do?",
)
SENT_AT = "2026-11-24T10:07:24.123Z"


def texts(count: int, contacts: int, seed: int = 0) -> Iterator[str]:
    """Bodies of `count` inbound texts from `contacts` numbers, as Twilio posts them. The same arguments give the same bodies."""
    random = Random(seed)
    fields = dict(parse_qsl(EXAMPLES["received"].body, keep_blank_values=True))
    for number in range(count):
        sid = f"SM{seed:08x}{number:024x}"
        sender = f"+1415{2_000_000 + random.randrange(contacts):07d}"
        yield urlencode(
            fields
            | {"MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid}
            | {"From": sender, "To": OURS, "Body": random.choice(TEXTS)}
        )


def inbound(count: int, contacts: int, seed: int = 0, tenant: str = TENANT) -> Iterator[Record]:
    """The same texts as records of comms.inbound.v1, made by the bridge's own pure parts."""
    routes = Routes(namespaces={tenant: namespace_of(tenant)}, queue=tenant)
    encode = json.Encoder().encode
    for body in texts(count, contacts, seed):
        taken = take(QueueMessage(channel="sms", body=body, sent_at=SENT_AT), routes)
        for key, event in taken.events:
            head = headers(
                INBOUND_HEADERS,
                id_=event.id,
                subject=key.encode(),
                time=SENT_AT,
                tenant=tenant,
                correlation=event.correlation,
            )
            yield Record(key.encode(), encode(event), head)
