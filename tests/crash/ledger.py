"""The ground truth of a crash run: what was sent to the queues, and what must come of it. Standard library only.

`Plan` makes up the traffic from a seed, `Ledger` writes down what was sent and how it ended, `load` gives it to the checker. Every
body that is one of ours has items: provider events that must take effect exactly once. A body without items is garbage and must
become a dead letter. Ids are derived here a second time, from DESIGN.md's words and `uuid.uuid5`, never with the product's code.
"""

import json
import random
import uuid
from collections import defaultdict
from dataclasses import asdict, dataclass
from heapq import heappop, heappush
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

TENANT = "acme"
ACCOUNT = "AC" + "5" * 32
SES_ACCOUNT = "123456789012"
OURS = "+14155550100"
OUR_MAILBOX = "hello@acme.example"
PROGRESS = ("queued", "sending", "sent", "delivered", "read")
WORDS = ("STOP", "START", "HELP", "stop", "Unsubscribe")
SAYINGS = (
    "can you call me back?",
    "danke, das passt 👍",
    "order 4711: wo ist sie?",
    "ok",
    "¿a qué hora?",
    "see you \t tomorrow \\o/",
)


@dataclass(frozen=True)
class Item:
    """One provider event. event: its id. key: the aggregate key of its contact. seq: 1, 2, 3 ... per contact in the order of sending.
    causal: it was sent only after the one before it was in the inbound log."""

    event: str
    key: str
    address: str
    type: str
    provider_id: str
    seq: int
    causal: bool = False
    text: str | None = None
    status: str | None = None


@dataclass(frozen=True)
class Body:
    """One message body for one queue. copy_of: number of the body that this one repeats byte by byte under a new SQS id."""

    number: int
    queue: str
    text: str
    items: tuple[Item, ...] = ()
    copy_of: int | None = None


@dataclass(frozen=True)
class Sent:
    """A body with its fate. outcome: `ok` (the queue has it), `unknown` (it may have it), `intended` (the sender died)."""

    body: Body
    outcome: str
    message: str | None = None


def event_id(
    namespace: uuid.UUID, channel: str, provider: str, account: str, provider_id: str, kind: str, index: int = 0
) -> str:
    """DESIGN.md law 1."""
    return str(uuid.uuid5(namespace, f"{channel}|{provider}|{account}|{provider_id}|{kind}|{index}"))


def contact_key(namespace: uuid.UUID, urn: str) -> str:
    """DESIGN.md law 7."""
    return f"{TENANT}:contact:{uuid.uuid5(namespace, urn)}"


