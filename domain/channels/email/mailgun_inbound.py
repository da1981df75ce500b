"""Inbound mail of Mailgun (routes): a form with the mail read out of its parts, or as it was sent (`body-mime`), or the notification that
one is stored.

Sources, read 2026-11: documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store, /receive-http and /store-retreive.

    recipient=sales%40in.acme.example&sender=dana%40example.org&body-plain=..&stripped-text=..&message-headers=[["Message-Id","<7@..>"],..]
    &attachment-count=1&content-id-map={"<photo>":"attachment-1"}&timestamp=1795514844&token=5f2e..&signature=ab12..  + attachment-1 (file)
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from domain.channels.email.mailgun_form import header_pairs_of
from domain.channels.email.mime import Mime, Piece, read, told
from domain.channels.email.received import Arrival
from domain.channels.email.received import received as received_mail
from domain.channels.provider import Invalid, Item, text_of, texts
from domain.forms import Upload, octets
from domain.peeling import Unreadable, json_of
from domain.provider_time import unix

MOST_ATTACHMENTS = 100

_KEPT = ("sender", "domain", "stripped-html", "stripped-signature", "message-url", "X-Mailgun-Incoming")
_SPAM = frozenset(
    "x-mailgun-sflag x-mailgun-sscore x-mailgun-spam-rules x-mailgun-spf x-mailgun-dkim-check-result".split()
)


def received(form: Mapping[str, Any]) -> list[Item | Invalid]:
    """One item per address of ours. Raises Invalid where the form holds no mail."""
    fields = texts(form)
    if form.keys().isdisjoint(("message-headers", "body-mime", "body-plain", "sender")):
        raise Invalid("missing_field", "Email event missing required field: event")
    mime, spam = _mime(form, fields)
    token = fields.get("token", "")
    message_id = fields.get("Message-Id", "") if mime.message_id is None else ""
    arrival = Arrival(
        provider="mailgun",
        provider_id=message_id or ("" if mime.message_id else token),
        event=token,
        time=unix(form.get("timestamp")),
        senders=(fields.get("from", ""), fields.get("sender", "")),
        recipients=[each.strip() for each in fields.get("recipient", "").split(",") if each.strip()],
        claims=(fields.get("domain", ""),),
        reply=fields.get("stripped-text") if "body-mime" not in fields else None,
        fields={name: fields[name] for name in _KEPT if name in fields} | spam,
    )
    return received_mail(mime, arrival)


def _mime(form: Mapping[str, Any], fields: Mapping[str, str]) -> tuple[Mime, dict[str, str]]:
    """The mail, and what Mailgun has found out about it."""
    if "body-mime" in form:
        return read(octets(form, "body-mime")), {}
    pairs = list(header_pairs_of(form)) or [
        (name, fields[name]) for name in ("From", "To", "Cc", "Date", "In-Reply-To", "References") if name in fields
    ]
    spam = {name: value for name, value in pairs if name in _SPAM}
    subject = next((value for name, value in pairs if name == "subject"), fields.get("subject"))
    mime = told(
        pairs,
        subject=subject,
        text=_text(form, "body-plain"),
        html=_text(form, "body-html"),
        pieces=(*_files(form), *_stored(form)),
    )
    return mime, spam


def _text(form: Mapping[str, Any], name: str) -> str | None:
    value = form.get(name)
    return value if isinstance(value, str) else None


def _files(form: Mapping[str, Any]) -> Iterator[Piece]:
    inline = _inline_ids(form)
    for n in range(1, MOST_ATTACHMENTS + 1):
        name = f"attachment-{n}"
        file = form.get(name)
        if isinstance(file, Upload):
            yield Piece(f"form:{name}", file.content_type, file.name, file.content, None, inline.get(name))


def _stored(form: Mapping[str, Any]) -> Iterator[Piece]:
    """Files of a mail that Mailgun keeps: they are fetched from there."""
    inline = _inline_ids(form)
    try:
        listed = json_of(_text(form, "attachments") or "[]")
    except Unreadable:
        return
    for each in listed if isinstance(listed, list) else ():
        about = texts(each)
        if (url := about.get("url")) is not None:
            size = each.get("size")
            yield Piece(
                reference=url,
                content_type=about.get("content-type", ""),
                name=about.get("name"),
                size=size if type(size) is int else None,
                inline_id=inline.get(url),
            )


def _inline_ids(form: Mapping[str, Any]) -> dict[str, str]:
    """Field -> Content-ID. The map has the ids first, and one may stand in it several times."""
    found: dict[str, str] = {}

    def keep(pairs: list[tuple[str, Any]]) -> None:
        found.update((name, content_id) for content_id, value in pairs if (name := text_of(value)) is not None)

    try:
        json.loads(_text(form, "content-id-map") or "{}", object_pairs_hook=keep)
    except (ValueError, RecursionError):
        return {}
    return found
