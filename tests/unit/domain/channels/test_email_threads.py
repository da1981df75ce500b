"""An answer finds the mail that it answers, although a provider's id is not the Message-ID (T-42, T-43)."""

import json
from base64 import b64encode
from typing import Any
from uuid import UUID

import pytest

from domain.intake import QueueMessage, Routes, take
from schemas.inbound import InboundEvent

ROUTES = Routes({"acme": UUID(int=1)}, "acme")
DANA, NEWS = "dana@example.org", "news@acme.example"


def event(body: dict[str, Any]) -> InboundEvent:
    ((_, found),) = take(QueueMessage(channel="email", body=json.dumps(body)), ROUTES).events
    return found


def sent(id_: str) -> InboundEvent:
    mail = {"messageId": id_, "source": NEWS, "destination": [DANA], "sendingAccountId": "123456789012"}
    return event({"eventType": "Send", "mail": mail, "send": {}})


def answer(*headers: str) -> InboundEvent:
    text = "\r\n".join([f"From: Dana <{DANA}>", f"To: {NEWS}", *headers, "", "Yes please"])
    mail = {"messageId": "in-1", "source": DANA, "destination": [NEWS], "sendingAccountId": "123456789012"}
    receipt = {"recipients": [NEWS], "action": {"type": "SNS", "encoding": "BASE64"}}
    content = b64encode(text.encode()).decode()
    return event({"notificationType": "Received", "mail": mail, "receipt": receipt, "content": content})


@pytest.mark.parametrize("host", ["email.amazonses.com", "eu-west-1.amazonses.com"])
def test_an_answer_names_the_mail_that_it_answers(host: str) -> None:
    told = answer(f"In-Reply-To: <0100-0000@{host}>")
    assert told.in_reply_to == f"<0100-0000@{host}>"
    assert told.reply_to == sent("0100-0000").message
    assert told.thread == sent("0100-0000").thread


def test_the_last_reference_counts_where_nothing_is_answered_by_name() -> None:
    told = answer("References: <first@example.org> <0100-0000@email.amazonses.com>")
    assert told.reply_to == sent("0100-0000").message


def test_a_mail_that_answers_nothing() -> None:
    told = answer()
    assert (told.in_reply_to, told.reply_to) == (None, None)


def test_a_host_that_only_looks_like_the_providers() -> None:
    assert answer("In-Reply-To: <0100-0000@notamazonses.com>").reply_to != sent("0100-0000").message
