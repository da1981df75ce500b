"""What becomes of a push, field by field."""

import json
from collections.abc import Sequence
from uuid import UUID

from domain.channels.provider import NOTHING_GIVEN, Invalid, Item, Provider
from domain.channels.push import apns, app, expo, fcm, onesignal
from domain.intake import QueueMessage, Routes, take
from schemas.values import StatusReport


def items(provider: Provider, name: str) -> Sequence[Item | Invalid]:
    return provider.items(json.loads(provider.examples[name].body), NOTHING_GIVEN)


def item(provider: Provider, name: str) -> Item:
    (found,) = items(provider, name)
    assert isinstance(found, Item)
    return found


def test_a_dead_token_is_the_same_contact_whoever_says_so() -> None:
    said = [
        item(apns.PROVIDER, "bad_device_token"),
        item(apns.PROVIDER, "unregistered"),
        item(app.PROVIDER, "token_invalid"),
    ]
    assert {each.consent for each in said} == {("opted_out", "bounce")}
    assert [each.contact and each.contact.urn[:14] for each in said] == ["push:apns:8a3f"] * 3
    assert said[1].status == StatusReport(
        "failed", "Unregistered", "Unregistered", None, "2025-11-24T16:07:24.123Z", "invalid", permanent=True
    )


def test_an_invalid_argument_is_the_token_only_where_the_message_says_so() -> None:
    token, value = item(fcm.PROVIDER, "invalid_token"), item(fcm.PROVIDER, "invalid_value")
    assert (token.meaning, token.consent) == ("push.token_invalid", ("opted_out", "bounce"))
    assert (value.meaning, value.consent) == ("push.failed", None)


def test_what_may_be_tried_again() -> None:
    again = {name: item(fcm.PROVIDER, name).status for name in ("quota_exceeded", "unavailable", "sender_id_mismatch")}
    assert [(status and status.category, status and status.permanent) for status in again.values()] == [
        ("rate_limited", False), ("other", False), ("invalid", True),
    ]  # fmt: skip


def test_tickets_and_receipts_speak_of_the_same_push() -> None:
    ticket, receipt = item(expo.PROVIDER, "ticket"), item(expo.PROVIDER, "receipt")
    assert ticket.provider_id == receipt.provider_id and ticket.contact == receipt.contact
    (_, gone) = items(expo.PROVIDER, "tickets")
    assert isinstance(gone, Item) and gone.contact is not None
    assert gone.contact.urn == "push:expo:ExponentPushToken[aB3xY7exampleQ03]" and gone.provider_id == "m-3"
    assert gone.status is not None and gone.status.reason == "DeviceNotRegistered: [address]"


def test_one_message_of_onesignal_goes_to_many_devices() -> None:
    clicked, flat = item(onesignal.PROVIDER, "clicked"), item(onesignal.PROVIDER, "clicked_flat")
    assert clicked.contact is not None and clicked.message == f"{clicked.provider_id}|{clicked.contact.urn}"
    assert clicked.provider_time == flat.provider_time == "2026-11-24T10:07:24.123Z"
    assert clicked.about["external_id"] == "customer-42" and clicked.content.fields["url"].endswith("/orders/42")
    assert item(onesignal.PROVIDER, "unsubscribed").consent == ("opted_out", "provider")


def test_the_same_report_twice_in_one_body_is_one() -> None:
    report = json.loads(app.PROVIDER.examples["opened"].body)["push"]
    body = json.dumps({"push": [report, report]})
    assert len(take(QueueMessage(channel="push", body=body), Routes({"acme": UUID(int=1)}, "acme")).events) == 1
