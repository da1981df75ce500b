"""What the demonstration plays: short stories between contacts and us, in the providers' own formats, with all that goes wrong.

Pure: the same run plays the same messages. Ids are made of the run's name, so that no run repeats another.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from itertools import count, islice
from typing import NamedTuple
from uuid import UUID

from domain.channels.registry import providers
from trunkline.demo import wrapping

OUR_NUMBER = "+14155550100"
OUR_EMAIL = "hello@acme.example"
FORM = "application/x-www-form-urlencoded"
QUESTIONS = (
    "Is my table ready?",
    "Can we move Friday to Saturday, 8 pm? Grüße 👩‍👩‍👧",
    "1+1=2 & 50% off?\r\n\r\nPlease confirm.",
    "Where is my parcel?",
    "مرحبا، هل أنتم مفتوحون؟",
)


class Planned(NamedTuple):
    """A message to send. kind: what it is, in words, for the table at the end. name: tells it apart in this run."""

    channel: str
    kind: str
    body: str
    name: str


Build = Callable[[Mapping[str, str], str], str]


def plan(run: str, messages: int) -> list[Planned]:
    """At least `messages` messages of the run, in the order in which they are sent: whole stories, interleaved."""
    stories: list[list[tuple[str, str, str]]] = []
    for number in count():
        stories.append(list(STORIES[number % len(STORIES)](_Names(run, number))))
        if sum(map(len, stories)) >= messages:
            break
    names = (f"{run}-{number}" for number in count())
    return [Planned(*message, next(names)) for message in _interleaved(stories)]


def _interleaved(stories: list[list[tuple[str, str, str]]], at_once: int = 8) -> Iterator[tuple[str, str, str]]:
    """Message by message from `at_once` stories in turn; each story keeps its own order."""
    waiting = iter([iter(story) for story in stories])
    open_ = list(islice(waiting, at_once))
    while open_:
        for story in list(open_):
            message = next(story, None)
            if message is None:
                open_.remove(story)
                open_.extend(islice(waiting, 1))
            else:
                yield message


class _Names:
    """Ids and addresses of one story, made of the run's name and the story's number."""

    def __init__(self, run: str, number: int) -> None:
        self._run, self.number = run, number

    def token(self, what: str = "") -> str:
        """32 hexadecimal digits."""
        return sha256(f"{self._run}/{self.number}/{what}".encode()).hexdigest()[:32]

    def uuid(self, what: str) -> str:
        return str(UUID(self.token(what)))

    @property
    def theirs(self) -> str:
        return f"+1415556{int(self.token('contact'), 16) % 10_000:04d}"

    @property
    def their_email(self) -> str:
        return f"guest{int(self.token('contact'), 16) % 10_000}@mail.example"


Story = Callable[[_Names], Iterator[tuple[str, str, str]]]


def _sms(type_: str, names: _Names, what: str, **fields: str) -> str:
    between = (names.theirs, OUR_NUMBER) if type_ == "message_received" else (OUR_NUMBER, names.theirs)
    return _build("sms", type_)({"from_number": between[0], "to_number": between[1], **fields}, names.token(what))


def _email(type_: str, names: _Names, what: str, **fields: str) -> str:
    between = (names.their_email, OUR_EMAIL) if type_ == "message_received" else (OUR_EMAIL, names.their_email)
    return _build("email", type_)({"from_email": between[0], "to_email": between[1], **fields}, names.token(what))


def _build(channel: str, type_: str) -> Build:
    return next(provider.build[type_] for provider in providers(channel) if type_ in provider.build)


def question_and_answer(names: _Names) -> Iterator[tuple[str, str, str]]:
    """A text, our answer's statuses in the wrong order, and the text once more under a new SQS id."""
    asked = _sms("message_received", names, "asked", body=QUESTIONS[names.number % len(QUESTIONS)])
    sid = {"message_sid": f"SM{names.token('answer')}"}
    yield "sms", "text received", asked
    yield "sms", "status out of order", _sms("message_delivered", names, "delivered", **sid)
    yield "sms", "status out of order", _sms("message_sent", names, "sent", **sid)
    yield "sms", "redelivery", asked
    yield "sms", "text received", _sms("message_received", names, "thanks", body="Thank you!")


