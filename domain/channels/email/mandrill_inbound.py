"""Mails that came in to Mandrill: as they were sent, and read out; the former counts where it is there."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.channels.email.headers import mailbox
from domain.channels.email.mime import Mime, Piece, told
from domain.channels.email.read_out import headers_of, mail_of, octets
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
    return received_mail(mail_of(raw, base64=False) if raw else _read_out(message, fields), arrival)


def _read_out(message: Mapping[str, Any], fields: Mapping[str, str]) -> Mime:
    address = fields.get("from_email", "")
    sender = mailbox(fields.get("from_name", ""), address) if address else ""
    return told(
        [*headers_of(inner(message, "headers")), ("From", sender)],
        subject=fields.get("subject"),
        text=fields.get("text"),
        html=fields.get("html"),
        pieces=[_piece(group, name, texts(file)) for group in _FILES for name, file in inner(message, group).items()],
    )


_FILES = ("attachments", "images")


def _piece(group: str, name: str, file: Mapping[str, str]) -> Piece:
    content = file.get("content", "")
    return Piece(
        f"json:{group}.{name}",
        file.get("type", ""),
        file.get("name"),
        octets(content) if file.get("base64") == "true" or group == "images" else content.encode("utf-8", "replace"),
        inline_id=file.get("name") if group == "images" else None,
    )
