"""What a contact decides (issue: threads, statuses, keywords, consent), and that its log is all there is."""

from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.aggregates import aggregates
from domain.channels.registry import channels, providers
from domain.consent import stands
from domain.intake import QueueMessage, Routes, take
from domain.sent import NEWEST, known
from schemas.commands import ChangeConsent, DeleteChannel
from schemas.events import (
    CallReported,
    CommandRefused,
    ConsentChanged,
    IdentityChanged,
    KeywordRecognised,
    MessageClicked,
    MessageComplained,
    MessageDeleted,
    MessageDismissed,
    MessageEchoed,
    MessageEdited,
    MessageEvent,
    MessageOpened,
    MessageReacted,
    MessageReceived,
    MessageStatusReported,
    ProviderEventRecorded,
    ReferralReceived,
    SubscriptionChanged,
    ThreadOpened,
    ThreadStatusReported,
)
from schemas.identity import derived
from schemas.inbound import InboundEvent
from schemas.settings import Policy
from schemas.values import StatusReport
from tests.contract.channels.wrappings import queued
from tests.unit.domain.spec import DEFAULT, Story

CONTACT = aggregates()["contact"]
ROUTES = Routes({"acme": UUID(int=1)}, "acme")
EVENTS = {
    f"{channel}/{name}": event
    for channel in ("sms", "email")
    for name, example in providers(channel)[0].examples.items()
    for _, event in take(QueueMessage(channel=channel, body=example.body), ROUTES).events
}
EVERYTHING = [
    (key, event)
    for channel in channels()
    for provider in providers(channel)
    for example in provider.examples.values()
    for key, event in take(QueueMessage(channel=channel, body=queued(example)), ROUTES).events
]
HELLO = EVENTS["sms/received"]


def story(policy: Policy = DEFAULT) -> Story:
    return Story(CONTACT, policy)


def text(body: str, number: int = 0, **more: Any) -> InboundEvent:
    content = msgspec.structs.replace(HELLO.content, text=body)
    id_ = derived(UUID(int=2), f"{body}{number}")
    return msgspec.structs.replace(HELLO, id=id_, message=id_, content=content, **more)


def status(status_: str, number: int = 1, time: str | None = None, **more: Any) -> InboundEvent:
    event = EVENTS["sms/status_sent"]
    message = derived(UUID(int=3), str(number))
    return msgspec.structs.replace(
        event,
        id=derived(UUID(message), f"{status_}{time}"),
        message=message,
        kind=status_,
        status=StatusReport(status_, status_, time=time),
        **more,
    )


def command(state: str, scope: str = "all", number: int = 0) -> ChangeConsent:
    return ChangeConsent(
        id=derived(UUID(int=4), f"{state}{scope}{number}"),
        aggregate="acme:contact:x",
        state=state,
        scope=scope,
        reason="asked by phone",
    )


def kinds(events: Any) -> list[type]:
    return [type(event) for event in events]


def test_the_first_message_opens_a_thread() -> None:
    received, opened = story().when(HELLO)
    assert isinstance(received, MessageReceived) and isinstance(opened, ThreadOpened)
    assert (received.id, received.thread, received.content, received.person) == (
        HELLO.id,
        HELLO.thread,
        HELLO.content,
        HELLO.person,
    )
    assert (opened.thread, opened.ours, opened.channel, opened.person) == (
        HELLO.thread,
        HELLO.ours,
        "sms",
        HELLO.person,
    )


def test_the_next_one_belongs_to_it_and_another_address_of_ours_opens_another() -> None:
    assert kinds(story().given(HELLO).when(text("and now?"))) == [MessageReceived]
    other = text("hello", thread=derived(UUID(int=5), "thread"))
    assert kinds(story().given(HELLO).when(other)) == [MessageReceived, ThreadOpened]
    assert kinds(story().given(HELLO, other).when(text("again"))) == [MessageReceived]


