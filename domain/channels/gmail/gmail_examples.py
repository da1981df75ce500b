"""Notifications of Gmail and fetched messages, written by us: every kind, and the odd ones."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import msgspec

from domain.channels.provider import Example

MAILBOX = "team@acme.example"
ANN = "Ann Meyer <ann@example.org>"
Headers = Sequence[tuple[str, str]]


def _base64url(content: str | bytes) -> str:
    return urlsafe_b64encode(content.encode() if isinstance(content, str) else content).decode().rstrip("=")


def _part(type_: str, content: str | bytes, headers: Headers = (), **more: Any) -> dict[str, Any]:
    body = {"size": len(content), "data": _base64url(content)}
    return {"mimeType": type_, "headers": [{"name": n, "value": v} for n, v in headers], "body": body} | more


def _multipart(type_: str, headers: Headers, *parts: dict[str, Any]) -> dict[str, Any]:
    return _part(f"multipart/{type_}", "", headers) | {"parts": list(parts), "body": {"size": 0}}


def _queued(mailbox: str | None, id_: str | None, payload: Any, labels: Sequence[str] = ("INBOX",)) -> str:
    message: dict[str, Any] = {
        "id": id_,
        "threadId": f"t-{id_}",
        "labelIds": labels,
        "internalDate": "1795514844123",
        "historyId": "9876544",
    }
    message |= {"snippet": "a few words", "sizeEstimate": 2048, "payload": payload}
    gmail = {"mailbox": mailbox, "history_id": "9876543", "message": message}
    return msgspec.json.encode({"gmail": gmail}).decode()


def fetched(mailbox: str, id_: str, headers: Headers, text: str) -> str:
    """A message of plain text as it is queued."""
    return _queued(mailbox, id_, _part("text/plain", text, headers))


def _headers(number: int, subject: str = "Table for Friday", **more: str) -> list[tuple[str, str]]:
    always = {"From": ANN, "To": f"Team <{MAILBOX}>", "Subject": subject, "Date": "Tue, 24 Nov 2026 10:07:20 +0000"}
    always |= {"Message-ID": f"<m-{number}@mail.example.org>"} | {
        name.replace("_", "-"): value for name, value in more.items()
    }
    return [(name, value) for name, value in always.items() if value]


def _mail(
    number: int, text: str, outcome: str = "message.received", labels: Sequence[str] = ("INBOX", "UNREAD"), **more: str
) -> Example:
    body = _queued(MAILBOX, f"18c2a4b7d9e1f0{number:02x}", _part("text/plain", text, _headers(number, **more)), labels)
    return Example(body, (outcome,))


def _tree(number: int, payload: Any, outcome: str = "message.received") -> Example:
    return Example(_queued(MAILBOX, f"18c2a4b7d9e1f0{number:02x}", payload), (outcome,))


def _notice(data: Any, outcome: str, *, urlsafe: bool = False, **message: Any) -> Example:
    told = msgspec.json.encode(data) if not isinstance(data, bytes) else data
    encoded = urlsafe_b64encode(told) if urlsafe else b64encode(told)
    pushed = {"data": encoded.decode(), "messageId": "2070443601311540", "publishTime": "2026-11-24T10:07:24.123Z"}
    body = {"message": pushed | message, "subscription": "projects/acme/subscriptions/gmail"}
    return Example(msgspec.json.encode(body).decode(), (outcome,))


_ALTERNATIVE = _multipart(
    "alternative",
    (),
    _part("text/plain", "See the plan attached.\r\n"),
    _part("text/html", "<p>See the <b>plan</b> attached. <img src=cid:logo></p>"),
)
_PLAN = _part("application/pdf", "", filename="plan.pdf", partId="1") | {
    "body": {"attachmentId": "ANGjdJ9b", "size": 48213}
}
_LOGO = _part("image/png", b"\x89PNG", [("Content-ID", "<logo>")], filename="logo.png", partId="2")
_SENT = {
    "From": f"Max <{MAILBOX}>",
    "To": "Ann Meyer <ann@example.org>, bob@example.net",
    "Cc": "",
    "In-Reply-To": "<m-1@mail.example.org>",
}

EXAMPLES: dict[str, Example] = {
    "history": _notice({"emailAddress": MAILBOX, "historyId": "9876543"}, "account.event"),
    "history_again": _notice(
        {"emailAddress": MAILBOX, "historyId": "9876543"}, "account.event", messageId="2070443601311541"
    ),
    "history_as_a_number": _notice({"emailAddress": "Team@ACME.example", "historyId": 9876599}, "account.event"),
    "history_for_urls": _notice(
        {"emailAddress": "t??m@acme.example", "historyId": "98"}, "account.event", urlsafe=True
    ),
    "history_of_an_older_client": _notice(
        {"emailAddress": MAILBOX, "historyId": "9876600"},
        "account.event",
        messageId=None,
        message_id="20704",
        publishTime=None,
    ),
    "mail": _mail(1, "Could we have the table by the window?"),
    "mail_again": _mail(1, "Could we have the table by the window?"),
    "mail_in_other_scripts": _mail(2, "金曜日に席はありますか 🙂", subject="=?utf-8?b?5LqI57SE?="),
    "mail_in_latin_1": _tree(
        3, _part("text/plain", "Grüße".encode("latin-1"), _headers(3, Content_Type='text/plain; charset="iso-8859-1"'))
    ),
    "mail_in_reply": _mail(
        4, "Yes please\r\n\r\n> the window?", In_Reply_To="<ours-1@acme.example>", References="<ours-1@acme.example>"
    ),
    "mail_with_attachments": _tree(5, _multipart("mixed", _headers(5), _ALTERNATIVE, _PLAN, _LOGO)),
    "mail_of_nothing": _tree(6, _multipart("mixed", _headers(6))),
    "mail_without_a_message_id": _mail(7, "hello", Message_ID=""),
    "mail_by_a_machine": _mail(8, "I am away until Monday.", Auto_Submitted="auto-replied"),
    "mail_of_a_list": _mail(9, "Digest 42", List_Id="<news.example.org>"),
    "mail_to_unsubscribe": _mail(10, "unsubscribe"),
    "mail_sent": _mail(11, "The window is yours.", "message.echoed", ("SENT",), To=ANN, From=f"Max <{MAILBOX}>"),
    "mail_sent_to_several": Example(
        _queued(MAILBOX, "18c2a4b7d9e1f00c", _part("text/plain", "See you both.", _headers(12, **_SENT)), ("SENT",)),
        ("message.echoed", "message.echoed"),
    ),
    "draft": _mail(13, "not yet", "ignored:draft", ("DRAFT",)),
    "notice_of_something_else": _notice({"hello": "world"}, "unknown", messageId="2070443601311550"),
    "notice_without_history": _notice({"emailAddress": MAILBOX}, "unknown", messageId="2070443601311551"),
    "notice_without_anything": _notice({"hello": "world"}, "rejected:missing_field", messageId=None),
    "notice_that_is_no_json": _notice(b"not json", "rejected:missing_field"),
    "mail_without_a_sender": _mail(40, "hello", "rejected:missing_field", From=""),
    "mail_from_nobody": _mail(41, "hello", "rejected:invalid_email", From="undisclosed"),
    "mail_sent_to_nobody": _mail(42, "hello", "rejected:missing_field", ("SENT",), To=""),
    "mail_of_no_mailbox": Example(
        _queued(None, "18c2", _part("text/plain", "hello", _headers(43))), ("rejected:missing_field",)
    ),
    "mail_in_the_raw_form": Example(_queued(MAILBOX, "18c2", None), ("rejected:missing_field",)),
}
