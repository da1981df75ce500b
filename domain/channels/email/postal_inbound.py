"""Mails that came in to Postal: the whole message in base64, or what Postal has read out of it, with the files as a list or, in a form, as
fields `attachments[0][filename]` and so on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.channels.email.mime import Mime, Piece, bracketed, told
from domain.channels.email.read_out import mail_of, octets
from domain.channels.email.received import Arrival
from domain.channels.email.received import received as received_mail
from domain.channels.email.tracked import words
from domain.channels.provider import Invalid, Item, listed, text_of, texts
from domain.provider_time import unix

_HEADERS = {
    "from": "From",
    "to": "To",
    "cc": "Cc",
    "date": "Date",
    "reply_to": "Reply-To",
    "references": "References",
    "auto_submitted": "Auto-Submitted",
}
_IDS = {"message_id": "Message-ID", "in_reply_to": "In-Reply-To"}
_TOLD = ("mail_from", "token", "spam_status", "received_with_ssl", "replies_from_plain_body")
_FILES = 100
"""Files of one form that are looked at."""


def received(data: Mapping[str, Any]) -> Sequence[Item | Invalid]:
    """The items of the one mail. Raises Invalid."""
    fields = texts(data)
    stripped = fields.get("replies_from_plain_body")
    arrival = Arrival(
        provider="postal",
        provider_id=fields.get("id", ""),
        time=unix(data.get("timestamp")),
        senders=(fields.get("mail_from", ""),),
        recipients=words(fields.get("rcpt_to")),
        required="mail_from",
        reply=fields.get("plain_body") if stripped else None,
        fields={name: value for name in _TOLD if (value := fields.get(name)) is not None},
    )
    return received_mail(_mime(data, fields), arrival)


def _mime(data: Mapping[str, Any], fields: Mapping[str, str]) -> Mime:
    raw = fields.get("message")
    if raw is None:
        return told(
            _headers(data, fields),
            subject=fields.get("subject"),
            text=fields.get("plain_body"),
            html=fields.get("html_body"),
            pieces=list(_pieces(data)),
        )
    return mail_of(raw, base64=fields.get("base64") == "true", provider_ids=words(fields.get("id")))


def _headers(data: Mapping[str, Any], fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for given, name in _HEADERS.items():
        if value := ", ".join(words(data.get(given))):
            yield name, value
    for given, name in _IDS.items():
        if value := fields.get(given, ""):
            yield name, bracketed(value)


def _pieces(data: Mapping[str, Any]) -> Iterator[Piece]:
    files = [texts(one) for one in listed(data, "attachments")]
    if not files and "attachments[0][filename]" in data:
        files = [
            {
                name: text_of(data.get(f"attachments[{n}][{name}]")) or ""
                for name in ("filename", "content_type", "data")
            }
            for n in range(_FILES)
            if f"attachments[{n}][filename]" in data
        ]
    for n, file in enumerate(files):
        yield Piece(
            f"json:attachments.{n}", file.get("content_type", ""), file.get("filename"), octets(file.get("data", ""))
        )
