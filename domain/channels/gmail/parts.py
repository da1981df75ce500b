"""A message of the Gmail API (users.messages, format=full): its headers, and the tree of its parts as a content.

Source, read 2026-11: developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages. Never raises on what a message says.
"""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from domain.channels.provider import inner, listed, texts
from domain.charsets import text_in
from domain.mail_text import addressed, words
from schemas.values import Attachment, Content

PARTS = 500
"""Parts of one message, and headers of one part, that are looked at."""

_CHARSET = re.compile(r"charset=\"?([A-Za-z0-9._\-]{1,40})", re.IGNORECASE)
_URLSAFE = {ord("-"): "+", ord("_"): "/"}


def headers_of(payload: Mapping[str, Any]) -> dict[str, str]:
    """By their names in lower case; the first of each."""
    found: dict[str, str] = {}
    for each in listed(payload, "headers")[:PARTS]:
        told = texts(each)
        if "name" in told and "value" in told:
            found.setdefault(told["name"].lower(), words(told["value"]))
    return found


def content_of(payload: dict[str, Any], headers: Mapping[str, str], id_: str) -> Content:
    """Parts that are text and no file are the text; all others come with it."""
    said: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    attachments: list[Attachment] = []
    for part in _leaves(payload):
        told, body = texts(part), texts(inner(part, "body"))
        type_ = told.get("mimeType", "").lower()
        if type_ in said and "filename" not in told and "attachmentId" not in body:
            said[type_].append(_text(part, body.get("data", "")))
        elif "filename" in told or body.get("data") or "attachmentId" in body:
            attachments.append(_attachment(part, told, body, id_))
    return Content(
        text="\n".join(said["text/plain"]) if said["text/plain"] else None,
        html="\n".join(said["text/html"]) if said["text/html"] else None,
        subject=headers.get("subject"),
        attachments=tuple(attachments),
        fields={},
        recipients=tuple(_named(headers)),
    )


def _named(headers: Mapping[str, str]) -> Iterator[str]:
    """Everybody in To and Cc. Where one alone stands there is nothing to take apart."""
    for told in (headers[name] for name in ("to", "cc") if name in headers):
        if "," not in told:
            yield told.strip()
        else:
            yield from (f"{name} <{text}>" if name else text for name, text in addressed([told]))


def _leaves(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Parts that hold no parts, in the order of the mail."""
    waiting, seen = [payload], 0
    while waiting and seen < PARTS:
        part, seen = waiting.pop(), seen + 1
        inside = [each for each in listed(part, "parts") if isinstance(each, dict)]
        if inside:
            waiting.extend(reversed(inside))
        elif not texts(part).get("mimeType", "").startswith("multipart/"):
            yield part


def _text(part: dict[str, Any], data: str) -> str:
    """UTF-8, as Gmail mostly gives it; else in the character set that the part names (T-23)."""
    content = octets(data)
    try:
        return content.decode()
    except UnicodeDecodeError:
        named = _CHARSET.search(headers_of(part).get("content-type", ""))
    try:
        return text_in(content, named[1] if named else "utf-8", "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _attachment(part: dict[str, Any], told: Mapping[str, str], body: Mapping[str, str], id_: str) -> Attachment:
    """reference: `gmail:<message>/<attachment>`, for messages.attachments.get; or the part whose bytes are in the payload."""
    size, inline = body.get("size", ""), headers_of(part).get("content-id", "").strip("<> ")
    reference = f"gmail:{id_}/{body['attachmentId']}" if "attachmentId" in body else f"part:{told.get('partId', '')}"
    length = int(size) if size.isdecimal() and len(size) < 16 else None
    return Attachment(reference, told.get("mimeType"), told.get("filename"), length, inline_id=inline or None)


def octets(text: str) -> bytes:
    """Of base64 in either alphabet, with padding or without; empty for what is none."""
    plain = text.translate(_URLSAFE).rstrip("=")
    try:
        return b64decode(plain + "=" * (-len(plain) % 4))
    except ValueError:
        return b""
