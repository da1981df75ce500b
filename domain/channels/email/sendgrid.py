"""SendGrid (Twilio): events of mails that went out; inbound mail is in sendgrid_inbound.py.

Sources, read 2026-11: twilio.com/docs/sendgrid/for-developers/tracking-events/event, /getting-started-event-webhook-security-features;
for what identifies a mail and which fields are not the sender's own, anymail/django-anymail (anymail/webhooks/sendgrid.py).

One request is an array of events. Custom arguments of the mail stand flat among SendGrid's own fields, so what is none of those is one:

    [{"email": "dana@example.org", "event": "bounce", "type": "bounce", "reason": "550 5.1.1 unknown user", "status": "5.1.1",
      "timestamp": 1795514844, "sg_event_id": "Ym91bmNlLTE", "sg_message_id": "14c5d75ce93.dfd.64b469.recvd-1-6.0",
      "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-1>", "category": ["news"], "campaign_id": "autumn"}]

What the API calls the mail (`X-Message-Id`) is the beginning of `sg_message_id`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from domain.channels.email.sendgrid_examples import EXAMPLES
from domain.channels.email.sendgrid_inbound import received
from domain.channels.email.tracked import (
    BOUNCED,
    CLICKED,
    COMPLAINED,
    DEFERRED,
    DELIVERED,
    HARD_BOUNCED,
    OPENED,
    QUEUED,
    REJECTED,
    RESUBSCRIBED,
    SOFT_BOUNCED,
    UNKNOWN,
    UNSUBSCRIBED,
    Word,
    about_us,
    each,
    kind_of,
    tracked,
    words,
)  # fmt: skip
from domain.channels.provider import Given, Invalid, Item, Provider, Signature, text_of, texts
from domain.provider_time import unix
from schemas.values import FailureCategory

EVENTS: dict[str, Word] = {
    "processed": QUEUED,
    "deferred": DEFERRED,
    "delivered": DELIVERED,
    "bounce": BOUNCED,
    "dropped": REJECTED,
    "open": OPENED,
    "click": CLICKED,
    "spamreport": COMPLAINED,
    "unsubscribe": UNSUBSCRIBED,
    "group_unsubscribe": UNSUBSCRIBED,
    "group_resubscribe": RESUBSCRIBED,
}
BOUNCES: dict[str, Word] = {
    "bounce": HARD_BOUNCED,
    "blocked": SOFT_BOUNCED._replace(category="blocked"),
    "expired": SOFT_BOUNCED._replace(category="timed_out"),
}
"""By `type`: SendGrid suppresses only what it calls a bounce; a block is of this mail and not of the address."""
DROPPED: dict[str, FailureCategory] = {
    "bounced address": "bounced",
    "bounce": "bounced",
    "unsubscribed address": "unsubscribed",
    "group unsubscribed address": "unsubscribed",
    "spam reporting address": "spam",
    "spam content": "spam",
    "invalid": "invalid",
    "invalid address": "invalid",
    "invalid smtpapi header": "other",
    "recipient list over package quota": "rate_limited",
    "blocked": "blocked",
    "expired": "timed_out",
}
"""By `reason` (or `type`) in lower case: why SendGrid did not even try."""
CLASSES: dict[str, FailureCategory] = {
    "invalid address": "invalid",
    "mailbox unavailable": "bounced",
    "content": "spam",
    "reputation": "blocked",
    "frequency or volume too high": "rate_limited",
    "frequency/volume": "rate_limited",
}
"""By `bounce_classification` of what SendGrid calls blocked."""
NOT_CUSTOM = frozenset(
    "asm_group_id attempt bounce_classification category cert_err email event ip marketing_campaign_id marketing_campaign_name "
    "marketing_campaign_split_id marketing_campaign_version mc_stats newsletter nlvx_campaign_id nlvx_campaign_split_id "
    "nlvx_user_id phase_id pool post_type reason response send_at sg_content_type sg_event_id sg_machine_open sg_message_id "
    "sg_template_id sg_template_name sg_user_id singlesend_id singlesend_name smtp-id status template template_hash timestamp tls "
    "type unique_args url url_offset useragent anymail_id".split()
)
"""Fields of SendGrid's own; of the others each is a custom argument."""
OWN_ID = "anymail_id"
"""A custom argument by which a sender's library has named the mail: that is its name then (T-11)."""