class Plan:
    """Traffic from a seed: the same seed, namespace and order of calls give the same bodies.

    `repeated`: share of new bodies that are sent again later, byte by byte. `garbage`: share of bodies that nobody can read.
    """

    def __init__(
        self,
        seed: int,
        namespace: uuid.UUID,
        contacts: int = 400,
        causal: int = 24,
        repeated: float = 0.12,
        garbage: float = 0.01,
    ) -> None:
        self._random = random.Random(seed)
        self._namespace, self._repeated, self._garbage = namespace, repeated, garbage
        self._free = [f"+1415{5_550_000 + n:07d}" for n in range(contacts)]
        self._mailboxes = [f"person.{n}@mail.example" for n in range(contacts // 4)]
        self.causal = [f"+1212{5_550_000 + n:07d}" for n in range(causal)]
        self._seq: dict[str, int] = defaultdict(int)
        self._outbound: dict[str, list[str]] = defaultdict(list)
        self._due: list[tuple[int, int, Body]] = []
        self.made = 0

    def next(self) -> Body:
        """The next body of the free lane: a new one, or one that is due to be repeated."""
        if self._due and self._due[0][0] <= self.made:
            body = heappop(self._due)[2]
            return Body(self._number(), body.queue, body.text, body.items, copy_of=body.number)
        return self._maybe_again(self._new())

    def causal_text(self, contact: str) -> Body:
        """The next text of a causal contact."""
        return self._maybe_again(self._text(contact, causal=True))

    def _maybe_again(self, body: Body) -> Body:
        if self._random.random() < self._repeated:
            # Most providers repeat at once, some after minutes.
            distance = self._random.choice((1, 5, 50, 500, 2_000))
            heappush(self._due, (self.made + self._random.randint(1, distance), body.number, body))
        return body

    def rest(self) -> list[Body]:
        """The repetitions that are still due: the end of the run must not cut them off."""
        out = []
        while self._due:
            body = heappop(self._due)[2]
            out.append(Body(self._number(), body.queue, body.text, body.items, copy_of=body.number))
        return out

    def _new(self) -> Body:
        kind = self._random.random()
        if kind < self._garbage:
            return self._garbled()
        if kind < 0.70:
            return self._text(self._random.choice(self._free))
        if kind < 0.90:
            return self._status(self._random.choice(self._free))
        return self._mail()

    def _number(self) -> int:
        self.made += 1
        return self.made

    def _next_seq(self, address: str) -> int:
        self._seq[address] += 1
        return self._seq[address]

    def _hex(self, digits: int) -> str:
        return f"{self._random.getrandbits(4 * digits):0{digits}x}"

    def _text(self, contact: str, causal: bool = False) -> Body:
        seq, sid = self._next_seq(contact), "SM" + self._hex(32)
        word = not causal and self._random.random() < 0.02
        text = self._random.choice(WORDS) if word else f"#{seq} {self._random.choice(SAYINGS)}"
        form = {
            "ToCountry": "US", "ToState": "CA", "SmsMessageSid": sid, "NumMedia": "0", "ToCity": "", "FromZip": "02139",
            "SmsSid": sid, "SmsStatus": "received", "FromCity": "CAMBRIDGE", "Body": text, "FromCountry": "US", "To": OURS,
            "NumSegments": "1", "MessageSid": sid, "AccountSid": ACCOUNT, "From": contact, "ApiVersion": "2010-04-01",
        }  # fmt: skip
        urn = f"tel:{contact}"
        item = Item(
            event_id(self._namespace, "sms", "twilio", ACCOUNT, sid, "received"),
            contact_key(self._namespace, urn), urn, "message_received", sid, seq, causal, text,
        )  # fmt: skip
        return Body(self._number(), "sms", urlencode(form), (item,))

    def _status(self, contact: str) -> Body:
        """A report about one of the contact's outbound messages, in any order."""
        known = self._outbound[contact]
        if known and self._random.random() < 0.75:
            sid, status = known.pop(self._random.randrange(len(known))).split()
        else:
            sid = "SM" + self._hex(32)
            statuses = list(PROGRESS if self._random.random() < 0.9 else (*PROGRESS[:3], "undelivered"))
            self._random.shuffle(statuses)
            status = statuses.pop()
            known.extend(f"{sid} {other}" for other in statuses)
        seq = self._next_seq(contact)
        form = {
            "MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "SmsStatus": status, "To": contact, "From": OURS,
            "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01",
        }  # fmt: skip
        if status == "undelivered":
            form["ErrorCode"] = "30003"
        urn = f"tel:{contact}"
        item = Item(
            event_id(self._namespace, "sms", "twilio", ACCOUNT, sid, status),
            contact_key(self._namespace, urn), urn, "message_status", sid, seq, status=status,
        )  # fmt: skip
        return Body(self._number(), "sms", urlencode(form), (item,))

    def _mail(self) -> Body:
        """An SES delivery notification for one to three recipients: one body, several contacts on several partitions."""
        people = self._random.sample(self._mailboxes, self._random.choice((1, 1, 2, 3)))
        id_ = f"0100{self._hex(12)}-{self._hex(8)}-{self._hex(4)}-000000"
        at = "2026-11-24T10:07:24.123Z"
        body = {
            "eventType": "Delivery",
            "mail": {
                "timestamp": at, "source": OUR_MAILBOX, "sendingAccountId": SES_ACCOUNT, "messageId": id_, "destination": people,
                "headersTruncated": False, "headers": [{"name": "Subject", "value": "Your order"}],
                "commonHeaders": {"from": [OUR_MAILBOX], "to": people, "messageId": id_, "subject": "Your order"},
                "tags": {"ses:configuration-set": ["acme"]},
            },
            "delivery": {
                "timestamp": at, "processingTimeMillis": 1234, "recipients": people, "smtpResponse": "250 2.6.0 Message received",
                "reportingMTA": "mta.mail.example",
            },
        }  # fmt: skip
        items = []
        for index, person in enumerate(people):
            urn = f"mailto:{person}"
            event = event_id(self._namespace, "email", "ses", SES_ACCOUNT, id_, f"Delivery@{at}|{urn}", index)
            key, seq = contact_key(self._namespace, urn), self._next_seq(person)
            items.append(Item(event, key, urn, "message_status", id_, seq, status="delivered"))
        return Body(self._number(), "email", json.dumps(body), tuple(items))

    def _garbled(self) -> Body:
        """Bytes that are invalid in themselves."""
        number = self._number()
        kind = self._random.randrange(3)
        if kind == 0:
            return Body(number, "sms", f"no form {number} %%% \u2028 {self._hex(8)}")
        if kind == 1:
            return Body(number, "email", f'{{"eventType": "Delivery", "mail": {{"messageId": {number}')
        return Body(
            number,
            "sms",
            urlencode({"MessageSid": "SM" + self._hex(32), "AccountSid": ACCOUNT, "Body": "no sender", "To": OURS}),
        )


class Ledger:
    """Writes each body before it is sent and its fate afterwards, one JSON object per line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] = path.open("a", buffering=1)
        self.sent = self.copies = 0

    def intend(self, body: Body) -> None:
        line = asdict(body) if body.copy_of is None else {"number": body.number, "copy_of": body.copy_of}
        self._write({"intend": line})

    def settle(self, body: Body, outcome: str, message: str | None) -> None:
        """outcome: `ok` with the SQS message id, or `unknown`."""
        self.sent += 1
        self.copies += body.copy_of is not None
        self._write({"settle": body.number, "outcome": outcome, "message": message})

    def close(self) -> None:
        self._file.close()

    def _write(self, line: object) -> None:
        self._file.write(json.dumps(line) + "\n")


def load(path: Path) -> list[Sent]:
    """Everything that a ledger says, in the order of the numbers."""
    bodies: dict[int, Body] = {}
    fates: dict[int, tuple[str, str | None]] = {}
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        if "settle" in entry:
            fates[entry["settle"]] = entry["outcome"], entry["message"]
            continue
        body = entry["intend"]
        if (original := body["copy_of"]) is not None:
            first = bodies[original]
            bodies[body["number"]] = Body(body["number"], first.queue, first.text, first.items, original)
        else:
            items = tuple(Item(**item) for item in body["items"])
            bodies[body["number"]] = Body(body["number"], body["queue"], body["text"], items)
    return [Sent(body, *fates.get(number, ("intended", None))) for number, body in sorted(bodies.items())]
