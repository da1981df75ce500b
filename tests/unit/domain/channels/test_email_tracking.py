"""What becomes of mail that went out and came in with nine providers, field by field."""

from collections.abc import Sequence

import pytest

from domain.channels.provider import Item
from domain.channels.registry import provider as provider_named
from domain.peeling import Payload, peel
from domain.reading import given_with
from domain.signatures import Request
from schemas.values import Attachment, StatusReport

DANA = "mailto:dana@example.org"
CLICKS = dict.fromkeys(("mailjet", "mailtrap", "sparkpost", "mandrill"), "click")
CLICKS |= dict.fromkeys(("postal", "resend", "mailersend", "unisender_go"), "clicked")


def items(provider: str, name: str) -> Sequence[Item]:
    known = provider_named("email", provider)
    case = known.examples[name]
    request = None
    if case.headers:
        request = Request(method="POST", url="", headers=tuple(case.headers.items()), body=case.body.encode())
    (payload,) = peel(case.body, request)
    assert isinstance(payload, Payload)
    return [found for found in known.items(payload.data, given_with(request)) if isinstance(found, Item)]


def item(provider: str, name: str) -> Item:
    (found,) = items(provider, name)
    return found


@pytest.mark.parametrize(
    ("provider", "name", "message_id", "message", "event", "time", "ours"),
    [
        ("brevo", "delivered", "<202611241007.00000001@smtp-relay.mailin.fr>", True, "", "24.001", "brevo:unknown"),
        ("mailjet", "sent", "1152921530000001", False, "", "24.000", "mailjet:unknown"),
        ("mailtrap", "open", "1df37d17-0000-4000-8000-000000000001", False, "bede7236-0000-4000-8000-000100000004",
         "24.000", "mailtrap:unknown"),
        ("mandrill", "send", f"1f3a5c7e9b{1:022x}", False, "", "24.000", "mailto:news@acme.example"),
        ("postal", "sent", "1501", False, "0fcc831f-0000-4000-8000-000000000001", "24.961", "mailto:news@acme.example"),
        ("resend", "sent", "56761188-0000-4000-8000-000000000001", True, "", "24.126", "mailto:news@acme.example"),
        ("sparkpost", "delivery", "65832150921900002", True, "92356927693810002", "24.000", "mailto:news@acme.example"),
        ("unisender_go", "sent", "1smi9f-000001-86zr", True, "", "24.000", "unisender_go:456"),
        ("mailersend", "sent", "62fb66bef54a112e00000001", True, "62f114f8165fe0d800010004", "24.521", "mailersend:unknown"),
    ],
)  # fmt: skip
def test_which_message_when_and_whose(
    provider: str, name: str, message_id: str, message: bool, event: str, time: str, ours: str
) -> None:
    """A mail to several has one id with some providers, and one each with others."""
    found = item(provider, name)
    assert found.contact is not None and found.contact.urn == DANA and found.direction == "outbound"
    assert (found.provider_id, found.event, found.ours) == (message_id, event, ours)
    assert found.message == (f"{message_id}|{DANA}" if message else "")
    assert found.provider_time == f"2026-11-24T10:07:{time}Z"


@pytest.mark.feature("F-085")
@pytest.mark.parametrize(
    ("provider", "campaign", "lead"),
    [
        ("brevo", "autumn", "4711"),
        ("mailjet", "autumn", "4711"),
        ("mailtrap", "autumn", "4711"),
        ("mandrill", "autumn", "4711"),
        ("unisender_go", "autumn", "4711"),
        ("resend", "autumn", "4711"),
        ("sparkpost", "autumn", "4711"),
    ],
)
def test_what_went_along_comes_back(provider: str, campaign: str, lead: str) -> None:
    names = {
        "unisender_go": "delivered",
        "mandrill": "send",
        "sparkpost": "delivery",
        "mailjet": "sent",
        "mailtrap": "delivery",
    }
    found = item(provider, names.get(provider, "delivered"))
    assert (found.campaign, found.lead) == (campaign, lead)
    assert str(found.content.metadata["lead_id"]) == lead


def test_why_a_mail_came_back_and_whether_for_good() -> None:
    """Quoted addresses are not part of a reason."""
    full, gone = item("brevo", "soft_bounce"), item("sparkpost", "bounce_invalid")
    assert full.status == StatusReport(
        "undelivered", "soft_bounce", None, "452 4.2.2 [address] is over quota", full.provider_time, "bounced", False
    )
    assert full.content.fields["mta_response"] == "452 4.2.2 dana@example.org is over quota" and full.consent is None
    assert gone.status is not None and (gone.status.code, gone.status.category) == ("550", "invalid")
    assert gone.status.permanent is True and gone.consent == ("opted_out", "bounce")
    late = item("sparkpost", "bounce_timeout").status
    assert late is not None and (late.category, late.permanent) == ("timed_out", False)


