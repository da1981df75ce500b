"""Which mails belong together, and who takes part in them."""

from email.message import EmailMessage
from itertools import permutations
from uuid import UUID

import pytest

from domain.channels.email.mime import told
from domain.channels.email.received import Arrival, received
from domain.channels.email.ses_build import inbound
from domain.channels.gmail.gmail_examples import fetched
from domain.channels.mail_threads import MOST, own_id, participants, thread_of
from domain.channels.provider import Item
from domain.intake import QueueMessage, Routes, take
from schemas.identity import mail_thread_id
from schemas.inbound import InboundEvent
from schemas.values import Participant

NAMESPACE = UUID("6f2a9c1e-4b7d-4e0a-9c55-0d3f8e71b2a4")
ROUTES = Routes(namespaces={"acme": NAMESPACE}, queue="acme")
OURS = "help@acme.example"


def mail(id_: str, from_: str = "Ann <ann@example.org>", to: str = OURS, **headers: str) -> InboundEvent:
    """A mail to us as the event that it becomes. headers: In_Reply_To, References, Cc."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Message-ID"] = from_, to, "Order", id_
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content("Hello")
    body = inbound(id_.strip("<>").partition("@")[0], made, "ann@example.org", (OURS,))
    ((_, event),) = take(QueueMessage(channel="email", body=body), ROUTES).events
    return event


@pytest.mark.feature("F-084")
def test_answers_are_in_the_thread_of_the_mail_with_which_it_began_in_whatever_order_they_come() -> None:
    first = {"id_": "<1@example.org>"}
    answer = {"id_": "<2@example.org>", "In_Reply_To": "<1@example.org>", "References": "<1@example.org>"}
    deeper = {
        "id_": "<3@example.org>",
        "In_Reply_To": "<2@example.org>",
        "References": "<1@example.org> <2@example.org>",
    }
    for order in permutations((first, answer, deeper)):
        assert {mail(**each).mail_thread for each in order} == {mail_thread_id(NAMESPACE, "<1@example.org>")}
    assert mail("<4@example.org>").mail_thread != mail(**first).mail_thread


@pytest.mark.feature("F-084")
def test_everybody_who_writes_in_a_thread_is_in_it_each_in_a_conversation_of_their_own() -> None:
    ann = mail("<1@example.org>", Cc="Bob <bob@example.org>")
    bob = mail("<2@example.org>", "Bob <bob@example.org>", In_Reply_To="<1@example.org>")
    assert ann.mail_thread == bob.mail_thread
    assert ann.thread != bob.thread


def test_an_answer_to_a_mail_that_went_out_through_a_provider_is_in_the_thread_of_what_the_provider_calls_it() -> None:
    sent = "0100018f5d1a2b3c-4d5e6f70-1111-2222-3333-444455556666-000000"
    answer = mail("<5@example.org>", In_Reply_To=f"<{sent}@eu-west-1.amazonses.com>")
    assert answer.mail_thread == mail_thread_id(NAMESPACE, sent)


@pytest.mark.feature("F-084")
def test_whom_a_mail_names_takes_part_by_canonical_address_once_in_each_role() -> None:
    event = mail(
        "<1@example.org>",
        '"Ann, of Sales" <Ann@Example.ORG>',
        f"Help <{OURS}>, bob@example.org, Bob again <bob@example.org>",
        Cc="ann@example.org, nobody",
    )
    assert event.content.participants == (
        Participant("mailto:ann@example.org", "from", "Ann, of Sales"),
        Participant(f"mailto:{OURS}", "to", "Help"),
        Participant("mailto:bob@example.org", "to"),
        Participant("mailto:ann@example.org", "cc"),
    )


def test_a_mail_of_gmail_is_in_the_same_thread_as_one_of_any_other_provider() -> None:
    headers = [
        ("From", "Ann <ann@example.org>"),
        ("To", OURS),
        ("Message-ID", "<2@example.org>"),
        ("References", "<1@example.org>"),
    ]
    body = fetched(OURS, "0" * 32, headers, "Hello")
    ((_, event),) = take(QueueMessage(channel="gmail", body=body), ROUTES).events
    assert event.mail_thread == mail("<1@example.org>").mail_thread
    assert [each.role for each in event.content.participants] == ["from", "to"]


def test_a_mail_to_thousands_names_the_first() -> None:
    found = participants(None, ", ".join(f"someone{n}@example.org" for n in range(1000)), None)
    assert len(found) == MOST


@pytest.mark.parametrize(("references", "in_reply_to"), [(None, None), ("no id", "<>"), ("< >", "")])
def test_a_mail_that_names_no_other_begins_a_thread(references: str | None, in_reply_to: str | None) -> None:
    assert thread_of(references, in_reply_to, "<1@example.org>") == "<1@example.org>"


def test_a_provider_may_leave_out_the_brackets_and_call_the_mail_something_else() -> None:
    mime = told([("Message-ID", "1@example.org"), ("From", "ann@example.org"), ("To", OURS)])
    (item,) = received(mime, Arrival(provider="postmark", provider_id="2c1b63fe"))
    assert isinstance(item, Item)
    assert item.mail_thread == "<1@example.org>"


@pytest.mark.parametrize("message_id", ["<a@b@example.org>", "plain", "<@amazonses.com.example.org>", ""])
def test_what_is_nobodys_own_stays_as_it_is(message_id: str) -> None:
    assert own_id(message_id) == message_id
