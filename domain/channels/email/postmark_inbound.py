"""Inbound mail of Postmark: the mail read out of its parts, and as it was sent too (`RawEmail`) where the server is set to that.

Sources, read 2026-11: postmarkapp.com/developer/webhooks/inbound-webhook, /developer/user-guide/inbound/parse-an-email.

    {"FromFull": {"Email": "dana@example.org", "Name": "Dana", "MailboxHash": ""}, "OriginalRecipient": "sales+4711@in.acme.example",
     "MessageID": "22c74902-a0c1-4511-804f-341342852c90", "TextBody": "..", "StrippedTextReply": "..", "Headers": [{"Name": "Message-ID",
     "Value": "<7@example.org>"}], "Attachments": [{"Name": "a.png", "Content": "iVBO..", "ContentType": "image/png", "ContentID": "p"}]}

`MessageID` is Postmark's own; From, To, Cc, Date and Reply-To stand beside the other headers, not among them.
"""

import binascii
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from domain.channels.email.headers import mailbox
from domain.channels.email.mime import Mime, Piece, read, told
from domain.channels.email.received import Arrival
from domain.channels.email.received import received as received_mail
from domain.channels.email.tracked import words
from domain.channels.provider import Invalid, Item, listed, text_of, texts

_KEPT = ("MessageStream", "MailboxHash", "Bcc")
_SPAM = frozenset({"x-spam-status", "x-spam-score", "x-spam-tests", "x-spam-checker-version", "received-spf"})


def received(data: dict[str, Any]) -> list[Item | Invalid]:
    """The item of the address of ours that the mail came to. Raises Invalid."""
    fields = texts(data)
    headers = [
        (header["Name"], header["Value"])
        for each in listed(data, "Headers")
        if (header := texts(each)).keys() >= {"Name", "Value"}
    ]
    kept = {name: fields[name] for name in _KEPT if name in fields}
    kept |= {name: value for name, value in headers if name.lower() in _SPAM}
    arrival = Arrival(
        provider="postmark",
        provider_id=fields.get("MessageID", ""),
        kind="Inbound",
        senders=(*_people(data, "FromFull"), fields.get("From", "")),
        recipients=[fields["OriginalRecipient"]] if "OriginalRecipient" in fields else (),
        reply=fields.get("StrippedTextReply"),
        fields=kept,
        tags=words(data.get("Tag")),
    )
    return received_mail(_mime(data, fields, headers), arrival)


def _mime(data: dict[str, Any], fields: Mapping[str, str], headers: list[tuple[str, str]]) -> Mime:
    if "RawEmail" in fields:
        return read(fields["RawEmail"].encode("utf-8", "replace"))
    named = {
        "From": ", ".join(_people(data, "FromFull")) or fields.get("From"),
        "To": ", ".join(_people(data, "ToFull")) or fields.get("To"),
        "Cc": ", ".join(_people(data, "CcFull")) or fields.get("Cc"),
        "Reply-To": fields.get("ReplyTo"),
        "Date": fields.get("Date"),
    }
    return told(
        [*headers, *((name, value) for name, value in named.items() if value)],
        subject=fields.get("Subject"),
        text=_text(data, "TextBody"),
        html=_text(data, "HtmlBody"),
        pieces=_pieces(data),
    )


def _people(data: dict[str, Any], name: str) -> list[str]:
    """Everybody in one of the lists, as a header would name them; the sender is an object alone."""
    given = data.get(name)
    people = [texts(each) for each in (given if isinstance(given, list) else [given])]
    return [mailbox(each.get("Name", ""), each["Email"]) for each in people if "Email" in each]


def _text(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    return value if isinstance(value, str) else None


def _pieces(data: dict[str, Any]) -> Iterator[Piece]:
    """Postmark's own test message names the content `Data`."""
    for number, each in enumerate(listed(data, "Attachments")):
        about = texts(each)
        length = each.get("ContentLength") if isinstance(each, dict) else None
        yield Piece(
            reference=f"json:Attachments.{number}",
            content_type=about.get("ContentType", ""),
            name=about.get("Name"),
            content=_decoded(text_of(about.get("Content")) or about.get("Data")),
            size=length if type(length) is int else None,
            inline_id=about.get("ContentID"),
        )


def _decoded(content: str | None) -> bytes | None:
    try:
        return b64decode(content, validate=False) if content else None
    except (binascii.Error, ValueError):
        return None
