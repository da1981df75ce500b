"""Events of Mailgun as the forms of before 2018, which old webhooks still send.

Source, read 2026-11: anymail/django-anymail (anymail/webhooks/mailgun.py), which kept what the documentation no longer says.

    event=clicked&recipient=dana%40example.org&domain=acme.example&url=https%3A%2F%2Facme.example&tag=news&tag=autumn&lead_id=4711
    &timestamp=1795514844&token=5f2e..&signature=ab12..

Variables of the sender stand among Mailgun's own fields. Where one has the name of a field, the field comes twice: the event's own value
is the last one of timestamp, token and signature, and the first one of all others.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.channels.email.mime import bracketed
from domain.channels.email.tracked import (
    BOUNCED,
    CLICKED,
    COMPLAINED,
    DELIVERED,
    HARD_BOUNCED,
    OPENED,
    REJECTED,
    UNKNOWN,
    UNSUBSCRIBED,
    Word,
    said,
    tracked,
)  # fmt: skip
from domain.channels.provider import Invalid, Item, text_of
from domain.forms import every
from domain.peeling import Unreadable, json_of
from domain.provider_time import unix
from schemas.values import FailureCategory

EVENTS: dict[str, Word] = {
    "delivered": DELIVERED,
    "dropped": REJECTED,
    "bounced": HARD_BOUNCED,
    "complained": COMPLAINED,
    "unsubscribed": UNSUBSCRIBED,
    "opened": OPENED,
    "clicked": CLICKED,
}
CODES: dict[str, FailureCategory] = {"499": "timed_out", "605": "bounced", "607": "spam"}
"""Codes that are no answers of a mail server: it could not be reached; it bounced before; somebody called it spam before."""
_SIGNED = frozenset({"timestamp", "token", "signature"})
_OWN = _SIGNED | frozenset(
    "event recipient domain ip country region city user-agent device-type client-type client-name client-os campaign-id "
    "campaign-name tag X-Mailgun-Tag mailing-list url h body-plain message-id Message-Id X-Mailgun-Sid code error reason notification "
    "description message-headers attachment-count".split()
)
"""Mailgun's own fields."""
_ELSEWHERE = _SIGNED | frozenset(
    {"event", "recipient", "domain", "tag", "X-Mailgun-Tag", "message-headers", "user-agent"}
)


def reported(form: Mapping[str, Any]) -> Item:
    """The one event of a form. Raises Invalid."""
    first = {name: text for name in form if (text := text_of(every(form, name)[0])) is not None}
    name = first.get("event")
    if name is None:
        raise Invalid("missing_field", "Email event missing required field: event")
    token, time = text_of(form.get("token")), form.get("timestamp")
    headers = dict(header_pairs_of(form))
    message_id = first.get("Message-Id") or first.get("message-id") or headers.get("message-id")
    fields = {key: value for key, value in first.items() if key in _OWN and key not in _ELSEWHERE}
    fields |= {
        "user_agent": first.get("user-agent", ""),
        "mta_response": first.get("error") or first.get("notification") or "",
    }
    return tracked(
        _word(name, first.get("code", "")),
        name,
        provider="mailgun",
        message_id=bracketed(message_id) if message_id else token,
        recipient=first.get("recipient"),
        shared=message_id is not None,
        event=token,
        service=first.get("domain"),
        sender=headers.get("from"),
        moment=time,
        time=unix(time),
        code=first.get("code"),
        reason=first.get("description") or first.get("error") or first.get("reason"),
        subject=headers.get("subject"),
        tags=tuple(filter(None, map(text_of, every(form, "tag") or every(form, "X-Mailgun-Tag")))),
        metadata=_variables(form),
        fields=fields,
    )


def header_pairs_of(form: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(name in lower case, value) of the headers of the mail, which come as JSON."""
    try:
        pairs = json_of(text_of(form.get("message-headers")) or "[]")
    except Unreadable:
        return
    for pair in pairs if isinstance(pairs, list) else ():
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], str):
            yield pair[0].lower(), pair[1]


def _word(name: str, code: str) -> Word:
    word = EVENTS.get(name, UNKNOWN)
    if word.meaning not in ("email.bounced", "email.rejected"):
        return word
    if code.startswith("4") and word is HARD_BOUNCED:
        word = BOUNCED
    category: FailureCategory = "bounced" if code[:1] in ("4", "5") else "other"
    return word._replace(category=CODES.get(code, category))


def _variables(form: Mapping[str, Any]) -> dict[str, Any]:
    """What the sender had sent along: of mails whose headers come along it stands in those."""
    if "message-headers" in form:
        found: dict[str, Any] = {}
        for name, value in header_pairs_of(form):
            if name == "x-mailgun-variables":
                found |= said(value)
        return found
    return dict(_merged(form))


def _merged(form: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in form:
        values = every(form, name)
        if name not in _OWN:
            yield name, values[-1]
        elif len(values) > 1 and name not in ("tag", "X-Mailgun-Tag"):
            yield name, values[0] if name in _SIGNED else values[-1]