def test_statuses_move_by_rank_and_every_report_is_kept() -> None:
    told = story()
    moved = [told.when(status(each))[0] for each in ("delivered", "sent", "failed", "read")]
    assert [(event.reported, event.status) for event in moved if isinstance(event, MessageStatusReported)] == [
        ("delivered", "delivered"),
        ("sent", "delivered"),
        ("failed", "delivered"),
        ("read", "read"),
    ]
    last = moved[-1]
    assert isinstance(last, MessageStatusReported)
    assert (last.progress, last.failure) == (("read", ""), ("failed", ""))


def test_a_status_before_its_message_opens_the_thread_and_is_joined_later() -> None:
    told = story()
    early = told.when(status("delivered"))
    assert kinds(early) == [MessageStatusReported, ThreadOpened]
    assert isinstance(early[0], MessageStatusReported) and not early[0].known
    sent = text("our own words", direction="outbound")
    (again,) = told.when(status("queued"))
    assert isinstance(again, MessageStatusReported) and not again.known
    told.when(msgspec.structs.replace(sent, message=status("x").message))
    (later,) = told.when(status("sent"))
    assert isinstance(later, MessageStatusReported)
    assert later.known and later.status == "delivered"


def test_words_of_ours_are_no_keywords() -> None:
    assert kinds(story().given(HELLO).when(text("STOP", direction="outbound"))) == [MessageReceived]


def test_stop_is_recognised_and_recorded_once() -> None:
    told = story().given(HELLO)
    received, word, consent = told.when(text("Stop."))
    assert isinstance(received, MessageReceived) and received.keyword == "stop"
    assert isinstance(word, KeywordRecognised) and (word.keyword, word.message, word.provider_answered) == (
        "stop",
        received.message,
        False,
    )
    assert isinstance(consent, ConsentChanged)
    assert (consent.scope, consent.state, consent.source, consent.evidence) == (
        "channel:sms",
        "opted_out",
        "keyword",
        received.id,
    )
    assert kinds(told.when(text("STOP"))) == [MessageReceived, KeywordRecognised]
    assert stands(told.state.consent, "sms") == "opted_out"
    assert stands(told.state.consent, "email") is None


def test_start_and_yes_take_it_back() -> None:
    for word in ("START", "yes"):
        events = story().given(HELLO, text("STOP")).when(text(word))
        assert isinstance(events[-1], ConsentChanged) and events[-1].state == "opted_in"
    assert kinds(story().given(HELLO).when(text("yes"))) == [MessageReceived]


def test_help_changes_no_consent() -> None:
    assert kinds(story().given(HELLO).when(text("HELP"))) == [MessageReceived, KeywordRecognised]


def test_the_providers_verdict_comes_first_and_is_not_answered_again() -> None:
    events = story().given(HELLO).when(text("Please no more of this", keyword="stop"))
    assert isinstance(events[1], KeywordRecognised) and events[1].provider_answered
    assert isinstance(events[2], ConsentChanged) and events[2].state == "opted_out"


def test_a_policy_widens_the_scope_and_adds_words() -> None:
    policy = Policy(opt_out_scope="all", keywords={"stop": ("BASTA",)})
    events = story(policy).given(HELLO).when(text("basta"))
    assert isinstance(events[1], KeywordRecognised) and events[1].language == "tenant"
    assert isinstance(events[2], ConsentChanged) and events[2].scope == "all"
    assert kinds(story(policy).given(HELLO, text("basta")).when(text("stop"))) == [MessageReceived, KeywordRecognised]


def test_a_subject_alone_can_be_a_word() -> None:
    mail = EVENTS["email/received"]
    asked = msgspec.structs.replace(
        mail, content=msgspec.structs.replace(mail.content, text=" \r\n", subject="unsubscribe")
    )
    events = story().when(asked)
    assert isinstance(events[-1], ConsentChanged) and events[-1].scope == "channel:email"


