"""The whole way of a message, without a broker: whose it is, what ids it gets, what is kept (T-06, T-08, T-15 to T-17, T-22 to T-24)."""

import json
from base64 import b64decode
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.channels.email.ses_mail import MOST
from domain.channels.provider import Example
from domain.channels.registry import channels, providers
from domain.intake import QueueMessage, Rejected, Routes, Taken, take
from domain.provider_ids import LONGEST_ID
from schemas.identity import contact_id, message_id, thread_id
from schemas.inbound import InboundEvent
from schemas.values import Person, Raw
from tests.contract.channels.wrappings import WRAPPINGS, sns
from tests.unit.domain.test_peeling import ENVELOPES, JSON

ACME, BISTRO = UUID(int=1), UUID(int=2)
NAMESPACES = {"acme": ACME, "bistro": BISTRO}
ROUTES = Routes(NAMESPACES, "acme")
AC = "AC5ef8732a3c49700934481addd5ce1659"
SMS, MAIL = providers("sms")[0].examples, providers("email")[0].examples
RECEIVED = SMS["received"].body


def taken(body: str, routes: Routes = ROUTES, channel: str = "sms", **more: Any) -> Taken:
    return take(QueueMessage(channel=channel, body=body, **more), routes)


def the_event(result: Taken) -> InboundEvent:
    assert not result.rejected
    ((_, event),) = result.events
    return event


def test_ids_are_derived_as_the_laws_say() -> None:
    event = the_event(taken(RECEIVED))
    sid = event.provider_id
    assert event.id == str(uuid5(ACME, f"sms|twilio|{AC}|{sid}|received|0"))
    assert event.contact == contact_id(ACME, "tel:+14155550123")
    assert event.thread == thread_id(ACME, "tel:+14155550123", "tel:+14155550100")
    assert event.message == message_id(ACME, "sms", "twilio", AC, sid)


def test_what_the_bridge_knows_travels_along() -> None:
    event = the_event(
        taken(RECEIVED, sent_at="2026-11-24T10:07:24.540Z", correlation="c", trace="00-t", attributes={"SenderId": "x"})
    )
    assert (event.queue_time, event.correlation, event.trace) == ("2026-11-24T10:07:24.540Z", "c", "00-t")


def test_a_message_from_a_person() -> None:
    event = the_event(taken(RECEIVED))
    about = {"FromCity": "SAN FRANCISCO", "FromState": "CA", "FromZip": "94105", "FromCountry": "US"}
    assert event.person == Person("tel:+14155550123", "valid", None, about)
    assert (event.content.text, event.direction, event.ours) == ("Is my table ready?", "inbound", "tel:+14155550100")
    assert event.content.fields == {
        "ApiVersion": "2010-04-01",
        "NumMedia": "0",
        "NumSegments": "1",
        "ToState": "CA",
        "ToCountry": "US",
    }
    assert event.content.raw == Raw(RECEIVED, "utf-8", len(RECEIVED))


def test_the_seeds_own_numbers_work() -> None:
    event = the_event(taken(f"MessageSid=SM1&AccountSid={AC}&From=%2B1234567890&To=%2B0987654321&Body=hi"))
    assert (event.person, event.ours) == (Person("tel:+1234567890", "invalid"), "tel:+0987654321")


def test_the_seeds_texts() -> None:
    assert rejection("Body=hello").error == "SMS event missing required field: MessageSid"
    assert rejection("MessageSid=SM1&Body=hello").error == "SMS event missing required field: AccountSid"
    assert rejection(SMS["invalid_from"].body).error == "Invalid phone number format"


def rejection(body: str, routes: Routes = ROUTES) -> Rejected:
    result = taken(body, routes)
    assert not result.events
    (rejected,) = result.rejected
    return rejected


def test_a_status_and_its_message_have_one_id_and_one_thread() -> None:
    sent = "MessageSid=SM1&AccountSid=AC1&From=%2B14155550100&To=%2B14155550123&MessageStatus="
    events = [the_event(taken(sent + status)) for status in ("sent", "delivered", "read")]
    assert len({(event.contact, event.thread, event.message) for event in events}) == 1
    assert len({event.id for event in events}) == 3
    assert events[0].thread == the_event(taken(RECEIVED)).thread


