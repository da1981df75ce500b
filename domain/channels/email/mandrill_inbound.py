"""Mails that came in to Mandrill: as they were sent, and read out; the former counts where it is there."""

import binascii
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.channels.email.mime import Mime, Piece, read, told
from domain.channels.email.received import Arrival
from domain.channels.email.received import received as received_mail
from domain.channels.email.tracked import words
from domain.channels.provider import Invalid, Item, inner, text_of, texts
from domain.provider_time import unix


def received(event: Mapping[str, Any], message: Mapping[str, Any]) -> Sequence[Item | Invalid]:
    """The items of one mail. Raises Invalid."""
    fields = texts(message)
    raw = fields.get("raw_msg")
    arrival = Arrival(
        provider="mandrill",
        time=unix(event.get("ts")),
        senders=(fields.get("from_email", ""),),
        recipients=words(fields.get("email")),
        required="msg.from_email",
        fields={
            name: value
            for name, value in (
                ("spam_score", inner(message, "spam_report").get("score")),
                ("spf", text_of(inner(message, "spf").get("result"))),
                ("dkim", inner(message, "dkim").get("valid")),
            )
            if value is not None
        },
        tags=words(message.get("tags")),
    )
    return received_mail(read(raw.encode("utf-8", "replace")) if raw else _read_out(message, fields), arrival)


def _read_out(message: Mapping[str, Any], fields: Mapping[str, str]) -> Mime:
    address, name = fields.get("from_email", ""), fields.get("from_name")
    return told(
        [*_headers(message), ("From", f'"{name}" <{address}>' if address and name else address)],
        subject=fields.get("subject"),
        text=fields.get("text"),
        html=fields.get("html"),
        pieces=[_piece(group, name, texts(file)) for group in _FILES for name, file in inner(message, group).items()],
    )


_FILES = ("attachments", "images")


def _headers(message: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A header is one text, or a list of them where it is repeated."""
    for name, value in inner(message, "headers").items():
        for text in words(value):
            yield name, text


def _piece(group: str, name: str, file: Mapping[str, str]) -> Piece:
    content = file.get("content", "")
    return Piece(
        f"json:{group}.{name}",
        file.get("type", ""),
        file.get("name"),
        _octets(content) if file.get("base64") == "true" or group == "images" else content.encode("utf-8", "replace"),
        inline_id=file.get("name") if group == "images" else None,
    )


def _octets(content: str) -> bytes | None:
    try:
        return b64decode(content)
    except (binascii.Error, ValueError):
        return None
