"""MailerSend: activity of mail that went out in both versions of its webhooks, mails that came in, and events about the account.

Sources, read 2026-11: developers.mailersend.com/api/v1/account/webhooks by quotation (names of the events, the ping), and django-anymail,
anymail/webhooks/mailersend.py (the newer payload) and its public tests (the older one, the mail that came in).

    {"type": "activity.hard_bounced", "domain_id": "yv69..", "webhook_id": "2351..", "created_at": "2026-11-24T10:07:24.520507Z",
     "data": {"object": "activity", "id": "62f1..", "type": "hard_bounced", "message_id": "62fb..", "recipient": "dana@example.org",
      "tags": ["news"], "meta": {"bounce_reason": "no such user", "bounce_code": 550}}}

    {"type": "activity.clicked", "data": {"id": "63fd..", "type": "clicked", "created_at": "2026-11-24T10:07:24.691000Z", "email":
     {"from": "news@acme.example", "message": {"id": "62fb.."}, "recipient": {"email": "dana@example.org"}}, "morph": {"object":
      "click", "url": "https://acme.example/"}}}

One message may be a mail to several.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.channels.email.mailersend_examples import EXAMPLES
from domain.channels.email.mailersend_inbound import received
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
    about_us,
    fields_of,
    kind_of,
    tracked,
    words,
)
from domain.channels.provider import Given, Invalid, Item, Nothing, Provider, Signature, inner, texts
from domain.provider_time import iso

WORDS: dict[str, Word] = {
    "sent": SENT,
    "delivered": DELIVERED,
    "deferred": DEFERRED,
    "soft_bounced": SOFT_BOUNCED,
    "hard_bounced": HARD_BOUNCED,
    "suppressed": REJECTED._replace(held=True),
    "opened": OPENED,
    "opened_unique": OPENED,
    "clicked": CLICKED,
    "clicked_unique": CLICKED,
    "unsubscribed": UNSUBSCRIBED,
    "spam_complaint": COMPLAINED,
    "spam_complaints": COMPLAINED,
}
TEST, INBOUND, ACTIVITY = "webhook.test", "inbound.message", "activity."
REASONS = ("bounce_reason", "reject_reason", "suppression_reason", "unsubscribe_reason", "readable_reason", "reason")
"""Where it is told why, in the newer payload (`meta`) and in the older one (`morph`)."""

_SAID = dict.fromkeys("object id type created_at email morph meta message_id recipient tags".split(), "")
DETAIL = {"bounce_code": "mta_response", "object": "", "id": "", "created_at": ""}
PERSONAL = frozenset(
    "from to cc bcc reply_to subject recipient recipients sender email ip url user_agent reason readable_reason meta morph headers text "
    "html raw attachments".split()
)


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The one event, or the one mail. Raises Invalid or Nothing."""
    about = inner(data, "data")
    type_ = kind_of(data, "type")
    if type_ == TEST:
        raise Nothing("test")
    if type_ == INBOUND:
        return received(type_, about, texts(data).get("inbound_id"))
    if type_.startswith(ACTIVITY):
        return [_tracked(type_.removeprefix(ACTIVITY), data, about)]
    return [_about_us(type_, data, about)]


def _tracked(kind: str, data: Mapping[str, Any], about: Mapping[str, Any]) -> Item:
    told, fields = texts(data), texts(about)
    mail = inner(about, "email")
    older = texts(mail)
    detail = inner(about, "meta") or inner(about, "morph")
    why = texts(detail)
    reason = next((why[name] for name in REASONS if name in why), None)
    time = fields.get("created_at") if mail else told.get("created_at") or fields.get("created_at")
    kept = (
        fields_of(about, _SAID)
        | fields_of(detail, DETAIL)
        | {"description": reason, "domain_id": told.get("domain_id")}
    )
    if "bounce_code" in why:
        kept["mta_response"] = why["bounce_code"]
    return tracked(
        WORDS.get(kind, UNKNOWN),
        kind,
        provider="mailersend",
        message_id=texts(mail.get("message")).get("id") or fields.get("message_id"),
        recipient=texts(mail.get("recipient")).get("email") or fields.get("recipient"),
        shared=True,
        event=fields.get("id"),
        service=told.get("domain_id"),
        sender=older.get("from") or fields.get("from"),
        moment=time,
        time=iso(time or ""),
        code=why.get("bounce_code"),
        reason=reason,
        subject=older.get("subject") or fields.get("subject"),
        tags=words(mail.get("tags")) or words(about.get("tags")),
        fields=kept,
    )


def _about_us(kind: str, data: Mapping[str, Any], about: Mapping[str, Any]) -> Item:
    """A sender's identity, maintenance, a forward that failed, a verified list ..."""
    told, fields = texts(data), texts(about)
    time = told.get("created_at") or fields.get("created_at")
    return about_us(
        kind,
        provider="mailersend",
        fields=dict(about),
        service=told.get("domain_id"),
        name=fields.get("id"),
        moment=time,
        time=iso(time or ""),
    )


def recognises(data: Any) -> bool:
    """The type says what it is about and what happened; every webhook has an id."""
    type_ = data.get("type") if isinstance(data, dict) else None
    if not isinstance(type_, str):
        return False
    return type_ == TEST or (
        isinstance(data.get("data"), dict) and (type_.startswith(ACTIVITY) or type_ == INBOUND or "webhook_id" in data)
    )


PROVIDER = Provider(
    channel="email",
    label="Email",
    name="mailersend",
    source=(
        "https://developers.mailersend.com/api/v1/account/webhooks",
        "https://github.com/anymail/django-anymail/blob/main/anymail/webhooks/mailersend.py",
        "https://github.com/anymail/django-anymail/blob/main/tests/test_mailersend_inbound.py",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    signatures=(Signature("MAILERSEND_SIGNING_SECRET", "mailersend"),),
    not_covered=("webhooks of SMS",),
)