def test_the_carriers_time_tells_reports_apart() -> None:
    body = SMS["status_delivered"].body
    first, second = (the_event(taken(each)) for each in (body, body.replace("2611241007", "2611241008")))
    assert first.id != second.id
    assert (first.provider_time, second.provider_time) == ("2026-11-24T10:07:00.000Z", "2026-11-24T10:08:00.000Z")
    assert the_event(taken(body.replace("2611241007", "2613991007"))).provider_time is None


def test_an_opt_out_that_only_the_provider_knows() -> None:
    assert the_event(taken(SMS["status_failed_opted_out"].body)).consent == ("opted_out", "provider")
    assert the_event(taken(SMS["received_stop_answered"].body)).keyword == "stop"


def test_one_notification_about_three_recipients() -> None:
    result = taken(MAIL["bounce_of_three"].body, channel="email")
    contacts = [event.person.address for _, event in result.events]
    assert contacts == ["mailto:dana@example.org", "mailto:robin.b+offers@example.com"]
    assert [event.index for _, event in result.events] == [0, 1]
    assert len({event.id for _, event in result.events} | {event.message for _, event in result.events}) == 4
    assert {event.provider_id for _, event in result.events} == set(result.provider_ids)
    assert all(event.consent == ("opted_out", "bounce") for _, event in result.events)


@pytest.mark.feature("F-088")
def test_reports_on_one_mail_to_one_person_are_about_one_message() -> None:
    mail = {"messageId": "0100", "source": "news@acme.example", "destination": ["dana@example.org", "kim@example.org"]}
    sent = taken(json.dumps({"eventType": "Send", "mail": mail, "send": {}}), channel="email")
    delivered = taken(
        json.dumps({"eventType": "Delivery", "mail": mail, "delivery": {"recipients": ["KIM@example.org"]}}),
        channel="email",
    )
    assert the_event(delivered).message == sent.events[1][1].message != sent.events[0][1].message


@pytest.mark.feature("F-085")
@pytest.mark.parametrize(
    ("name", "machine", "consent"),
    [
        ("open", False, None),
        ("open_by_machine", True, None),
        ("click_by_machine", True, None),
        ("complaint", False, ("opted_out", "complaint")),
        ("bounce_transient", False, None),
        ("subscription_all", False, ("opted_out", "subscription")),
        ("subscription_back", False, ("opted_in", "subscription")),
        ("subscription_topic", False, None),
    ],
)
def test_what_a_mail_event_means(name: str, machine: bool, consent: Any) -> None:
    event = the_event(taken(MAIL[name].body, channel="email"))
    assert (event.machine, event.consent, event.campaign, event.lead) == (machine, consent, "autumn-news", "4711")


def test_a_mail_with_everything() -> None:
    event = the_event(taken(MAIL["received_with_everything"].body, channel="email"))
    assert event.person == Person("mailto:dana@example.org", "valid", "Dana Öz")
    assert event.content.subject == "Grüße: die Fotos 📷"
    assert event.content.html and "cid:photo" in event.content.html
    assert [(a.reference, a.content_type, a.name, a.inline_id) for a in event.content.attachments] == [
        ("mime:2", "image/png", "Fotö 1.png", "photo"),
        ("mime:3", "text/calendar", "visit.ics", None),
    ]
    assert event.content.fields["headers"]["In-Reply-To"] == "<1@acme.example>"


def test_a_mail_in_a_bucket() -> None:
    event = the_event(taken(MAIL["received_in_s3"].body, channel="email"))
    assert event.content.attachments[0].reference == "s3://acme-inbound/mail/0a1b2c"
    assert (event.content.subject, event.ours) == ("A long letter", "mailto:sales@acme.example")


def test_base64_and_odd_texts() -> None:
    assert (the_event(taken(SMS["received_base64"].body)).content.text or "").startswith("Hello! I would like")
    assert the_event(taken(SMS["received_nul"].body)).content.text == "before\0after"
    assert the_event(taken(SMS["received_half_a_character"].body)).content.text == "\ufffd\ufffd\ufffd and \ufffd"
    assert the_event(taken(SMS["received_no_body"].body)).content.text is None
    assert the_event(taken(SMS["received_empty"].body)).content.text == ""
    long_word = "A" * 64
    assert (
        the_event(taken(RECEIVED.replace("Body=Is+my+table+ready%3F", f"Body={long_word}"))).content.text == long_word
    )


