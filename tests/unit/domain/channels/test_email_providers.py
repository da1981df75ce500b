"""What examples of SendGrid, Mailgun, Postmark and SES cannot show: exact values."""

import json
from typing import Any

import pytest

from domain.channels.email import mailgun, postmark, sendgrid, ses
from domain.channels.provider import NOTHING_GIVEN, Item, Provider
from domain.peeling import Payload, peel
from domain.signatures import Request


def read(provider: Provider, name: str) -> Item:
    """The first item of an example."""
    case = provider.examples[name]
    return first(provider, case.body.encode(), case.headers.get("Content-Type", ""))


def first(provider: Provider, body: bytes, content_type: str = "") -> Item:
    headers = (("Content-Type", content_type),) if content_type else ()
    (payload,) = peel("", Request(method="POST", url="https://hooks.acme.example/", headers=headers, body=body))
    assert isinstance(payload, Payload)
    item = provider.items(payload.data, NOTHING_GIVEN)[0]
    assert isinstance(item, Item)
    return item


def told(item: Item) -> tuple[Any, ...]:
    assert item.status is not None
    return item.meaning, item.status.category, item.status.permanent, item.status.code, item.consent


def test_sendgrid_names_a_mail_as_its_api_did() -> None:
    bounce = read(sendgrid.PROVIDER, "bounce")
    assert bounce.provider_id == "14c5d75ce93.dfd.000002"
    assert bounce.message == "14c5d75ce93.dfd.000002|mailto:dana@example.org"
    assert told(bounce) == ("email.bounced", "bounced", True, "5.1.1", ("opted_out", "bounce"))
    assert bounce.content.metadata == {"campaign_id": "autumn-news", "lead_id": 4711}
    assert (bounce.campaign, bounce.lead, bounce.content.tags) == ("autumn-news", "4711", ("news", "autumn"))
    assert bounce.provider_time == "2026-11-24T10:07:24.000Z"
    assert read(sendgrid.PROVIDER, "bounce_late").provider_id == "<14c5d75ce93.dfd.000005@ismtpd-555>"
    assert read(sendgrid.PROVIDER, "named_by_the_sender").message == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bounce_blocked", ("email.bounced", "blocked", False, "5.7.1", None)),
        ("dropped_unsubscribed", ("email.rejected", "unsubscribed", None, None, ("opted_out", "provider"))),
        ("dropped_bounced", ("email.rejected", "bounced", None, "5.0.0", None)),
        ("dropped_why", ("email.rejected", "other", None, None, None)),
    ],
)
def test_sendgrid_says_why(name: str, expected: tuple[Any, ...]) -> None:
    assert told(read(sendgrid.PROVIDER, name)) == expected


def test_sendgrid_opens_and_clicks() -> None:
    assert read(sendgrid.PROVIDER, "open_by_machine").machine and not read(sendgrid.PROVIDER, "open").machine
    fields = read(sendgrid.PROVIDER, "click").content.fields
    assert fields["url"] == "https://acme.example/autumn?x=1&y=ä"
    assert fields["user_agent"].startswith("Mozilla/5.0 (X11") and fields["ip"] == "192.0.2.7"


def test_sendgrid_fields_in_their_own_character_sets() -> None:
    parts = {
        "headers": b"From: dana@example.org\nMessage-ID: <7@example.org>",
        "text": "Schön, 5 €".encode("cp1252"),
        "html": "<p>Schön</p>".encode("latin-1"),
        "subject": "日本語".encode("iso2022_jp"),
        "envelope": b'{"to":["sales@acme.example"]}',
        "charsets": b'{"text":"windows-1252","html":"iso-8859-1","subject":"iso-2022-jp"}',
    }
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in parts.items()
    )
    item = first(sendgrid.PROVIDER, body + b"--x--\r\n", "multipart/form-data; boundary=x")
    assert (item.content.text, item.content.html, item.content.subject) == ("Schön, 5 €", "<p>Schön</p>", "日本語")
    assert item.provider_id == "<7@example.org>"


def test_mailgun_tells_a_mail_by_its_message_id() -> None:
    failed = read(mailgun.PROVIDER, "failed_for_good")
    assert failed.provider_id == "<20261124100724.0000000000000003@acme.example>"
    assert failed.event == "G9Bn5sl1TC6nu79C8C0b03"
    assert told(failed) == ("email.bounced", "bounced", True, "5.1.1", ("opted_out", "bounce"))
    assert failed.claims == ("5c3e5f5f5f5f5f5f5f5f5f5f", "acme.example", "mailto:news@acme.example")
    assert told(read(mailgun.PROVIDER, "failed_unsubscribed"))[4] == ("opted_out", "provider")
    assert told(read(mailgun.PROVIDER, "failed_for_now")) == ("email.deferred", "other", None, "498", None)
    rejected = read(mailgun.PROVIDER, "rejected")
    assert rejected.contact and rejected.contact.urn == "mailto:dana@example.org"