@pytest.mark.parametrize(
    ("provider", "name", "consent"),
    [
        ("mailjet", "bounce_hard", ("opted_out", "bounce")),
        ("mailjet", "bounce_of_content", None),
        ("postal", "failed", ("opted_out", "bounce")),
        ("postal", "failed_after_many_tries", None),
        ("postal", "bounced", None),
        ("mandrill", "spam", ("opted_out", "complaint")),
        ("mandrill", "blacklist_add", ("opted_out", "provider")),
        ("mandrill", "blacklist_remove", None),
        ("mandrill", "reject_unsubscribed", ("opted_out", "provider")),
        ("resend", "bounced_suppressed", ("opted_out", "provider")),
        ("unisender_go", "hard_bounced_as_spam", None),
        ("unisender_go", "hard_bounced_unsubscribed", ("opted_out", "provider")),
        ("unisender_go", "subscribed", ("opted_in", "subscription")),
        ("brevo", "list_addition", None),
        ("brevo", "unsubscribed", ("opted_out", "subscription")),
        ("mailersend", "suppressed", ("opted_out", "provider")),
    ],
)
def test_what_it_says_about_consent(provider: str, name: str, consent: tuple[str, str] | None) -> None:
    """An address that is bad is; a mail that was refused for what it says is no opt-out."""
    assert item(provider, name).consent == consent


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("brevo", "proxy_open"),
        ("mailjet", "open_by_machine"),
        ("mandrill", "open_by_machine"),
        ("postal", "loaded_by_machine"),
        ("sparkpost", "open_prefetched"),
    ],
)
def test_what_no_person_opened(provider: str, name: str) -> None:
    assert item(provider, name).machine is True


def test_items_are_numbered_through_the_body_and_the_same_one_is_one() -> None:
    assert [each.index for each in items("sparkpost", "several")] == [0, 1, 2]
    assert [each.index for each in items("mailjet", "grouped_with_a_wrong_one")] == [0]
    assert [each.index for each in items("brevo", "inbound_several")] == [0, 1]
    two = items("resend", "delivered_to_two")
    assert [each.message.partition("|")[2] for each in two] == [DANA, "mailto:robin@example.com"]


def test_a_link_a_program_and_an_address_are_called_the_same_everywhere() -> None:
    for provider, name in CLICKS.items():
        fields = item(provider, name).content.fields
        assert fields["url"].startswith("https://acme.example/?")
        assert (fields["ip"], fields["user_agent"]) == ("192.0.2.44", "Mozilla/5.0 (X11; Linux) Thunderbird/140.0")


def test_the_header_that_names_an_event_of_resend() -> None:
    assert item("resend", "event_has_an_id").event == "msg_2Kx"
    assert item("resend", "tags_in_headers").content.tags == ("news", "👋")


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("brevo", "inbound"),
        ("mailjet", "inbound"),
        ("mailtrap", "inbound"),
        ("mandrill", "inbound"),
        ("postal", "inbound_raw"),
        ("postal", "inbound_form"),
        ("resend", "received"),
        ("sparkpost", "inbound"),
        ("mailersend", "inbound"),
    ],
)
def test_who_wrote_to_whom(provider: str, name: str) -> None:
    found = item(provider, name)
    assert found.contact is not None and (found.contact.urn, found.contact.name) == (DANA, "Dana Doe")
    assert found.ours == ("mailtrap:250" if provider == "mailtrap" else "mailto:sales@in.acme.example")
    assert found.provider_time is not None and found.provider_time.startswith("2026-11-24T10:07:2")


def test_files_of_a_mail_that_came_in() -> None:
    notes = Attachment("json:Attachment1", "text/plain", "notes.txt", 11)
    plan = Attachment("json:InlineAttachment1", "image/png", "plan.png", 8, "plan")
    assert item("mailjet", "inbound_files").content.attachments == (notes, plan)
    assert item("postal", "inbound_form").content.attachments == (
        Attachment("json:attachments.0", "text/plain", "notes.txt", 11),
    )
    (stored,) = item("brevo", "inbound_attachment").content.attachments
    assert stored.reference.startswith("https://api.brevo.com/v3/inbound/attachments/eyJ") and stored.size == 61234
    assert len(item("mandrill", "inbound_without_raw").content.attachments) == 3
    assert item("sparkpost", "inbound_base64").content.text == "Grüße\r\n"


def test_what_it_answers_and_in_which_words() -> None:
    answer = item("postal", "inbound_stripped")
    assert answer.in_reply_to == "<7b0@rp.acme.example>" and answer.content.reply == "Yes!"
    assert item("brevo", "inbound_answer").in_reply_to == "<1@acme.example>"