def test_a_body_that_no_utf8_can_hold_is_kept_byte_by_byte() -> None:
    body = RECEIVED.replace("table", "t\ud83dble")
    raw = the_event(taken(body)).content.raw
    assert raw and raw.encoding == "base64"
    assert b64decode(raw.data).decode("utf-8", "surrogatepass") == body


def test_a_claimed_body_is_kept_by_reference() -> None:
    digest = sha256(RECEIVED.encode()).hexdigest()
    raw = the_event(taken(RECEIVED, raw_claim=("sms/2026/x", digest))).content.raw
    assert raw == Raw("sms/2026/x", "claim", len(RECEIVED), digest)


CLAIMS = [
    (Routes(NAMESPACES, None, {AC: ("acme",)}), "acme"),
    (Routes(NAMESPACES, None, {"tel:+14155550100": ("bistro",)}), "bistro"),
    (Routes(NAMESPACES, None, {AC: ("acme", "bistro"), "tel:+14155550100": ("bistro",)}), "bistro"),
    (Routes(NAMESPACES, "acme", {AC: ("acme", "bistro")}), "acme"),
    (Routes(NAMESPACES, None, {}), "no_tenant"),
    (Routes(NAMESPACES, None, {AC: ("acme", "bistro")}), "two_tenants"),
    (Routes(NAMESPACES, None, {AC: ("acme",), "tel:+14155550100": ("bistro",)}), "two_tenants"),
    (Routes(NAMESPACES, "acme", {AC: ("bistro",)}), "two_tenants"),
    (Routes(NAMESPACES, "gone", {}), "unknown_tenant"),
]


@pytest.mark.parametrize(("routes", "expected"), CLAIMS)
def test_the_tenant_is_never_guessed(routes: Routes, expected: str) -> None:
    result = taken(RECEIVED, routes)
    if expected in NAMESPACES:
        assert the_event(result).tenant == result.tenant == expected
    else:
        assert (rejection(RECEIVED, routes).stage, rejection(RECEIVED, routes).reason) == ("tenant", expected)


def test_the_quarantine_names_who_claims() -> None:
    rejected = rejection(RECEIVED, Routes(NAMESPACES, None, {AC: ("acme", "bistro")}))
    assert rejected.error == f"2 tenants claim the account {AC}: acme, bistro"
    assert rejected.provider_ids


def test_a_tenant_for_each_item() -> None:
    """One body with items of two tenants (T-16)."""
    routes = Routes(NAMESPACES, None, {"mailto:sales@acme.example": ("acme",), "mailto:help@acme.example": ("bistro",)})
    result = taken(MAIL["received_at_two_addresses"].body, routes, "email")
    assert [key.split(":")[0] for key, _ in result.events] == ["acme", "bistro"]
    assert result.tenant == ""


def test_the_same_message_twice_in_one_body_is_one_event() -> None:
    body = json.dumps({"Records": [{"Sns": json.loads(sns(RECEIVED))}] * 2})
    assert the_event(taken(body)).id == the_event(taken(RECEIVED)).id


def test_one_bad_item_leaves_the_others_alone() -> None:
    result = taken(MAIL["bounce_of_nobody"].body, channel="email")
    assert len(result.events) == 1
    assert [(r.reason, r.index) for r in result.rejected] == [("invalid_email", 0)]


def test_control_messages_are_ignored_with_a_reason() -> None:
    result = taken(sns("Successfully validated SNS topic for Amazon SES event publishing."), channel="email")
    assert result == Taken(ignored="sns_topic_validated", layers=("sns",), tenant="acme")


