"""A contact: one person's one address (law 7). Its threads with our addresses, what was said, how far our messages got, consent.

Everything that comes in is kept as an event in the order of the log; what is remembered here is only what the next decision needs.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from domain.aggregates.aggregate import Aggregate, Context, Input
from domain.consent import CHANNEL, SCOPE, STATES, Consent, changes, stands, with_change
from domain.delivery import Delivery, reported
from domain.facts import about, fact
from domain.keywords import Verdict, verdict
from domain.sent import known, with_message
from schemas.commands import ChangeConsent
from schemas.events import (
    AnyEvent,
    CommandRefused,
    ConsentChanged,
    KeywordRecognised,
    MessageEchoed,
    MessageReceived,
    MessageStatusReported,
    ThreadOpened,
)
from schemas.identity import following_id, id_bytes
from schemas.inbound import InboundEvent
from schemas.values import StatusReport


class Contact(Struct, frozen=True, array_like=True, gc=False):
    """threads: their ids, 16 bytes each. sent: the newest messages of ours, packed (domain/sent.py). consent: what stands, by scope."""

    threads: bytes = b""
    sent: bytes = b""
    consent: Consent = ()


def decide(state: Contact, input_: Input, context: Context) -> Sequence[AnyEvent]:
    if isinstance(input_, InboundEvent):
        events = _told(state, input_, context)
    elif isinstance(input_, ChangeConsent):
        events = [_changed(state, input_)]
    else:
        name = str(input_.__struct_config__.tag)
        events = [CommandRefused(id=input_.id, command=name, reason=f"{name} is nothing that a contact can do")]
    return events


def _told(state: Contact, event: InboundEvent, context: Context) -> list[AnyEvent]:
    """What happened, then what follows from it. The first event bears the input's id, the others ids that follow from it."""
    word = _keyword(state, event, context)
    events: list[AnyEvent] = [_fact(state, event, word)]
    if not _has_thread(state, event.thread):
        events.append(
            ThreadOpened(
                id=following_id(event.id, len(events)),
                thread=event.thread,
                channel=event.channel,
                ours=event.ours,
                person=event.person,
            )
        )
    if word is not None:
        events.append(
            KeywordRecognised(
                id=following_id(event.id, len(events)),
                keyword=word.keyword,
                message=event.message,
                thread=event.thread,
                channel=event.channel,
                language=word.language,
                provider_answered=event.keyword is not None,
            )
        )
    for scope, new, source in changes(state.consent, event, word, context.policy):
        events.append(
            ConsentChanged(
                id=following_id(event.id, len(events)),
                scope=scope,
                state=new,
                source=source,
                evidence=event.id,
                channel=event.channel,
                thread=event.thread,
            )
        )
    return events


def _keyword(state: Contact, event: InboundEvent, context: Context) -> Verdict | None:
    """The verdict on what the contact wrote. The provider's own comes first: it has acted on it already (T-34)."""
    if event.type != "message_received" or event.direction != "inbound" or event.machine:
        return None
    if event.keyword is not None:
        return Verdict(event.keyword)
    content, policy = event.content, context.policy
    return verdict(
        content.text if content.text and not content.text.isspace() else content.subject,
        policy.languages,
        policy.keywords,
        answers=stands(state.consent, event.channel) == "opted_out",
    )


def _fact(state: Contact, event: InboundEvent, word: Verdict | None) -> Any:
    """The event that says what the provider said."""
    match event.type:
        case "message_received":
            return MessageReceived(**about(event), keyword=word.keyword if word else None, machine=event.machine)
        case "message_status":
            assert event.status is not None
            return _status(state, event, event.status, about(event))
        case _:
            return fact(event)


def _status(state: Contact, event: InboundEvent, report: StatusReport, about: dict[str, Any]) -> MessageStatusReported:
    seen, before = known(state.sent, event.message)
    after = reported(before, report.status, report.time or "")
    return MessageStatusReported(
        **about,
        reported=report.status,
        status=after.status,
        progress=after.progress,
        failure=after.failure,
        known=seen,
        code=report.code,
        reason=report.reason,
    )


def _changed(state: Contact, command: ChangeConsent) -> AnyEvent:
    """A person's explicit wish is recorded even when it changes nothing: who asked and why is evidence."""
    problems = []
    if command.state not in STATES:
        problems.append(f"state is {command.state!r}, it must be one of {', '.join(STATES)}")
    if not SCOPE.fullmatch(command.scope):
        problems.append(f"scope is {command.scope!r}, it must be all or {CHANNEL}<name>")
    if problems:
        return CommandRefused(id=command.id, command="change_consent", reason="; ".join(problems))
    return ConsentChanged(
        id=command.id,
        scope=command.scope,
        state=command.state,
        source="command",
        evidence=command.id,
        reason=command.reason,
    )


def evolve(state: Contact, event: AnyEvent) -> Contact:
    if isinstance(event, MessageStatusReported):
        delivery = Delivery(event.progress, event.failure)
        return Contact(state.threads, with_message(state.sent, event.message, event.known, delivery), state.consent)
    if isinstance(event, MessageReceived | MessageEchoed):
        if event.direction == "inbound":
            return state
        _, delivery = known(state.sent, event.message)
        return Contact(state.threads, with_message(state.sent, event.message, True, delivery), state.consent)
    if isinstance(event, ThreadOpened):
        return Contact(state.threads + id_bytes(event.thread), state.sent, state.consent)
    if isinstance(event, ConsentChanged):
        return Contact(state.threads, state.sent, with_change(state.consent, event.scope, event.state))
    return state


def _has_thread(state: Contact, thread: str) -> bool:
    threads, id_ = state.threads, id_bytes(thread)
    at = threads.find(id_)
    while at > 0 and at % 16:
        at = threads.find(id_, at + 1)
    return at >= 0


AGGREGATE = Aggregate("contact", Contact, Contact, decide, evolve)
