"""SparkPost (Bird): batches of events about mail that went out, and mails that came in (relay webhooks).

Sources, read 2026-11: developers.sparkpost.com/api/webhooks (batches, ping) and /api/relay-webhooks, gist.github.com/jonowar (fields of the
events, as the API documents them), "Bounce Classification Codes" by quotation in django-anymail, whose public tests also say which
id a message has in the API, and suped.com on `is_prefetched`.

    [{"msys": {"message_event": {"type": "bounce", "bounce_class": "10", "error_code": "550", "event_id": "92356927693813856",
      "transmission_id": "65832150921904138", "rcpt_to": "dana@example.org", "raw_reason": "550 5.1.1 no such user",
      "friendly_from": "news@acme.example", "campaign_id": "autumn", "rcpt_meta": {"lead_id": "4711"}, "timestamp": "1795514844"}}}]

    [{"msys": {"relay_message": {"rcpt_to": "sales@in.acme.example", "msg_from": "dana@example.org", "webhook_id": "48392",
      "content": {"email_rfc822": "From: ..", "email_rfc822_is_base64": false, ..}}}}]

A batch of `{"msys": {}}` is a ping. One transmission may be a mail to many.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.channels.email.mime import Mime, told
from domain.channels.email.read_out import mail_of
from domain.channels.email.received import Arrival, received
from domain.channels.email.sparkpost_examples import EXAMPLES
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
    RENDERING_FAILED,
    RESUBSCRIBED,
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
    words,
)
from domain.channels.provider import Given, Invalid, Item, Provider, inner, listed, texts
from domain.provider_time import iso, unix

WORDS: dict[str, Word] = {
    "injection": QUEUED,
    "delivery": DELIVERED,
    "delay": DEFERRED,
    "bounce": BOUNCED,
    "out_of_band": BOUNCED,
    "policy_rejection": REJECTED,
    "generation_failure": RENDERING_FAILED,
    "generation_rejection": REJECTED,
    "spam_complaint": COMPLAINED,
    "open": OPENED,
    "click": CLICKED,
    "amp_open": OPENED,
    "amp_click": CLICKED,
    "list_unsubscribe": UNSUBSCRIBED,
    "link_unsubscribe": UNSUBSCRIBED,
}
"""`initial_open` and `amp_initial_open` are not among them: the same mail's `open` follows, and one opening is one."""
CLASSES: dict[str, Word] = {
    "1": BOUNCED._replace(category="other"),
    "10": HARD_BOUNCED._replace(category="invalid"),
    "20": SOFT_BOUNCED,
    "21": SOFT_BOUNCED,
    "22": SOFT_BOUNCED,
    "23": SOFT_BOUNCED,
    "24": SOFT_BOUNCED._replace(category="timed_out"),
    "25": BOUNCED._replace(category="blocked"),
    "30": HARD_BOUNCED,
    "40": SOFT_BOUNCED,
    "50": BOUNCED._replace(category="blocked"),
    "51": BOUNCED._replace(category="spam"),
    "52": BOUNCED._replace(category="spam"),
    "53": BOUNCED._replace(category="other"),
    "54": BOUNCED._replace(category="blocked"),
    "60": UNKNOWN,  # an answering machine
    "70": SOFT_BOUNCED,
    "80": RESUBSCRIBED,
    "90": UNSUBSCRIBED,
    "100": UNKNOWN,  # a question whether the sender is a person
}
"""By `bounce_class`: what a mail that came back means."""
TRACKED = frozenset({"message_event", "track_event", "unsubscribe_event", "gen_event"})
"""Classes of events that are about a mail of ours; the others are about relays, tests and uploads."""

FIELDS = {"target_link_url": "url", "raw_reason": "mta_response", "subject": "", "rcpt_meta": "", "type": ""}
PERSONAL = frozenset(
    "rcpt_to raw_rcpt_to rcpt_meta rcpt_tags raw_reason reason user_agent ip_address geo_ip target_link_url subject fbtype report_by "
    "report_to content friendly_from msg_from remote_addr user_str recipient_domain user_agent_parsed".split()
)


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """Everything in a batch. Raises Invalid or Nothing."""
    if isinstance(data, dict):
        data = [data]
    if not isinstance(data, list):
        raise Invalid("missing_field", "Email event missing required field: msys")
    return each(data, _unwrapped)