@pytest.mark.parametrize(
    ("name", "type_", "consent"),
    [
        ("email/bounce_permanent", MessageStatusReported, ("opted_out", "bounce")),
        ("email/bounce_transient", MessageStatusReported, None),
        ("email/complaint", MessageComplained, ("opted_out", "complaint")),
        ("email/subscription_all", SubscriptionChanged, ("opted_out", "subscription")),
        ("email/subscription_topic", SubscriptionChanged, None),
        ("email/open", MessageOpened, None),
        ("email/click_by_machine", MessageClicked, None),
        ("email/kind_of_tomorrow", ProviderEventRecorded, None),
        ("sms/status_of_tomorrow", ProviderEventRecorded, None),
        ("sms/status_failed_opted_out", MessageStatusReported, ("opted_out", "provider")),
    ],
)
def test_what_a_provider_tells(name: str, type_: type, consent: tuple[str, str] | None) -> None:
    events = story().when(EVENTS[name])
    assert type(events[0]) is type_
    assert isinstance(events[1], ThreadOpened)
    assert [(e.state, e.source) for e in events if isinstance(e, ConsentChanged)] == ([consent] if consent else [])


def test_commands_are_recorded_even_when_they_change_nothing() -> None:
    told = story().given(HELLO)
    for number in (1, 2):
        (event,) = told.when(command("opted_out", number=number))
        assert isinstance(event, ConsentChanged)
        assert (event.source, event.reason, event.evidence) == ("command", "asked by phone", event.id)
    assert stands(told.state.consent, "sms") == stands(told.state.consent, "email") == "opted_out"


def test_the_last_word_on_a_channel_stands() -> None:
    told = story().given(HELLO, command("opted_out"), text("START"))
    assert (stands(told.state.consent, "sms"), stands(told.state.consent, "email")) == ("opted_in", "opted_out")
    told.given(command("opted_in", number=2))
    assert told.state.consent == (("all", "opted_in"),)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (command("away"), "state is 'away', it must be one of opted_out, opted_in"),
        (command("opted_in", "everything"), "scope is 'everything', it must be all or channel:<name>"),
        (
            command("", "channel:"),
            "state is '', it must be one of opted_out, opted_in; scope is 'channel:', it must be all or channel:<name>",
        ),
        (
            DeleteChannel(id=derived(UUID(int=9), "x"), aggregate="acme:contact:x"),
            "delete_channel is nothing that a contact can do",
        ),
    ],
)
def test_refusals_say_why_and_change_nothing(wrong: Any, reason: str) -> None:
    told = story().given(HELLO)
    before = told.state
    (event,) = told.when(wrong)
    assert isinstance(event, CommandRefused) and event.reason == reason
    assert told.state == before


def test_only_the_newest_messages_are_remembered() -> None:
    told = story().given(*(status("sent", number) for number in range(NEWEST + 5)))
    assert known(told.state.sent, status("sent", 0).message)[1].status == ""
    assert known(told.state.sent, status("sent", NEWEST + 4).message)[1].status == "sent"
    (event,) = told.when(status("delivered", 0))
    assert isinstance(event, MessageStatusReported) and event.status == "delivered"


def test_a_contact_with_a_handful_of_messages_is_small() -> None:
    told = story().given(
        HELLO, text("STOP"), *(status(each, number) for number in range(5) for each in ("sent", "delivered"))
    )
    assert len(msgspec.msgpack.encode(told.state)) < 250


INPUTS: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(sorted(EVENTS.values(), key=lambda event: event.id)),
    st.builds(
        status, st.sampled_from(["queued", "sent", "delivered", "read", "failed", "undelivered"]), st.integers(1, 20)
    ),
    st.builds(text, st.sampled_from(["STOP", "start", "yes", "help", "hello"]), st.integers(1, 3)),
    st.builds(
        command,
        st.sampled_from(["opted_out", "opted_in", "?"]),
        st.sampled_from(["all", "channel:sms"]),
        st.integers(1, 3),
    ),
)


@settings(max_examples=150)
@given(st.lists(INPUTS, max_size=25))
def test_the_fold_of_the_log_is_the_live_state(inputs: list[Any]) -> None:
    told = story().given(*inputs)
    assert told.folded() == told.state == told.stored()


