"""Exact values of what Bandwidth says about text messages."""

from typing import Any

import pytest

from domain.channels.provider import NOTHING_GIVEN, Invalid, Item
from domain.channels.registry import provider

BANDWIDTH = provider("sms", "bandwidth")


def callback(type_: str, to: str, code: int | None = None, message: dict[str, Any] | None = None) -> dict[str, Any]:
    about = {"id": "m1", "applicationId": "a1", "from": "+14155550100", "to": [to], "text": "", **(message or {})}
    return {"type": type_, "time": "2026-11-24T10:07:24Z", "to": to, "errorCode": code, "message": about}


def the_item(*callbacks: Any) -> Item:
    (item,) = BANDWIDTH.items(list(callbacks), NOTHING_GIVEN)
    assert isinstance(item, Item)
    return item


@pytest.mark.parametrize(
    ("code", "status", "category", "permanent"),
    [
        (4303, "failed", "invalid", True),
        (4999, "failed", "other", True),
        (5999, "failed", "other", False),
        (4799, "undelivered", "other", True),
        (4785, "undelivered", "rate_limited", False),
        (9902, "undelivered", "timed_out", None),
        (9999, "undelivered", "other", None),
    ],
)
def test_who_refused_it_and_whether_trying_again_helps(
    code: int, status: str, category: str, permanent: bool | None
) -> None:
    report = the_item(callback("message-failed", "+14155550123", code)).status
    assert report and (report.status, report.category, report.permanent) == (status, category, permanent)


def test_a_message_to_several_is_a_message_to_each() -> None:
    several = ["+14155550123", "+14155550124"]
    item = the_item(callback("message-delivered", several[1], message={"to": several}))
    assert item.contact and (item.contact.urn, item.message) == ("tel:+14155550124", "m1|tel:+14155550124")
    assert item.claims == ("a1", "tel:+14155550100")


def test_what_is_wrong_says_where_it_stood() -> None:
    good = callback("message-received", "+14155550100", message={"from": "+14155550123"})
    first, second = BANDWIDTH.items([good, {"type": "message-received"}], NOTHING_GIVEN)
    assert isinstance(first, Item) and isinstance(second, Invalid)
    assert (first.index, second.index) == (0, 1)
