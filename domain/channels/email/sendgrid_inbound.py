"""Inbound mail of SendGrid (Inbound Parse): a multipart form, with the mail read out of its parts, or as it was sent ("send raw").

Sources, read 2026-11: twilio.com/docs/sendgrid/for-developers/parsing-email/inbound-email, /setting-up-the-inbound-parse-webhook.

    headers  "Received: ..\\nFrom: Dana <dana@example.org>\\nMessage-ID: <7@example.org>"  text, html, subject, from, to
    envelope {"to": ["sales@in.acme.example"], "from": "dana@example.org"}       charsets {"text": "iso-8859-1", ..}
    attachments 1   attachment-info {"attachment1": {"filename": "a.png", "type": "image/png", "content-id": "photo"}}   attachment1 (file)

`text` and `html` are in the character set that `charsets` names, whatever the form's own is. SendGrid gives inbound mail no id and no time.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from domain.channels.email.headers import pairs as header_pairs
from domain.channels.email.mime import Mime, Piece, read, told
from domain.channels.email.received import Arrival
from domain.channels.email.received import received as received_mail
from domain.channels.email.tracked import said
from domain.channels.provider import Invalid, Item, inner, text_of, texts
from domain.charsets import text_in
from domain.forms import Upload, octets

MOST_ATTACHMENTS = 100

_KEPT = ("SPF", "dkim", "sender_ip", "spam_score", "spam_report")
_CHARSET = re.compile(r"[A-Za-z0-9._\-]{1,40}", re.ASCII)


def received(data: Mapping[str, Any]) -> list[Item | Invalid]:
    """One item per address of ours in the envelope. Raises Invalid where the form holds no mail."""
    fields = texts(data)
    if data.keys().isdisjoint(("headers", "email")):
        raise Invalid("missing_field", "Email event missing required field: headers")
    envelope = said(data.get("envelope"))
    to = envelope.get("to")
    arrival = Arrival(
        provider="sendgrid",
        senders=(fields.get("from", ""), text_of(envelope.get("from")) or ""),
        recipients=[text for each in (to if isinstance(to, list) else [to]) if (text := text_of(each))],
        fields={name: fields[name] for name in _KEPT if name in fields} | ({"envelope": envelope} if envelope else {}),
    )
    return received_mail(_mime(data, fields), arrival)


def _mime(data: Mapping[str, Any], fields: Mapping[str, str]) -> Mime:
    if "headers" not in data:
        return read(octets(data, "email"))
    charsets = texts(said(data.get("charsets")))
    pairs = header_pairs(octets(data, "headers"))
    named = {name.lower() for name, _ in pairs}
    pairs += [(name, fields[name]) for name in ("from", "to", "cc") if name in fields and name not in named]
    subject = next((value for name, value in pairs if name.lower() == "subject"), None)
    return told(
        pairs,
        subject=subject if subject is not None else _text(data, "subject", charsets),
        text=_text(data, "text", charsets),
        html=_text(data, "html", charsets),
        pieces=_pieces(data),
    )


def _text(data: Mapping[str, Any], name: str, charsets: Mapping[str, str]) -> str | None:
    """The field in its own character set; what that set cannot hold is as it came (T-23)."""
    value = data.get(name)
    if not isinstance(value, str):
        return None
    charset = charsets.get(name, "utf-8")
    if charset.lower() == "utf-8" or not _CHARSET.fullmatch(charset):
        return value
    try:
        return text_in(octets(data, name), charset)
    except (LookupError, ValueError):
        return value


def _pieces(data: Mapping[str, Any]) -> Iterator[Piece]:
    info = said(data.get("attachment-info"))
    for n in range(1, MOST_ATTACHMENTS + 1):
        name = f"attachment{n}"
        upload, about = data.get(name), texts(inner(info, name))
        if upload is None and not about:
            return
        file = upload if isinstance(upload, Upload) else None
        yield Piece(
            reference=f"form:{name}",
            content_type=about.get("type") or (file.content_type if file else "") or "application/octet-stream",
            name=about.get("filename") or about.get("name") or (file.name if file else None),
            content=file.content if file else None,
            inline_id=about.get("content-id"),
        )