def _unwrapped(wrapped: Any) -> Sequence[Item | Invalid]:
    """A class of events and the event; nothing in a ping."""
    if not isinstance(wrapped, dict) or not isinstance(wrapped.get("msys"), dict):
        raise Invalid("missing_field", "Email event missing required field: msys")
    found: list[Item | Invalid] = []
    for class_, event in wrapped["msys"].items():
        if class_ == "relay_message":
            found += _received(event)
        else:
            found.append(_tracked(event) if class_ in TRACKED else _about_us(class_, event))
    return found


def _tracked(event: Any) -> Item:
    kind = kind_of(event, "type")
    fields = texts(event)
    class_ = fields.get("bounce_class")
    about = fields_of(event, FIELDS)
    if kind in ("open", "click", "amp_open", "amp_click"):
        about["ip"] = about.pop("ip_address", None)
    return tracked(
        _word(kind, class_, event),
        f"{kind}:{class_}" if class_ else kind,
        provider="sparkpost",
        message_id=fields.get("transmission_id") or fields.get("message_id"),
        recipient=fields.get("raw_rcpt_to") or fields.get("rcpt_to"),
        shared=True,
        event=fields.get("event_id"),
        account=fields.get("customer_id"),
        service=fields.get("subaccount_id"),
        sender=fields.get("friendly_from") or fields.get("msg_from"),
        moment=fields.get("timestamp"),
        time=_time(fields),
        code=fields.get("error_code") or class_,
        reason=fields.get("raw_reason") or fields.get("reason"),
        subject=fields.get("subject"),
        tags=words(fields.get("campaign_id")),
        metadata=said(event.get("rcpt_meta")),
        campaign=fields.get("campaign_id"),
        fields=about,
    )


def _word(kind: str, class_: str | None, event: Mapping[str, Any]) -> Word:
    word = WORDS.get(kind, UNKNOWN)
    if event.get("is_prefetched") is True:
        return word._replace(machine=True)
    if class_ is None or word.status is None:
        return word
    told = CLASSES.get(class_, CLASSES["1"])
    return told if word is BOUNCED else word._replace(category=told.category or "other")


def _about_us(class_: str, event: Any) -> Item:
    fields = texts(event)
    kind = f"{class_}:{fields['type']}" if "type" in fields else class_
    return about_us(
        kind,
        provider="sparkpost",
        fields=fields_of(event, {"type": ""}) if isinstance(event, dict) else {},
        account=fields.get("customer_id"),
        service=fields.get("subaccount_id"),
        event=fields.get("event_id"),
        name=fields.get("relay_id") or fields.get("webhook_id"),
        moment=fields.get("timestamp"),
        time=_time(fields),
    )


def _time(fields: Mapping[str, str]) -> str | None:
    """Seconds as text; older samples have ISO 8601."""
    time = fields.get("timestamp", "")
    return unix(time) or iso(time)


def _received(event: Any) -> Sequence[Item | Invalid]:
    fields = texts(event)
    arrival = Arrival(
        provider="sparkpost",
        account=fields.get("customer_id", ""),
        kind="relay_message",
        senders=(fields.get("friendly_from", ""), fields.get("msg_from", "")),
        recipients=words(fields.get("rcpt_to")),
        required="friendly_from",
        claims=words(fields.get("webhook_id")),
        fields={name: value for name in ("msg_from", "protocol") if (value := fields.get(name))},
    )
    return received(_mime(inner(event, "content")), arrival)


def _mime(content: Mapping[str, Any]) -> Mime:
    """The mail as it was sent; what SparkPost has read out of it where that is missing."""
    fields = texts(content)
    raw = fields.get("email_rfc822")
    if raw is None:
        headers = [pair for one in listed(content, "headers") for pair in texts(one).items()]
        return told(headers, subject=fields.get("subject"), text=fields.get("text"), html=fields.get("html"))
    return mail_of(raw, base64=content.get("email_rfc822_is_base64") is True)


def recognises(data: Any) -> bool:
    """Every element of a batch is wrapped in `msys`."""
    return isinstance(data, list) and any(isinstance(one, dict) and "msys" in one for one in data)


PROVIDER = Provider(
    channel="email",
    label="Email",
    name="sparkpost",
    source=(
        "https://developers.sparkpost.com/api/webhooks/",
        "https://developers.sparkpost.com/api/relay-webhooks/",
        "https://gist.github.com/jonowar/baacbc46cb35c350a75b9d9fc564024b",
        "https://github.com/anymail/django-anymail/blob/main/anymail/webhooks/sparkpost.py",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    headers=frozenset({"x-messagesystems-batch-id", "x-messagesystems-webhook-token"}),
    not_covered=("relays of SMS (protocol smpp)",),
)
