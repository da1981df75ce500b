"""Mandrill (Mailchimp Transactional): one form field with a JSON array of message events, changes of its lists, and mails that came in.

Sources, read 2026-11: mandrill.zendesk.com, articles 360038740594 (format), 205583307 (message events), 360039233253 (sync events),
360039234813 (mails that came in), mandrillapp.com/api/docs/rejects, and the public tests of django-anymail and telegraf.

    mandrill_events=[{"event": "hard_bounce", "_id": "1f3a..", "ts": 1795514844, "msg": {"_id": "1f3a..", "email": "dana@example.org",
     "sender": "news@acme.example", "subject": "Autumn", "tags": ["news"], "metadata": {"lead_id": "4711"}, "state": "bounced",
     "bounce_description": "bad_mailbox", "diag": "smtp;550 5.1.1 no such user"}}]

    mandrill_events=[{"event": "inbound", "ts": 1795514844, "msg": {"raw_msg": "From: ..", "email": "sales@in.acme.example", ..}}]

Each recipient's mail has an `_id` of its own. A batch has up to 1,000 events.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.channels.email.mandrill_examples import EXAMPLES
from domain.channels.email.mandrill_inbound import received
from domain.channels.email.tracked import (
    CLICKED,
    COMPLAINED,
    DEFERRED,
    DELIVERED,
    HARD_BOUNCED,
    OPENED,
    REJECTED,
    SENT,
    SOFT_BOUNCED,
    UNKNOWN,
    UNSUBSCRIBED,
    Word,
    each,
    fields_of,
    kind_of,
    said,
    tracked,
    words,
)
from domain.channels.provider import Given, Invalid, Item, Provider, Signature, inner, listed, texts
from domain.peeling import Unreadable, json_of
from domain.provider_time import unix
from schemas.values import FailureCategory

WORDS: dict[str, Word] = {
    "send": SENT,
    "deferral": DEFERRED,
    "delivered": DELIVERED,
    "hard_bounce": HARD_BOUNCED,
    "soft_bounce": SOFT_BOUNCED,
    "open": OPENED,
    "click": CLICKED,
    "spam": COMPLAINED,
    "unsub": UNSUBSCRIBED,
    "reject": REJECTED,
}
REASONS: dict[str, FailureCategory] = {
    # why a mail came back
    "bad_mailbox": "invalid",
    "invalid_domain": "invalid",
    # why it was not even tried
    "hard-bounce": "bounced",
    "soft-bounce": "bounced",
    "spam": "spam",
    "unsub": "unsubscribed",
    "invalid": "invalid",
    "test-mode-limit": "rate_limited",
    "invalid-sender": "other",
    "unsigned": "other",
}
SUPPRESSED = Word("consent.changed", held=True)
"""An address was put on the list of those who get nothing. That one was taken off it is nobody's consent."""
LISTS = frozenset({"blacklist", "denylist"})
"""Of those who get nothing, by its older and its newer name; the other one is of those who never come on it."""
ADDED = frozenset({"add", "change"})

_FIELDS = dict.fromkeys(("event", "_id", "ts", "msg", "reject"), "")
_MSG = dict.fromkeys(
    "_id ts email sender subject tags metadata opens clicks smtp_events diag _version reject".split(), ""
)
PERSONAL = frozenset({"mandrill_events", "msg", "reject", "ip", "location", "user_agent", "url"})


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """Every event of the batch. Raises Invalid or Nothing."""
    events = data.get("mandrill_events") if isinstance(data, dict) else None
    if isinstance(events, str):
        try:
            events = json_of(events)
        except Unreadable as error:
            raise Invalid(error.reason, "Email event has mandrill_events that are no JSON") from error
    if not isinstance(events, list):
        raise Invalid("missing_field", "Email event missing required field: mandrill_events")
    return each(events, _event)


def _event(event: Any) -> Sequence[Item | Invalid]:
    if isinstance(event, dict) and "event" not in event and "type" in event:
        return [_synchronised(event)]
    kind = kind_of(event, "event")
    return received(event, inner(event, "msg")) if kind == "inbound" else [_tracked(kind, event, inner(event, "msg"))]


def _tracked(kind: str, event: Mapping[str, Any], message: Mapping[str, Any]) -> Item:
    fields, told, rejected = texts(event), texts(message), texts(event.get("reject") or message.get("reject"))
    code = told.get("bounce_description") or rejected.get("reason")
    word = WORDS.get(kind, UNKNOWN)
    if word.category is not None and code is not None:
        word = word._replace(category=REASONS.get(code, word.category))
    if texts(event.get("user_agent_parsed")).get("type", "").lower() == "robot":
        word = word._replace(machine=True)
    answer = told.get("diag") or _last_answer(message)
    about = fields_of(message, _MSG) | fields_of(event, _FIELDS)
    about |= {"mta_response": answer, "description": rejected.get("detail") or rejected.get("reason")}
    return tracked(
        word,
        kind,
        provider="mandrill",
        message_id=fields.get("_id") or told.get("_id"),
        recipient=told.get("email"),
        service=told.get("subaccount"),
        sender=told.get("sender"),
        moment=fields.get("ts"),
        time=unix(fields.get("ts")),
        code=code,
        reason=answer or rejected.get("detail"),
        subject=told.get("subject"),
        tags=words(message.get("tags")),
        metadata=said(message.get("metadata")),
        fields=about,
    )


def _last_answer(message: Mapping[str, Any]) -> str | None:
    """What the other server said to the last attempt."""
    answers = [answer for one in listed(message, "smtp_events") if (answer := texts(one).get("diag"))]
    return answers[-1] if answers else None


def _synchronised(event: Mapping[str, Any]) -> Item:
    """A change of the list of those who get nothing, or of those who never come on it."""
    fields = texts(event)
    kind = " ".join(filter(None, (fields.get("type"), fields.get("action"))))
    entry = inner(event, "reject")
    told = texts(entry)
    lasts = told.get("reason") != "soft-bounce" and entry.get("expired") is not True
    suppressed = fields.get("type") in LISTS and fields.get("action") in ADDED and lasts
    about = fields_of(entry, {"email": "", "sender": "", "detail": "description"})
    about.setdefault("description", told.get("reason"))
    return tracked(
        SUPPRESSED if suppressed else UNKNOWN,
        kind,
        provider="mandrill",
        message_id=None,
        recipient=told.get("email"),
        service=told.get("subaccount"),
        moment=fields.get("ts"),
        time=unix(fields.get("ts")),
        fields=about,
    )


def recognises(data: Any) -> bool:
    """The one field of the form has a name of its own."""
    return isinstance(data, dict) and "mandrill_events" in data


PROVIDER = Provider(
    channel="email",
    label="Email",
    name="mandrill",
    source=(
        "https://mandrill.zendesk.com/hc/en-us/articles/360038740594-Webhook-Format",
        "https://mandrill.zendesk.com/hc/en-us/articles/205583307-Message-Event-Webhook-Format",
        "https://mandrill.zendesk.com/hc/en-us/articles/360039233253",
        "https://mandrill.zendesk.com/hc/en-us/articles/360039234813",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    headers=frozenset({"x-mandrill-signature"}),
    signatures=(
        Signature("MANDRILL_WEBHOOK_KEY", "mandrill", mandatory="header", header="X-Mandrill-Signature"),
    ),
)  # fmt: skip