@pytest.mark.parametrize("field", ["MessageSid", "AccountSid", "MessageStatus", "campaign_id", "lead_id"])
def test_identifiers_are_short_enough_to_be_searched_for(field: str) -> None:
    """A longer one could stand in no index: the views would stop at it."""
    fields = {
        "MessageSid": "SM1",
        "AccountSid": AC,
        "From": "%2B14155550100",
        "To": "%2B14155550123",
        "MessageStatus": "sent",
    }

    def body(length: int) -> str:
        return "&".join(f"{name}={value}" for name, value in (fields | {field: "x" * length}).items())

    assert the_event(taken(body(LONGEST_ID))).provider_id
    rejected = rejection(body(LONGEST_ID + 1))
    assert rejected.reason == "identifier_too_long"
    assert all(len(id_) <= LONGEST_ID for id_ in rejected.provider_ids)


def test_a_notification_about_more_recipients_than_a_mail_can_have() -> None:
    """Every event keeps the whole body: a thousand of them from one body would be a gigabyte."""
    for count, reasons in ((MOST, []), (MOST + 1, ["too_many_recipients"])):
        who = [f"{n}@example.org" for n in range(count)]
        mail = {"messageId": "1", "source": "news@acme.example", "destination": who}
        for body in ({"eventType": "Send", "mail": mail, "send": {}}, {"notificationType": "Received", "mail": mail}):
            assert [each.reason for each in taken(json.dumps(body), channel="email").rejected] == reasons


def test_a_long_address_is_none() -> None:
    mail = {"messageId": "1", "source": "news@acme.example", "destination": ["ä" * 400 + "@example.org"]}
    result = taken(json.dumps({"eventType": "Send", "mail": mail, "send": {}}), channel="email")
    assert [each.reason for each in result.rejected] == ["invalid_email"]


BODIES = (
    st.text()
    | JSON.map(json.dumps)
    | ENVELOPES.map(json.dumps)
    | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape"))
    | st.builds(
        lambda wrap, data: wrap[0](Example(json.dumps(data), ())),
        st.sampled_from(sorted(WRAPPINGS.values(), key=str)),
        JSON,
    )
)
PAYLOADS = [
    json.loads(each.body)
    for channel in channels()
    for provider in providers(channel)
    for each in provider.examples.values()
    if each.body.startswith("{") and each.outcome != ("rejected:bad_json",) and json.loads(each.body)
]


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A real payload in which one value, at any depth, is something else."""
    payload = json.loads(json.dumps(draw(st.sampled_from(PAYLOADS))))
    at = payload
    while True:
        names = list(at) if isinstance(at, dict) else range(len(at))
        name = draw(st.sampled_from(names))
        inner = at[name]
        if not isinstance(inner, dict | list) or not inner or draw(st.booleans()):
            at[name] = draw(JSON)
            return json.dumps(payload)
        at = inner


@settings(max_examples=400)
@given(st.sampled_from(channels()), BODIES | broken())
def test_whatever_a_body_says_it_is_taken(channel: str, body: str) -> None:
    """Events, a reason to ignore it or a rejection; never an exception, and everything can be written to a topic (T-22, T-23)."""
    result = taken(body, channel=channel)
    assert result.events or result.rejected or result.ignored
    for _, event in result.events:
        msgspec.json.decode(msgspec.json.encode(event), type=InboundEvent, strict=True)
    for rejected in result.rejected:
        msgspec.json.encode(rejected)
    assert taken(body, channel=channel) == result or "NaN" in body


@pytest.mark.parametrize(
    "body",
    [
        f"MessageSid=SM1&AccountSid={AC}&From=%2B14155550123&To=%2B14155550100&Body=" + "%F0%9F%98%80" * 87_000,
        f"MessageSid=SM1&AccountSid={AC}&From=%2B{'1' * 1_000_000}&To=%2B14155550100&Body=x",
        "=" * 1_048_576,
        "&" * 1_048_576,
        "[" * 1_048_576,
        '{"Type":"Notification","Message":"' + "x" * 1_000_000 + '"}',
        json.dumps(
            {"eventType": "Send", "mail": {"messageId": "1", "destination": ["a@b.example"] * 40_000}, "send": {}}
        ),
        json.dumps({"eventType": "Send", "mail": {"messageId": "1", "destination": ["<" * 500_000]}, "send": {}}),
    ],
    ids=lambda body: body[:30],
)
def test_a_mebibyte_of_anything(body: str) -> None:
    for channel in channels():
        result = taken(body, channel=channel)
        assert result.events or result.rejected
