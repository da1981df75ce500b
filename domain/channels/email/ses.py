"""Amazon SES: event publishing in all ten kinds, feedback of identities, and inbound mail (the last in ses_inbound.py).

Sources, read 2026-11: docs.aws.amazon.com/ses/latest/dg, pages event-publishing-retrieving-sns-contents, -examples,
notification-contents, receiving-email-notifications-contents.

Two vocabularies: event publishing names the kind `eventType`, feedback of an identity (and inbound mail) `notificationType`:

    {"eventType": "Bounce", "mail": {"messageId": "0100..", "source": "news@acme.example", "destination": ["dana@example.org"],
     "sendingAccountId": "123456789012", "tags": {"campaign_id": ["autumn"]}}, "bounce": {"bounceType": "Permanent",
     "bouncedRecipients": [{"emailAddress": "dana@example.org", "diagnosticCode": "smtp; 550 5.1.1"}], "feedbackId": "0100.."}}

`mail.destination` are all recipients, the detail lists those concerned: one body may be several items (T-15).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from domain.addresses import Address, email
from domain.channels.email.ses_build import BUILD
from domain.channels.email.ses_examples import EXAMPLES
from domain.channels.email.ses_inbound import received
from domain.channels.email.ses_mail import MOST, Mail, mail_of
from domain.channels.email.tracked import by_machine
from domain.channels.provider import Given, Invalid, Item, Provider, impersonal, inner, text_of
from domain.provider_time import iso
from schemas.meanings import Meaning
from schemas.values import Content, FailureCategory, MessageStatus, StatusReport


class Kind(NamedTuple):
    """How one kind is read. detail: the object that tells about it. recipients: where in it those concerned stand; empty when
    SES does not say which recipient it was. status: what it means for the message."""

    meaning: Meaning
    detail: str
    recipients: str = ""
    status: MessageStatus | None = None


KINDS: dict[str, Kind] = {
    "Send": Kind("email.processed", "send", status=MessageStatus.SENT),
    "Delivery": Kind("email.delivered", "delivery", "recipients", MessageStatus.DELIVERED),
    "DeliveryDelay": Kind("email.deferred", "deliveryDelay", "delayedRecipients", MessageStatus.SENDING),
    "Bounce": Kind("email.bounced", "bounce", "bouncedRecipients", MessageStatus.UNDELIVERED),
    "Reject": Kind("email.rejected", "reject", status=MessageStatus.FAILED),
    "RenderingFailure": Kind("email.rendering_failed", "failure", status=MessageStatus.FAILED),
    "Complaint": Kind("email.complained", "complaint", "complainedRecipients"),
    "Open": Kind("email.opened", "open"),
    "Click": Kind("email.clicked", "click"),
    "Subscription": Kind("email.subscription_changed", "subscription"),
}
"""By SES' name without the space of `Rendering Failure` (T-14)."""

CATEGORIES: dict[str, FailureCategory] = {"reject": "blocked", "failure": "other", "deliveryDelay": "other"}
SUBTYPES: dict[str, FailureCategory] = {
    "NoEmail": "invalid",
    "ContentRejected": "blocked",
    "AttachmentRejected": "blocked",
    "MessageTooLarge": "other",
}
"""Bounces that say something else than that the address bounces, by `bounceSubType`."""
Consent = tuple[Literal["opted_out", "opted_in"], str]
_SUBSCRIPTION: dict[str, Meaning] = {"opted_out": "email.unsubscribed", "opted_in": "email.resubscribed"}

ONE_PERSON = frozenset({"email.opened", "email.clicked", "email.subscription_changed"})
"""What one recipient did. SES does not say which of several: then it is recorded and nothing is concluded."""

PERSONAL = frozenset(
    "source destination headers commonHeaders from to cc bcc replyTo returnPath subject content recipients emailAddress ipAddress "
    "userAgent link diagnosticCode smtpResponse sourceIp callerIdentity".split()
)