@settings(max_examples=100)
@given(st.lists(INPUTS, min_size=1, max_size=15), st.data())
def test_any_duplication_changes_nothing(inputs: list[Any], data: st.DataObject) -> None:
    """Of inputs (a redelivery) and of records of the log (a writer that was overtaken)."""
    again = data.draw(st.lists(st.integers(0, len(inputs) - 1), max_size=10))
    once = story().given(*inputs)
    twice = story()
    for number, input_ in enumerate(inputs):
        twice.given(input_, *(inputs[each] for each in again if each <= number))
    assert (twice.state, twice.log) == (once.state, once.log)
    assert once.folded([record for record in once.log for _ in range(2)] + once.log) == once.state


TIMES = st.sampled_from([None, "2026-11-24T10:07:00.000Z", "2026-11-24T10:09:00.000Z"])


@settings(max_examples=100)
@given(
    st.lists(
        st.builds(
            status,
            st.sampled_from(["queued", "sent", "delivered", "read", "failed", "undelivered", "canceled"]),
            st.integers(1, 3),
            TIMES,
        ),
        min_size=1,
        max_size=12,
    ),
    st.randoms(),
)
def test_statuses_in_any_order_end_equal(reports: list[InboundEvent], chance: Any) -> None:
    mixed = list(reports)
    chance.shuffle(mixed)
    one, other = story().given(*reports), story().given(*mixed)
    for message in {each.message for each in reports}:
        assert known(one.state.sent, message) == known(other.state.sent, message)


SAYS: dict[str, type[MessageEvent]] = {
    "message_received": MessageReceived,
    "message_status": MessageStatusReported,
    "message_opened": MessageOpened,
    "message_clicked": MessageClicked,
    "message_complained": MessageComplained,
    "subscription_changed": SubscriptionChanged,
    "provider_event": ProviderEventRecorded,
    "message_echoed": MessageEchoed,
    "message_edited": MessageEdited,
    "message_deleted": MessageDeleted,
    "message_reacted": MessageReacted,
    "message_dismissed": MessageDismissed,
    "thread_status": ThreadStatusReported,
    "call_reported": CallReported,
    "identity_changed": IdentityChanged,
    "referral_received": ReferralReceived,
}


@pytest.mark.parametrize("type_", SAYS)
def test_whatever_any_provider_says_is_an_event_of_its_kind(type_: str) -> None:
    said = [event for key, event in EVERYTHING if event.type == type_ and ":contact:" in key]
    assert said
    for event in said:
        told = story().when(event)[0]
        assert type(told) is SAYS[type_]
        assert isinstance(told, MessageEvent)
        assert (told.id, told.meaning, told.message, told.thread) == (
            event.id,
            event.meaning,
            event.message,
            event.thread,
        )
        assert (told.person, told.content, told.provider_time) == (event.person, event.content, event.provider_time)


def test_what_names_nobody_is_kept_by_the_account() -> None:
    """Whatever its type: nothing is lost for want of a name."""
    nobody = [event for key, event in EVERYTHING if ":account:" in key]
    assert {event.meaning for event in nobody} >= {"account.event", "unknown"}
    for event in nobody:
        account = Story(aggregates()["account"])
        (told,) = account.when(event)
        assert isinstance(told, MessageEvent)
        assert (told.id, told.meaning, told.content) == (event.id, event.meaning, event.content)
        assert account.folded() == account.state
    (refused,) = Story(aggregates()["account"]).when(command("opted_out"))
    assert isinstance(refused, CommandRefused)


def test_a_message_that_somebody_sent_elsewhere_is_known_to_later_reports() -> None:
    echo = msgspec.structs.replace(text("hello"), type="message_echoed", direction="outbound")
    told = story().given(echo).when(msgspec.structs.replace(status("delivered"), message=echo.message))[0]
    assert isinstance(told, MessageStatusReported)
    assert told.known


def test_a_mail_that_a_machine_wrote_is_no_keyword() -> None:
    """An absence note may say STOP in its subject (T-41)."""
    assert kinds(story().when(text("STOP", machine=True))) == [MessageReceived, ThreadOpened]
