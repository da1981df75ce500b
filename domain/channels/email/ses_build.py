"""Test messages in SES' format."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import msgspec

from domain.channels.provider import needed

ACCOUNT = "123456789012"
TIMESTAMP = "2026-11-24T10:07:24.123Z"


def notification(**parts: Any) -> str:
    """A notification as SES writes it."""
    return msgspec.json.encode(parts).decode()


def mail(message_id: str, source: str, *destination: str, **more: Any) -> dict[str, Any]:
    """The `mail` object."""
    sender = {"source": source, "sourceArn": f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/{source.rpartition('@')[2]}"}
    return {"messageId": message_id, "timestamp": TIMESTAMP, **sender, "sendingAccountId": ACCOUNT} | {
        "destination": list(destination),
        "headersTruncated": False,
        **more,
    }


def message(from_: str, to: str, subject: str, body: str, **headers: str) -> EmailMessage:
    """A mail of one text part."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = from_, to, subject
    made["Date"] = "Tue, 24 Nov 2026 10:07:20 +0000"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made


def inbound(message_id: str, made: EmailMessage | bytes, source: str, recipients: tuple[str, ...], **more: Any) -> str:
    """A notification of inbound mail with its content in base64."""
    data = made if isinstance(made, bytes) else made.as_bytes()
    verdicts = ("spamVerdict", "virusVerdict", "spfVerdict", "dkimVerdict", "dmarcVerdict")
    passed = {verdict: {"status": "PASS"} for verdict in verdicts}
    action = {"type": "SNS", "topicArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:inbound-mail", "encoding": "BASE64"}
    return notification(
        notificationType="Received",
        mail=mail(message_id, source, *recipients),
        receipt={"timestamp": TIMESTAMP, "recipients": list(recipients), "action": action, **passed},
        content=b64encode(data).decode(),
        **more,
    )


def _received(fields: Mapping[str, str], token: str) -> str:
    from_, to, subject, body = needed(fields, "from_email", "to_email", "subject", "body")
    made = message(from_, to, subject, body, Message_ID=f"<{token}@mail.example>")
    return inbound(f"{token}example", made, from_, (to,))


def _reported(kind: str, detail: str, about: Callable[[str, str], dict[str, Any]]) -> Any:
    """Builds an event about the mail `message_id`, from us (`from_email`) to the contact (`to_email`)."""

    def build(fields: Mapping[str, str], token: str) -> str:
        from_, to = needed(fields, "from_email", "to_email")
        message_id = fields.get("message_id") or f"0100{token[:12]}-{token[12:20]}-{token[20:]}-000000"
        return notification(eventType=kind, mail=mail(message_id, from_, to), **{detail: about(to, token)})

    return build


def _bounce(to: str, token: str) -> dict[str, Any]:
    who = {"emailAddress": to, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    return {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [who]} | {
        "feedbackId": f"0100{token}",
        "timestamp": TIMESTAMP,
    }


def _complaint(to: str, token: str) -> dict[str, Any]:
    return {"complainedRecipients": [{"emailAddress": to}], "feedbackId": f"0100{token}", "timestamp": TIMESTAMP}


_USER = {
    "ipAddress": "192.0.2.7",
    "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
}

BUILD: dict[str, Callable[[Mapping[str, str], str], str]] = {
    "message_received": _received,
    "message_sent": _reported("Send", "send", lambda to, token: {}),
    "message_delivered": _reported(
        "Delivery", "delivery", lambda to, token: {"recipients": [to], "timestamp": TIMESTAMP}
    ),
    "message_bounced": _reported("Bounce", "bounce", _bounce),
    "message_complained": _reported("Complaint", "complaint", _complaint),
    "message_opened": _reported("Open", "open", lambda to, token: {"timestamp": TIMESTAMP, **_USER}),
    "message_clicked": _reported(
        "Click", "click", lambda to, token: {"timestamp": TIMESTAMP, "link": "https://acme.example/autumn", **_USER}
    ),
}
