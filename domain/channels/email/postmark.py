"""Postmark: what became of mails that went out; inbound mail is in postmark_inbound.py.

Sources, read 2026-11: postmarkapp.com/developer/webhooks (delivery-, bounce-, open-tracking-, click-, spam-complaint-,
subscription-change-webhook), /developer/api/bounce-api (bounce types). Nothing is signed; basic authentication is Postmark's own advice.

    {"RecordType": "Bounce", "ID": 692560173, "Type": "HardBounce", "TypeCode": 1, "MessageID": "2c1b63fe-43f2-4db5-91b0-8bdfa44a9316",
     "ServerID": 23, "MessageStream": "outbound", "Email": "dana@example.org", "From": "news@acme.example", "BouncedAt":
     "2026-11-24T10:07:24Z", "Description": "The server was unable to deliver your message", "Details": "smtp;550 5.1.1 unknown",
     "Tag": "news", "Metadata": {"lead_id": "4711"}}

A bounce that is none (an automatic answer, say) comes as a bounce all the same: `Type` tells.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from domain.channels.email.postmark_examples import EXAMPLES
from domain.channels.email.postmark_inbound import received
from domain.channels.email.tracked import (
    CLICKED,
    COMPLAINED,
    DEFERRED,
    DELIVERED,
    HARD_BOUNCED,
    OPENED,
    REJECTED,
    RENDERING_FAILED,
    RESUBSCRIBED,
    SOFT_BOUNCED,
    UNKNOWN,
    UNSUBSCRIBED,
    Word,
    said,
    tracked,
    words,
)  # fmt: skip
from domain.channels.provider import Given, Invalid, Item, Provider, inner, texts
from domain.provider_time import iso

RECORDS: dict[str, Word] = {
    "Delivery": DELIVERED,
    "Bounce": SOFT_BOUNCED,
    "Open": OPENED,
    "Click": CLICKED,
    "SpamComplaint": COMPLAINED,
    "SubscriptionChange": UNSUBSCRIBED,
}
BOUNCES: dict[str, Word] = {
    "HardBounce": HARD_BOUNCED,
    "SoftBounce": SOFT_BOUNCED,
    "Transient": DEFERRED,
    "DnsError": DEFERRED,
    "SpamNotification": SOFT_BOUNCED._replace(permanent=None, category="spam"),
    "VirusNotification": SOFT_BOUNCED._replace(permanent=None, category="other"),
    "BadEmailAddress": REJECTED._replace(permanent=True, category="invalid"),
    "Blocked": REJECTED,
    "DMARCPolicy": REJECTED,
    "ManuallyDeactivated": REJECTED,
    "Unconfirmed": REJECTED._replace(category="other"),
    "SMTPApiError": REJECTED._replace(category="other"),
    "TemplateRenderingFailed": RENDERING_FAILED,
    "SpamComplaint": COMPLAINED,
    "Unsubscribe": UNSUBSCRIBED,
    "ManualSuppression": UNSUBSCRIBED,
    "Subscribe": RESUBSCRIBED,
    "AutoResponder": UNKNOWN._replace(machine=True),
    "AddressChange": UNKNOWN._replace(machine=True),
    "ChallengeVerification": UNKNOWN._replace(machine=True),
    "OpenRelayTest": UNKNOWN._replace(machine=True),
    "InboundError": UNKNOWN,
    "Unknown": UNKNOWN,
}
"""By `Type` of a bounce, and by `SuppressionReason` of an address that is written to no more."""
_OLDER = {"FromFull": "Inbound", "TypeCode": "Bounce", "DeliveredAt": "Delivery", "FirstOpen": "Open"}
"""What a body without `RecordType` is, by a field that only it has."""
_TIMES = ("DeliveredAt", "BouncedAt", "ReceivedAt", "ChangedAt")
_ELSEWHERE = frozenset(
    "RecordType MessageID ID Email Recipient Tag Metadata Subject Description UserAgent OriginalLink Content".split()
)

PERSONAL = frozenset(
    "Email Recipient From FromName FromFull To ToFull Cc CcFull Bcc BccFull OriginalRecipient Subject Description Details Content "
    "UserAgent OriginalLink Geo Client OS ReplyTo MailboxHash TextBody HtmlBody StrippedTextReply RawEmail Headers Attachments "
    "Name Value".split()
)


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The one event or mail of a body. Raises Invalid."""
    if not isinstance(data, dict):
        raise Invalid("missing_field", "Email event missing required field: RecordType")
    fields = texts(data)
    name = fields.get("RecordType") or next((kind for field, kind in _OLDER.items() if field in data), None)
    if name is None:
        raise Invalid("missing_field", "Email event missing required field: RecordType")
    return received(data) if name == "Inbound" else [_read(name, data, fields)]


def _read(name: str, data: dict[str, Any], fields: dict[str, str]) -> Item:
    word, detail = RECORDS.get(name, UNKNOWN), ""
    if name == "Bounce":
        detail = fields.get("Type", "")
        word = BOUNCES.get(detail, word)
    elif name == "SubscriptionChange" and data.get("SuppressSending") is True:
        detail = fields.get("SuppressionReason", "")
        word = BOUNCES.get(detail, word)
    elif name == "SubscriptionChange":
        word, detail = RESUBSCRIBED, "Reactivated"
    time = next((fields[each] for each in _TIMES if each in fields), None)
    kept = {key: value for key, value in data.items() if key not in _ELSEWHERE}
    kept |= {
        "url": data.get("OriginalLink"),
        "user_agent": data.get("UserAgent"),
        "ip": inner(data, "Geo").get("IP"),
        "mta_response": data.get("Details"),
        "description": data.get("Description"),
    }
    item = tracked(
        word,
        f"{name}:{detail}" if detail else name,
        provider="postmark",
        message_id=fields.get("MessageID"),
        recipient=fields.get("Email") or fields.get("Recipient"),
        shared=True,
        event=fields.get("ID"),
        account=fields.get("ServerID") or fields.get("ServerId"),
        service=fields.get("MessageStream"),
        sender=fields.get("From"),
        moment=time,
        time=iso(time) if time else None,
        code=(fields.get("TypeCode") or fields.get("SuppressionReason"))
        if word.status and word is not DELIVERED
        else None,
        reason=(fields.get("Details") or fields.get("Description")) if word is not DELIVERED else None,
        subject=fields.get("Subject"),
        tags=words(data.get("Tag")),
        metadata=said(data.get("Metadata")),
        fields=kept,
    )
    # That one of ours reactivated an address is no wish of the person's.
    ours = word is RESUBSCRIBED and fields.get("Origin", "Recipient") != "Recipient"
    return msgspec.structs.replace(item, consent=None) if ours else item


def recognises(data: Any) -> bool:
    """A kind of record with the server or the mail; a mail whose sender is an object, as Postmark writes it."""
    if not isinstance(data, dict):
        return False
    if isinstance(data.get("RecordType"), str):
        return not _MARKS.isdisjoint(data)
    return "FromFull" in data or ("MessageID" in data and not _OLDER.keys().isdisjoint(data))


_MARKS = frozenset({"MessageID", "ServerID", "MessageStream", "Recipient"})

PROVIDER = Provider(
    channel="email",
    label="Email",
    name="postmark",
    source=(
        "https://postmarkapp.com/developer/webhooks/webhooks-overview",
        "https://postmarkapp.com/developer/webhooks/inbound-webhook",
        "https://postmarkapp.com/developer/api/bounce-api",
        "https://postmarkapp.com/developer/webhooks/subscription-change-webhook",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
)