def test_a_variable_with_the_name_of_a_mailgun_field() -> None:
    body = "event=opened&event=mine&recipient=dana%40example.org&recipient=me&token=mine&token=t1&timestamp=never"
    item = first(
        mailgun.PROVIDER, f"{body}&timestamp=1795514844&signature=no&signature=5f2e&tag=a&tag=b&colour=red".encode()
    )
    assert (item.meaning, item.event, item.provider_time) == ("email.opened", "t1", "2026-11-24T10:07:24.000Z")
    assert item.contact and item.contact.urn == "mailto:dana@example.org"
    assert item.content.tags == ("a", "b")
    assert item.content.metadata == {
        "event": "mine", "recipient": "me", "token": "mine", "timestamp": "never", "signature": "no", "colour": "red",
    }  # fmt: skip


def test_mailgun_inbound() -> None:
    reply = read(mailgun.PROVIDER, "received_reply")
    assert (reply.content.reply, reply.in_reply_to) == ("Yes, at eight.", "<1@acme.example>")
    assert reply.content.fields["reply_token"] == "t-4711"
    assert read(mailgun.PROVIDER, "received_raw").content.text == "as it was sent ✓\r\n"
    assert read(mailgun.PROVIDER, "received_from_nobody").contact is None
    files = read(mailgun.PROVIDER, "received_with_files").content.attachments
    assert [(each.reference, each.name, each.inline_id) for each in files] == [
        ("form:attachment-1", "Fotö.png", "photo"), ("form:attachment-2", "visit.ics", None),
    ]  # fmt: skip
    (stored,) = read(mailgun.PROVIDER, "received_stored").content.attachments
    assert stored.reference.startswith("https://storage.eu.mailgun.net/") and stored.size == 20202


def test_postmark_says_who_changed_a_subscription() -> None:
    assert read(postmark.PROVIDER, "reactivated").consent == ("opted_in", "subscription")
    assert read(postmark.PROVIDER, "reactivated_by_us").consent is None
    assert read(postmark.PROVIDER, "unsubscribed").consent == ("opted_out", "subscription")
    bounce = read(postmark.PROVIDER, "hard_bounce")
    assert told(bounce) == ("email.bounced", "bounced", True, "1", ("opted_out", "bounce"))
    assert (bounce.account, bounce.ours, bounce.provider_time) == (
        "23",
        "mailto:news@acme.example",
        "2026-11-24T10:07:24.907Z",
    )
    assert read(postmark.PROVIDER, "auto_responder").machine


def test_postmark_inbound() -> None:
    reply = read(postmark.PROVIDER, "received_reply")
    assert (reply.content.reply, reply.in_reply_to) == ("Yes, at eight.", "<1@acme.example>")
    assert reply.content.fields["reply_token"] == "T-4711"
    assert reply.content.recipients == ('"Sales, Acme" <sales@in.acme.example>', "kim@example.org")
    assert reply.content.fields["X-Spam-Score"] == "-0.1"
    picture, visit = read(postmark.PROVIDER, "received_with_files").content.attachments
    assert (picture.reference, picture.size, picture.inline_id) == ("json:Attachments.0", 20, "photo")
    assert visit.content_type == "text/calendar"
    assert read(postmark.PROVIDER, "received_raw").content.text == "as it was sent ✓\r\n"


def test_ses_tells_by_the_names_of_all() -> None:
    click, bounce = read(ses.PROVIDER, "click").content, read(ses.PROVIDER, "bounce_permanent")
    assert click.fields["url"] == click.fields["link"] == "https://acme.example/autumn?x=1&y=ä"
    assert (click.fields["ip"], click.metadata) == ("192.0.2.7", {"campaign_id": "autumn-news", "lead_id": "4711"})
    assert told(bounce) == ("email.bounced", "invalid", True, "Permanent/NoEmail", ("opted_out", "bounce"))
    assert bounce.content.fields["description"] == "Permanent: NoEmail"
    assert bounce.content.fields["mta_response"] == "smtp; 550 5.1.1 <dana@example.org>: unknown"
    assert read(ses.PROVIDER, "reject").content.fields["description"] == "Bad content"


def test_ses_tags_that_stand_in_headers() -> None:
    headers = [{"name": "X-Tag", "value": "news"}, {"name": "X-Metadata", "value": '{"order": 7}'}]
    mail = {
        "messageId": "1",
        "destination": ["dana@example.org"],
        "headers": headers,
        "tags": {"ses:from-domain": ["x"]},
    }
    content = first(ses.PROVIDER, json.dumps({"eventType": "Send", "mail": mail, "send": {}}).encode()).content
    assert (content.tags, content.metadata) == (("news",), {"order": 7})
