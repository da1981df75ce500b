"""Unisender Go: events of mail that went out, grouped by user and project, or one alone.

Sources, read 2026-11: godocs.unisender.ru/email-statuses, godocs.unisender.ru/web-api-ref (the format of callbacks by quotation in
django-anymail, whose public tests also show the single event).

    {"auth": "0123456789abcdef0123456789abcdef", "events_by_user": [{"user_id": 456, "project_id": "64328", "events": [
     {"event_name": "transactional_email_status", "event_data": {"job_id": "1a3Q2V-0000OZ-S0", "email": "dana@example.org",
      "status": "hard_bounced", "event_time": "2026-11-24 10:07:24", "metadata": {"lead_id": "4711"}, "delivery_info":
      {"delivery_status": "err_user_unknown", "destination_response": "550 5.1.1 no such user"}}}]}]}

    {"auth": "..", "event_name": "transactional_email_status", "user_id": 456, "job_id": "1a3Q2V-0000OZ-S0", "status": "opened",
     "email": "dana@example.org", "event_time": "2026-11-24 10:07:24"}

A job may be a mail to several. Times are UTC. The API key is in the hash of every body, so without it nothing is taken.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.channels.email.tracked import (
    CLICKED,
    COMPLAINED,
    DELIVERED,
    HARD_BOUNCED,
    OPENED,
    RESUBSCRIBED,
    SENT,
    SOFT_BOUNCED,
    UNKNOWN,
    UNSUBSCRIBED,
    Word,
    about_us,
    each,
    fields_of,
    kind_of,
    said,
    tracked,
)
from domain.channels.email.unisender_go_examples import EXAMPLES
from domain.channels.provider import Given, Invalid, Item, Provider, Signature, inner, listed, texts
from domain.provider_time import naive
from schemas.values import FailureCategory

WORDS: dict[str, Word] = {
    "sent": SENT,
    "delivered": DELIVERED,
    "opened": OPENED,
    "clicked": CLICKED,
    "unsubscribed": UNSUBSCRIBED,
    "subscribed": RESUBSCRIBED,
    "spam": COMPLAINED,
    "soft_bounced": SOFT_BOUNCED,
    "hard_bounced": HARD_BOUNCED,
}
ERRORS: dict[str, FailureCategory] = {
    "err_user_unknown": "invalid",
    "err_user_inactive": "invalid",
    "err_will_retry": "other",
    "err_mailbox_discarded": "invalid",
    "err_mailbox_full": "bounced",
    "err_spam_rejected": "spam",
    "err_blacklisted": "blocked",
    "err_too_large": "blocked",
    "err_unsubscribed": "unsubscribed",
    "err_unreachable": "invalid",
    "err_skip_letter": "invalid",
    "err_domain_inactive": "invalid",
    "err_destination_misconfigured": "bounced",
    "err_spam_skipped": "spam",
}
"""By `delivery_status`; those that are not among them say nothing more than that it failed."""
SPAM_BLOCK = "transactional_spam_block"

_SAID = dict.fromkeys(
    ("event_name", "event_data", "auth", "job_id", "email", "metadata", "user_id", "delivery_info"), ""
)
FIELDS = {**_SAID, "comment": "description", "event_time": ""}
DELIVERY = {"destination_response": "mta_response"}
PERSONAL = frozenset("email metadata comment url user_agent ip destination_response auth".split())


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """Every event of every user, or the one alone. Raises Invalid or Nothing."""
    if isinstance(data, dict) and isinstance(data.get("events_by_user"), list):
        return each(list(_events(data["events_by_user"])), lambda event: [_event(event)])
    return [_event(data)]


def _events(users: list[Any]) -> Iterator[Any]:
    """Each with its user and project, in the form of one alone."""
    for user in users:
        of = (
            {name: user[name] for name in ("user_id", "project_id", "project_name") if name in user}
            if _is(user)
            else {}
        )
        for event in listed(user, "events"):
            yield {**of, **event, **inner(event, "event_data")} if _is(event) else event


def _is(value: Any) -> bool:
    return isinstance(value, dict)


def _event(event: Any) -> Item:
    name = kind_of(event, "event_name")
    fields = texts(event)
    if name == SPAM_BLOCK:
        time = fields.get("block_time")
        return about_us(
            f"{name} {fields.get('domain_status', '')}".strip(),
            provider="unisender_go",
            fields=fields_of(event, _SAID),
            account=fields.get("user_id"),
            service=fields.get("project_id"),
            name=fields.get("domain"),
            moment=time,
            time=naive(time or ""),
        )
    return _tracked(kind_of(event, "status"), event, fields)


def _tracked(status: str, event: Mapping[str, Any], fields: Mapping[str, str]) -> Item:
    delivery = inner(event, "delivery_info")
    told = texts(delivery)
    error = told.get("delivery_status")
    word = WORDS.get(status, UNKNOWN)
    if word.category is not None and error is not None:
        word = word._replace(category=ERRORS.get(error, "other"))
    return tracked(
        word,
        status,
        provider="unisender_go",
        message_id=fields.get("job_id"),
        recipient=fields.get("email"),
        shared=True,
        account=fields.get("user_id"),
        service=fields.get("project_id"),
        moment=fields.get("event_time"),
        time=naive(fields.get("event_time", "")),
        code=error,
        reason=told.get("destination_response"),
        metadata=said(event.get("metadata")),
        fields=fields_of(event, FIELDS) | fields_of(delivery, DELIVERY),
    )


def recognises(data: Any) -> bool:
    """Every body has `auth`, and its events their names."""
    return isinstance(data, dict) and ("events_by_user" in data or ("event_name" in data and "auth" in data))


PROVIDER = Provider(
    channel="email",
    label="Email",
    name="unisender_go",
    source=(
        "https://godocs.unisender.ru/email-statuses",
        "https://godocs.unisender.ru/web-api-ref",
        "https://github.com/anymail/django-anymail/blob/main/anymail/webhooks/unisender_go.py",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    signatures=(Signature("UNISENDER_GO_API_KEY", "unisender_go", mandatory="key"),),
)
