"""What a report about mails of ours says (RFC 3464): which mail did not reach whom, and why.

    Final-Recipient: rfc822; dana@example.org
    Action: failed
    Status: 5.1.1
    Diagnostic-Code: smtp; 550 5.1.1 no such user

Comes in: the parts of the report with their media types. Goes out: one Returned per recipient. The mail that it is about is the one
whose headers come back with it. Never raises.
"""

import re
from collections.abc import Iterable
from email.parser import BytesParser
from email.policy import compat32
from typing import NamedTuple

STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
HEADER_TYPES = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})
RETURNED_TYPES = STATUS_TYPES | HEADER_TYPES | {"message/disposition-notification"}
"""Parts that a report is made of."""
MOST = 100
"""Recipients of one report."""

_HEADER_BYTES = 65_536
_BLANK_LINE = re.compile(rb"\r?\n(?:[ \t]*\r?\n)+")
_COMMENT = re.compile(r"\s*\([^()]*\)")
_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}", re.ASCII)


class Returned(NamedTuple):
    """About one recipient. recipient: an address; original: the one that we had sent to, where it differs and is told. action:
    `failed`, `delayed`, `delivered`, `relayed` or `expanded`. status: `5.1.1`. diagnostic: what the other server said. message_id: of
    our mail, with angle brackets; None where its headers did not come back. subject: of our mail."""

    recipient: str
    original: str | None
    action: str
    status: str | None
    diagnostic: str | None
    reporter: str | None
    remote: str | None
    time: str | None
    message_id: str | None
    subject: str | None


def returned(parts: Iterable[tuple[str, bytes]]) -> tuple[Returned, ...]:
    """What the report with these parts says; nothing where they are no report."""
    groups: list[dict[str, str]] = []
    headers: dict[str, str] = {}
    for type_, content in parts:
        if type_ in STATUS_TYPES:
            groups += [_fields(group) for group in _BLANK_LINE.split(content)[: MOST + 2] if group.strip()]
        elif type_ in HEADER_TYPES and not headers:
            headers = _fields(_BLANK_LINE.split(content.lstrip(), maxsplit=1)[0])
    if not groups:
        return ()
    whole = {} if "final-recipient" in groups[0] else groups[0]
    message_id = headers.get("message-id") or whole.get("x-original-message-id")
    found = (_returned({**whole, **group}, message_id, headers.get("subject")) for group in groups)
    return tuple(each for each in found if each is not None)[:MOST]


def _returned(group: dict[str, str], message_id: str | None, subject: str | None) -> Returned | None:
    original = _typed(group.get("original-recipient"))
    recipient = _typed(group.get("final-recipient")) or original
    action = _COMMENT.sub("", group.get("action", "")).strip().lower()
    if not recipient or not action:
        return None
    code = _CODE.search(group.get("status", ""))
    return Returned(
        recipient=recipient,
        original=original if original != recipient else None,
        action=action,
        status=code[0] if code else None,
        diagnostic=_typed(group.get("diagnostic-code")),
        reporter=_typed(group.get("reporting-mta")),
        remote=_typed(group.get("remote-mta")),
        time=group.get("last-attempt-date") or group.get("arrival-date"),
        message_id=message_id,
        subject=subject,
    )


def _typed(value: str | None) -> str | None:
    """`rfc822; ann@example.org` without what kind of name it is."""
    if value is None:
        return None
    kind, semicolon, rest = value.partition(";")
    return (rest if semicolon else kind).strip().strip("<>") or None


def _fields(group: bytes) -> dict[str, str]:
    """The fields of one group by their names in lower case, unfolded; of a repeated one the first."""
    found: dict[str, str] = {}
    for name, value in (
        BytesParser(policy=compat32).parsebytes(group.lstrip()[:_HEADER_BYTES], headersonly=True).items()
    ):
        found.setdefault(name.lower(), " ".join(str(value).split()))
    return found