def undelivered(names: _Names) -> Iterator[tuple[str, str, str]]:
    """A text of ours that cannot be delivered; the callback comes twice."""
    sid = {"message_sid": f"SM{names.token('lost')}"}
    failed = _sms("message_undelivered", names, "undelivered", **sid)
    yield "sms", "status", _sms("message_sent", names, "sent", **sid)
    yield "sms", "status", failed
    yield "sms", "redelivery", failed


def stop(names: _Names) -> Iterator[tuple[str, str, str]]:
    """A contact who wants no more texts, and one who does not know the word."""
    yield "sms", "text received", _sms("message_received", names, "what", body="What is this?")
    yield "sms", "STOP", _sms("message_received", names, "stop", body="STOP")


def wrapped(names: _Names) -> Iterator[tuple[str, str, str]]:
    """Texts that AWS wrapped on their way, once and twice."""
    first = _sms("message_received", names, "first", body="through SNS")
    second = _sms("message_received", names, "second", body="through API Gateway")
    third = _sms("message_received", names, "third", body="through both")
    yield "sms", "wrapped", wrapping.sns(first, names.uuid("sns"))
    yield "sms", "wrapped", wrapping.api_gateway(second, FORM)
    yield "sms", "wrapped", wrapping.sns(wrapping.api_gateway(third, FORM), names.uuid("both"))


def campaign_mail(names: _Names) -> Iterator[tuple[str, str, str]]:
    """A mail of ours: sent, opened before it is delivered, and a link followed."""
    about = {"message_id": f"0100{names.token('mail')}-000000"}
    yield "email", "mail opened", _email("message_opened", names, "opened", **about)
    yield "email", "mail sent", _email("message_sent", names, "sent", **about)
    yield "email", "mail delivered", _email("message_delivered", names, "delivered", **about)
    clicked = _email("message_clicked", names, "clicked", **about)
    yield "email", "wrapped", wrapping.event_bridge(clicked, names.uuid("bridge"))


def bounced_mail(names: _Names) -> Iterator[tuple[str, str, str]]:
    """One mail to three people that bounced for two of them: one notification, two events."""
    about = {"message_id": f"0100{names.token('mail')}-000000"}
    bounce = json.loads(_email("message_bounced", names, "bounced", **about))
    other = {**bounce["bounce"]["bouncedRecipients"][0], "emailAddress": f"second-{names.their_email}"}
    bounce["bounce"]["bouncedRecipients"].append(other)
    bounce["mail"]["destination"] += [other["emailAddress"], f"third-{names.their_email}"]
    yield "email", "bounce of two", json.dumps(bounce)
    yield "email", "complaint", _email("message_complained", names, "complained")


def letter(names: _Names) -> Iterator[tuple[str, str, str]]:
    """A mail that came in, and came in once more through SNS."""
    mail = _email(
        "message_received", names, "letter", subject="Order 4711", body="Where is my parcel?\r\n\r\nBest, Ann"
    )
    yield "email", "mail received", mail
    yield "email", "redelivery", wrapping.sns(mail, names.uuid("again"))


def garbage(names: _Names) -> Iterator[tuple[str, str, str]]:
    """What nobody can read, and what is no event at all."""
    yield "sms", "garbage", f"<html>502 Bad Gateway {names.token()}</html>"
    yield "email", "garbage", f'{{"eventType": "Delivery", "mail": {names.number}'
    broken = _sms("message_received", names, "broken", body="no sender").replace("From=", "Form=")
    yield "sms", "garbage", broken
    yield "email", "subscription request", wrapping.subscription(names.uuid("subscription"))


STORIES: tuple[Story, ...] = (
    question_and_answer,
    campaign_mail,
    stop,
    letter,
    wrapped,
    undelivered,
    bounced_mail,
    garbage,
)
"""Played in turn."""
