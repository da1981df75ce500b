"""What becomes of what a visitor does, field by field; and the signature that docs/web-widget.md tells."""

import hashlib
import hmac
import json

from domain.channels.provider import NOTHING_GIVEN, Item
from domain.channels.web.widget import PROVIDER
from domain.door import judge
from domain.signatures import Request
from schemas.values import Answer, Attachment


def item(name: str) -> Item:
    (found,) = PROVIDER.items(json.loads(PROVIDER.examples[name].body), NOTHING_GIVEN)
    assert isinstance(found, Item)
    return found


def test_a_visitor_is_an_opaque_contact_of_a_site() -> None:
    message = item("message_in_other_scripts")
    assert message.contact is not None and message.contact.urn == "web:v-7f3a1c52-0d53-4a5b-9a6c-6f1f1d8f0a11"
    assert (message.contact.name, message.account, message.ours) == ("Ann Meyer", "acme-shop", "widget:acme-shop")


def test_what_a_message_can_hold() -> None:
    assert item("message_with_a_file").content.attachments == (
        Attachment("https://files.acme.example/7f3a/table.png", "image/png", "table.png", 5120),
    )
    assert [item(f"message_{how}").content.kind for how in ("of_a_file", "spoken", "empty")] == [
        "image",
        "audio",
        "text",
    ]
    chosen = item("message_chosen").content
    assert (chosen.answer, chosen.text) == (Answer("button", "BOOK_7", "Seven o'clock"), "Seven o'clock")
    assert item("message_in_reply").in_reply_to == "a-17" and item("edited").message == "m-1"


def test_how_far_a_visitor_has_read() -> None:
    one, all_ = item("read_one"), item("read_up_to")
    assert (one.provider_id, one.until, one.direction) == ("a-17", None, "outbound")
    assert (all_.provider_id, all_.until) == ("e-6", "2026-11-24T10:07:24.123Z")


def test_where_a_visitor_comes_from_and_who_it_is() -> None:
    assert item("opened").campaign == "autumn" and item("opened").content.fields["utm"]["medium"] == "email"
    identified = item("identified")
    assert identified.aliases == ("mailto:ann@example.org", "tel:+14155550123") and identified.successor is None
    assert item("identified_as_another_visitor").successor == "web:customer-42"


def test_a_signature_made_by_the_manual_holds() -> None:
    body, stamp = PROVIDER.examples["message"].body.encode(), "1795514844"
    signature = hmac.new(b"secret", stamp.encode() + body, hashlib.sha256).hexdigest()
    headers = (("X-Timestamp", stamp), ("X-Signature", signature))
    request = Request(method="POST", url="https://hooks.acme.example/web", headers=headers, body=body)
    secrets = {"widget_secret": ("secret",)}
    assert judge(PROVIDER, request, secrets, int(stamp) + 60).verification == "verified"
    assert judge(PROVIDER, request, {"widget_secret": ("other",)}, int(stamp)).verification == "failed"