_NOT_FIELDS = frozenset({"bouncedRecipients", "complainedRecipients", "delayedRecipients", "recipients", "timestamp"})


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """Everything in one notification: one item per recipient concerned. Raises Invalid."""
    if not isinstance(data, dict):
        raise Invalid("missing_field", "Email event missing required field: eventType")
    name = data.get("eventType") or data.get("notificationType")
    if type(name) is not str:
        raise Invalid("missing_field", "Email event missing required field: eventType")
    mail = mail_of(data)
    if name == "Received":
        return received(data, mail)
    kind = KINDS.get(name.replace(" ", ""))
    detail = data.get(kind.detail) if kind else None
    if kind is not None and type(detail) is not dict:
        if kind.status is not MessageStatus.SENT:
            raise Invalid("missing_field", f"Email event missing required field: {kind.detail}", (mail.message_id,))
        detail = {}
    return _per_recipient(name, kind, detail or {}, mail)


def _per_recipient(name: str, kind: Kind | None, detail: dict[str, Any], mail: Mail) -> list[Item | Invalid]:
    concerned = _concerned(kind, detail, mail)
    if not concerned:
        raise Invalid("missing_field", "Email event missing required field: mail.destination", (mail.message_id,))
    if len(concerned) > MOST:
        raise Invalid("too_many_recipients", f"Email event has more than {MOST} recipients", (mail.message_id,))
    if kind is not None and kind.meaning in ONE_PERSON and len(concerned) > 1:
        kind = None
    seen: set[str] = set()
    found: list[Item | Invalid] = []
    for index, (address, own) in enumerate(concerned):
        contact = email(address)
        if contact is None:
            found.append(Invalid("invalid_email", "Invalid email address format", (mail.message_id,), index))
        elif contact.urn not in seen:  # the same recipient twice in one body is one report (T-08)
            seen.add(contact.urn)
            found.append(_item(name, kind, detail, mail, contact, own, index))
    return found


def _concerned(kind: Kind | None, detail: dict[str, Any], mail: Mail) -> list[tuple[str, dict[str, Any]]]:
    """(address, what is said about this recipient alone) of everyone concerned."""
    listed = detail.get(kind.recipients) if kind and kind.recipients else None
    found: list[tuple[str, dict[str, Any]]] = []
    for each in listed if type(listed) is list else ():
        own = each if type(each) is dict else {"emailAddress": each}
        found.append((text_of(own.get("emailAddress")) or "", own))
    return found or [(address, {}) for address in mail.destination]


def _item(
    name: str, kind: Kind | None, detail: dict[str, Any], mail: Mail, contact: Address, own: dict[str, Any], index: int
) -> Item:
    time = text_of(detail.get("timestamp")) or mail.timestamp
    feedback = text_of(detail.get("feedbackId")) or ""
    provider_time = iso(time)
    consent = _consent(kind, detail)
    report = _report(name, kind, detail, own, provider_time) if kind and kind.status else None
    return Item(
        meaning=_meaning(kind, consent),
        account=mail.account,
        provider_id=mail.message_id,
        event=feedback,
        kind=name,
        moment=f"{time}|{contact.urn}",
        message=f"{mail.message_id}|{contact.urn}",
        index=index,
        contact=Address(contact.urn, contact.validity, contact.name),
        ours=mail.ours,
        direction="outbound",
        claims=(mail.account, mail.ours),
        provider_time=provider_time,
        campaign=mail.tag("campaign_id", "campaign"),
        lead=mail.tag("lead_id", "lead"),
        status=report,
        machine=_is_machine(kind, detail),
        consent=consent,
        content=Content(
            kind="status" if report else "event",
            subject=mail.subject,
            fields=_fields(kind, detail, own, mail),
            recipients=mail.destination,
            tags=mail.labels,
            metadata=mail.metadata,
        ),
    )


def _meaning(kind: Kind | None, consent: Consent | None) -> Meaning:
    """A change of list preferences that is about everything has a name of its own."""
    if kind is None:
        return "unknown"
    return _SUBSCRIPTION[consent[0]] if kind.detail == "subscription" and consent is not None else kind.meaning


