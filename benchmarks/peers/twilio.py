"""The usual way to read a provider's message: pydantic at both ends, phonenumbers in between."""

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import parse_qsl
from uuid import UUID, uuid5

import phonenumbers
from pydantic import BaseModel, ConfigDict, Field

NAMESPACE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
Sid = Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9a-f]{32}$")]


class TwilioMessage(BaseModel):
    """A text that came in, as Twilio posts it."""

    model_config = ConfigDict(extra="allow")

    MessageSid: Sid
    AccountSid: Sid
    From: Annotated[str, Field(min_length=3, max_length=32)]
    To: Annotated[str, Field(min_length=3, max_length=32)]
    Body: Annotated[str, Field(max_length=1600)] = ""
    SmsStatus: Literal["received", "receiving"]
    NumMedia: Annotated[int, Field(ge=0, le=10)] = 0
    NumSegments: Annotated[int, Field(ge=0)] = 1
    ApiVersion: str = ""


class MessageReceived(BaseModel):
    """The event that is passed on."""

    type: Literal["message_received"] = "message_received"
    event_id: UUID
    conversation_id: UUID
    contact_id: UUID
    channel: str = "sms"
    direction: str = "inbound"
    provider: str = "twilio"
    provider_id: str
    sender: str
    recipient: str
    body: str
    status: str
    occurred_at: datetime
    sequence: int = 0
    fields: dict[str, str]
    raw: str


def e164(number: str) -> str:
    """The number in E.164."""
    return phonenumbers.format_number(phonenumbers.parse(number, "US"), phonenumbers.PhoneNumberFormat.E164)


def received(body: str, sent_at: datetime) -> MessageReceived:
    """One message, validated and normalised. Raises ValidationError or NumberParseException."""
    message = TwilioMessage.model_validate(dict(parse_qsl(body, keep_blank_values=True)))
    sender, recipient = e164(message.From), e164(message.To)
    return MessageReceived(
        event_id=uuid5(NAMESPACE, f"twilio:{message.MessageSid}"),
        conversation_id=uuid5(NAMESPACE, f"conversation:{recipient}:{sender}"),
        contact_id=uuid5(NAMESPACE, f"contact:{sender}"),
        provider_id=message.MessageSid,
        sender=sender,
        recipient=recipient,
        body=message.Body,
        status=message.SmsStatus,
        occurred_at=sent_at,
        fields=message.model_extra or {},
        raw=body,
    )
