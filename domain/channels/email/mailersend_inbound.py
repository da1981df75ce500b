"""Mails that came in to MailerSend: as they were sent, and read out; the former counts where it is there."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.channels.email.mime import Mime, Piece, told
from domain.channels.email.read_out import headers_of, mail_of, octets, size_of
from domain.channels.email.received import Arrival
from domain.channels.email.received import received as received_mail
from domain.channels.email.tracked import words
from domain.channels.provider import Invalid, Item, inner, listed, texts
from domain.provider_time import iso


def received(kind: str, about: Mapping[str, Any], route: str | None) -> Sequence[Item | Invalid]:
    """The items of one mail. route: the id of the inbound route that it came by. Raises Invalid."""
    fields = texts(about)
    raw = fields.get("raw")
    addressed = (texts(one).get("email", "") for one in listed(inner(about, "recipients"), "rcptTo"))
    arrival = Arrival(
        provider="mailersend",
        provider_id=fields.get("id", ""),
        kind=kind,
        time=iso(fields.get("created_at", "")),
        senders=(texts(about.get("from")).get("email", ""), texts(about.get("sender")).get("email", "")),
        recipients=tuple(filter(None, addressed)),
        required="data.from",
        claims=words(route),
        fields={name: value for name in ("spf_check", "dkim_check") if (value := about.get(name)) is not None},
    )
    return received_mail(mail_of(raw, base64=False) if raw else _read_out(about, fields), arrival)


def _read_out(about: Mapping[str, Any], fields: Mapping[str, str]) -> Mime:
    sender, to = texts(about.get("from")), texts(inner(about, "recipients").get("to"))
    return told(
        [
            *headers_of(inner(about, "headers")),
            ("From", sender.get("raw") or sender.get("email", "")),
            ("To", to.get("raw", "")),
        ],
        subject=fields.get("subject"),
        text=fields.get("text"),
        html=fields.get("html"),
        pieces=[_piece(n, texts(one)) for n, one in enumerate(listed(about, "attachments"))],
    )


def _piece(n: int, file: Mapping[str, str]) -> Piece:
    return Piece(
        reference=f"json:attachments.{n}",
        content_type=file.get("content_type", ""),
        name=file.get("file_name"),
        content=octets(file.get("content")),
        size=size_of(file.get("size")),
        inline_id=file.get("content_id"),
    )