def _fields(kind: Kind | None, detail: dict[str, Any], own: dict[str, Any], mail: Mail) -> dict[str, Any]:
    """SES' own fields, and by our names what all providers tell."""
    fields = {key: value for key, value in detail.items() if key not in _NOT_FIELDS}
    fields.update((key, value) for key, value in own.items() if key != "emailAddress")
    if mail.tags:
        fields["tags"] = mail.tags
    told = {
        "url": detail.get("link"),
        "user_agent": detail.get("userAgent"),
        "ip": detail.get("ipAddress"),
        "mta_response": own.get("diagnosticCode") or detail.get("smtpResponse"),
        "description": _description(kind, detail),
    }
    fields.update((key, text) for key, value in told.items() if (text := text_of(value)) is not None)
    return fields


def _description(kind: Kind | None, detail: dict[str, Any]) -> str | None:
    if kind is not None and kind.detail == "bounce":
        return (
            ": ".join(filter(None, (text_of(detail.get("bounceType")), text_of(detail.get("bounceSubType"))))) or None
        )
    names = ("complaintFeedbackType", "delayType", "reason", "errorMessage")
    return next((text for name in names if (text := text_of(detail.get(name))) is not None), None)


def _is_machine(kind: Kind | None, detail: dict[str, Any]) -> bool:
    if kind is None or kind.meaning not in ("email.opened", "email.clicked"):
        return False
    return by_machine(detail.get("userAgent"))


def _report(name: str, kind: Kind, detail: dict[str, Any], own: dict[str, Any], time: str | None) -> StatusReport:
    assert kind.status is not None
    status, code, reason = kind.status, None, None
    category, permanent = CATEGORIES.get(kind.detail), None
    if kind.detail == "bounce":
        code = "/".join(filter(None, (text_of(detail.get("bounceType")), text_of(detail.get("bounceSubType")))))
        reason = text_of(own.get("diagnosticCode")) or text_of(own.get("status"))
        status = MessageStatus.FAILED if _is_permanent(detail) else MessageStatus.UNDELIVERED
        category = SUBTYPES.get(text_of(detail.get("bounceSubType")) or "", "bounced")
        permanent = {"Permanent": True, "Transient": False}.get(text_of(detail.get("bounceType")) or "")
    elif kind.detail == "deliveryDelay":
        code = text_of(detail.get("delayType"))
        reason = text_of(own.get("diagnosticCode"))
    elif kind.status is MessageStatus.FAILED:
        code = name
        reason = text_of(detail.get("reason")) or text_of(detail.get("errorMessage"))
    return StatusReport(status.value, name, code or None, impersonal(reason), time, category, permanent)


def _is_permanent(bounce: Mapping[str, Any]) -> bool:
    return bounce.get("bounceType") == "Permanent"


def _consent(kind: Kind | None, detail: Mapping[str, Any]) -> Consent | None:
    """Only a permanent bounce suppresses; a change of list preferences counts where it is about everything."""
    if kind is None:
        return None
    if kind.detail == "bounce" and _is_permanent(detail):
        return "opted_out", "bounce"
    if kind.detail == "complaint":
        return "opted_out", "complaint"
    if kind.detail == "subscription":
        preferences = (inner(detail, name) for name in ("newTopicPreferences", "oldTopicPreferences"))
        new_all, old_all = (each.get("unsubscribeAll") for each in preferences)
        if new_all is True:
            return "opted_out", "subscription"
        if new_all is False and old_all is True:
            return "opted_in", "subscription"
    return None


def recognises(data: Any) -> bool:
    """Every notification has a kind and tells about a mail."""
    return type(data) is dict and ("eventType" in data or "notificationType" in data) and "mail" in data


PROVIDER = Provider(
    channel="email",
    label="Email",
    name="ses",
    source=(
        "https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html",
        "https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html",
        "https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    build=BUILD,
)
