"""Headers of a mail as text (RFC 5322, RFC 2047): unfolded, encoded words decoded, bytes that are no UTF-8 as U+FFFD. Never raises."""

import re
from collections.abc import Mapping
from email.parser import BytesHeaderParser
from email.policy import compat32

from domain.mail_text import FAILURES, LONGEST_WORDS, addressed, words
from domain.peeling import mended

KEPT = (
    "From", "Sender", "To", "Cc", "Reply-To", "Date", "Message-ID", "In-Reply-To", "References", "Return-Path", "Auto-Submitted",
    "Precedence", "X-Autoreply", "X-Autorespond", "List-Id", "List-Unsubscribe",
)  # fmt: skip
"""Headers that are kept, by these names however they are spelled."""
_KEPT = {name.lower(): name for name in KEPT}
_ADDRESSES = frozenset({"from", "sender", "to", "cc", "bcc", "reply-to"})
_FOLD = re.compile(r"\r?\n[ \t]*")
_SPECIAL = re.compile(r"[()<>\[\]:;@\\,\"]")
_SELF_ANSWERING = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})


def kept_name(name: str) -> str | None:
    """How a header is called among those that are kept."""
    return _KEPT.get(name.lower())


def pairs(block: bytes) -> list[tuple[str, str]]:
    """(name, value) of each header of a block as it stands in a mail, in their order."""
    try:
        message = BytesHeaderParser(policy=compat32).parsebytes(block)
        return [(name, decoded(name, value)) for name, value in message.raw_items()]
    except FAILURES:
        return []


def decoded(name: str, value: object) -> str:
    """The text of a header. Names in address headers are decoded one by one: a comma in a name separates nobody."""
    text = str(value)[:LONGEST_WORDS]
    if "\n" in text or not text.isascii():
        text = mended(_FOLD.sub(" ", _plain(text)))
    text = text.strip()
    if "=?" not in text:
        return text
    return ", ".join(mailboxes(text)) or words(text) if name.lower() in _ADDRESSES else words(text)


def mailboxes(*fields: str | None) -> tuple[str, ...]:
    """Everybody whom these address headers name, each once: `ann@example.org` or `Ann <ann@example.org>`."""
    return tuple(dict.fromkeys(mailbox(words(name), address) for name, address in addressed(fields)))


def mailbox(name: str, address: str) -> str:
    """As an address header names somebody."""
    if not name:
        return address
    quoted = '"{}"'.format(name.replace("\\", "\\\\").replace('"', '\\"')) if _SPECIAL.search(name) else name
    return f"{quoted} <{address}>"


def by_machine(headers: Mapping[str, str]) -> bool:
    """Whether nobody wrote it (RFC 3834), or it went to many: nothing of ours answers to that by itself (T-41)."""
    submitted = headers.get("Auto-Submitted", "no").partition(";")[0].strip().lower()
    precedence = headers.get("Precedence", "").strip().lower()
    return (
        submitted != "no"
        or precedence in _SELF_ANSWERING
        or any(name in headers for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
        or headers.get("Return-Path") == "<>"
    )


def _plain(value: str) -> str:
    """Bytes of 8 bits, which the parser keeps as half characters, are UTF-8 (RFC 6532) or nothing."""
    if value.isascii():
        return value
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
