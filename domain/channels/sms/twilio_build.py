"""Test messages as Twilio posts them."""

from collections.abc import Callable, Mapping

from domain.channels.provider import needed
from domain.channels.sms.twilio_examples import form

Build = Callable[[Mapping[str, str], str], str]


def _message(fields: Mapping[str, str], token: str) -> str:
    from_, to, body = needed(fields, "from_number", "to_number", "body")
    return form(SmsStatus="received", MessageSid=f"SM{token}", From=from_, To=to, Body=body)


def _status(status: str, **more: str) -> Build:
    """Builds a callback about the message `message_sid`, from our number to the contact's."""

    def build(fields: Mapping[str, str], token: str) -> str:
        from_, to = needed(fields, "from_number", "to_number")
        sid = fields.get("message_sid") or f"SM{token}"
        return form(MessageStatus=status, MessageSid=sid, From=from_, To=to, **more)

    return build


BUILD: Mapping[str, Build] = {
    "message_received": _message,
    "message_sent": _status("sent"),
    "message_delivered": _status("delivered"),
    "message_undelivered": _status("undelivered", ErrorCode="30003"),
    "message_failed": _status("failed", ErrorCode="30008"),
}