_BEGINNING = re.compile(r"(.+?)\.(?:filter|recvd|ismtpd)[\w\-]*\b")
_ELSEWHERE = frozenset(
    {"category", "email", "event", "reason", "response", "sg_event_id", "timestamp", "unique_args", "useragent", OWN_ID}
)
PERSONAL = frozenset(
    "email ip useragent reason response url from to cc subject text html headers envelope sender_ip attachment-info attachments "
    "charsets spam_report dkim content-ids smtp-id".split()
) | {f"attachment{n}" for n in range(1, 51)}


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """Every event of an array, or the one mail of a form. Raises Invalid, and Nothing for an empty array."""
    if isinstance(data, list):
        return each(data, _read)
    if isinstance(data, dict) and not _is_event(data):
        return received(data)
    return each([data], _read)


def _read(event: Any) -> list[Item | Invalid]:
    name = kind_of(event, "event")
    fields = texts(event)
    time = unix(event.get("timestamp"))
    kept = {key: value for key, value in event.items() if key in NOT_CUSTOM and key not in _ELSEWHERE}
    if name == "account_status_change":
        kind = f"{name}:{fields['type']}" if "type" in fields else name
        return [
            about_us(
                kind, provider="sendgrid", fields=kept, event=fields.get("sg_event_id"), moment=event.get("timestamp"), time=time
            )
        ]  # fmt: skip
    word = _word(name, fields)
    answer = fields.get("response") or (fields.get("reason") if name != "dropped" else None)
    kept |= {
        "mta_response": answer,
        "description": fields.get("reason") if name == "dropped" else None,
        "user_agent": fields.get("useragent"),
    }
    kind = f"{name}:{fields['type']}" if name == "bounce" and "type" in fields else name
    return [
        tracked(
            word,
            kind,
            provider="sendgrid",
            message_id=_message_id(fields),
            recipient=fields.get("email"),
            shared=OWN_ID not in fields,
            event=fields.get("sg_event_id"),
            moment=event.get("timestamp"),
            time=time,
            code=fields.get("status"),
            reason=fields.get("reason") or (fields.get("response") if name == "deferred" else None),
            tags=words(event.get("category")),
            metadata=_custom(event),
            fields=kept,
        )
    ]


def _word(name: str, fields: Mapping[str, str]) -> Word:
    word = EVENTS.get(name, UNKNOWN)
    if name == "bounce":
        word = BOUNCES.get(fields.get("type", "bounce"), BOUNCED)
        if fields.get("type") == "blocked" and (told := CLASSES.get(fields.get("bounce_classification", "").lower())):
            word = word._replace(category=told)
    elif name == "dropped":
        reason = fields.get("reason") or fields.get("type") or ""
        word = word._replace(category=DROPPED.get(reason.lower(), "other"))
    elif name == "open" and fields.get("sg_machine_open") == "true":
        word = word._replace(machine=True)
    return word


def _message_id(fields: Mapping[str, str]) -> str | None:
    """What a bounce that comes late is about only the Message-ID tells."""
    if (own := fields.get(OWN_ID)) is not None:
        return own
    given = fields.get("sg_message_id")
    if given is None:
        return fields.get("smtp-id")
    beginning = _BEGINNING.match(given)
    return beginning[1] if beginning else given


def _custom(event: Mapping[str, Any]) -> dict[str, Any]:
    """The sender's own arguments; some accounts get them in an object of their own."""
    found = {name: value for name, value in event.items() if name not in NOT_CUSTOM}
    more = event.get("unique_args")
    return found | more if isinstance(more, dict) else found


def _is_event(data: Any) -> bool:
    return isinstance(data, dict) and text_of(data.get("event")) is not None and "timestamp" in data


def recognises(data: Any) -> bool:
    """An array of events that SendGrid has numbered or named; a form of its inbound mail."""
    if isinstance(data, list):
        return bool(data) and all(_is_event(event) and bool(event.keys() & _MARKS) for event in data)
    return isinstance(data, dict) and not _MAIL.isdisjoint(data) and not _FORM.isdisjoint(data) and "event" not in data


_MAIL = frozenset({"headers", "email"})
_FORM = frozenset({"envelope", "charsets", "attachment-info", "SPF", "sender_ip"})
_MARKS = frozenset({"sg_event_id", "sg_message_id", "smtp-id"})

PROVIDER = Provider(
    channel="email",
    label="Email",
    name="sendgrid",
    source=(
        "https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event",
        "https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/inbound-email",
        "https://github.com/anymail/django-anymail/blob/main/anymail/webhooks/sendgrid.py",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    headers=frozenset({"x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp"}),
    signatures=(Signature("SENDGRID_WEBHOOK_VERIFICATION_KEY", "sendgrid"),),
)
