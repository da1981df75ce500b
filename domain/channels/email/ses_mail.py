"""The `mail` object that every notification of SES has: which message it is about."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from domain.addresses import email
from domain.channels.email.tracked import said
from domain.channels.provider import Invalid, inner, listed, text_of

MOST = 100
"""Recipients of one mail that become items of their own; SES itself takes 50."""


class Mail(NamedTuple):
    """message_id: of SES, which is not the Message-ID header (T-43). ours: URN of the sender; `ses:<account>` where none is told,
    as feedback of an identity may do. tags: values are lists. labels, metadata: what the sender had sent along. data: the object
    itself."""

    message_id: str
    account: str
    timestamp: str
    ours: str
    destination: tuple[str, ...]
    subject: str | None
    tags: dict[str, Any]
    labels: tuple[str, ...]
    metadata: dict[str, Any]
    data: dict[str, Any]

    def tag(self, *names: str) -> str | None:
        """The first value of the first of these tags that is there."""
        for name in names:
            values = self.tags.get(name)
            value = text_of(values[0] if type(values) is list and values else values)
            if value is not None:
                return value
        return None


def mail_of(data: dict[str, Any]) -> Mail:
    """Reads it. Raises Invalid when it is not there or names no message."""
    mail = data.get("mail")
    if type(mail) is not dict:
        raise Invalid("missing_field", "Email event missing required field: mail")
    message_id = text_of(mail.get("messageId"))
    if message_id is None:
        raise Invalid("missing_field", "Email event missing required field: mail.messageId")
    account = text_of(mail.get("sendingAccountId")) or account_of(mail.get("sourceArn"))
    sender = email(text_of(mail.get("source")) or "")
    tags = inner(mail, "tags")
    custom = _custom(tags)
    return Mail(
        message_id=message_id,
        account=account,
        timestamp=text_of(mail.get("timestamp")) or "",
        ours=sender.urn if sender else f"ses:{account or 'unknown'}",
        destination=texts(mail.get("destination")),
        subject=text_of(common_headers(mail).get("subject")),
        tags=tags,
        labels=_headers(mail, "x-tag") or tuple(custom.values()),
        metadata=_metadata(mail, custom),
        data=mail,
    )


def _custom(tags: Mapping[str, Any]) -> dict[str, str]:
    """The tags that SES has not set itself, each with its values in one text."""
    return {
        name: text for name, value in tags.items() if not name.startswith("ses:") and (text := ", ".join(texts(value)))
    }


def _metadata(mail: dict[str, Any], custom: dict[str, str]) -> dict[str, Any]:
    """The custom tags; where a sender's library has put more than those may hold into a header, that."""
    for text in _headers(mail, "x-metadata"):
        if more := said(text):
            return more
    return dict(custom)


def _headers(mail: dict[str, Any], name: str) -> tuple[str, ...]:
    """All values of a header that the mail went out with."""
    return tuple(
        value
        for each in listed(mail, "headers")
        if type(each) is dict
        and (text_of(each.get("name")) or "").lower() == name
        and (value := text_of(each.get("value"))) is not None
    )


def account_of(arn: Any) -> str:
    """`arn:aws:ses:us-east-1:123456789012:identity/acme.example` -> the account; empty when there is none."""
    parts = arn.split(":", 5) if type(arn) is str else ()
    return parts[4] if len(parts) == 6 else ""


def common_headers(mail: dict[str, Any]) -> dict[str, Any]:
    """What SES has read out of the headers already, if it was set to."""
    headers = mail.get("commonHeaders")
    return headers if type(headers) is dict else {}


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list; what is no list has none."""
    return tuple([text for each in value if (text := text_of(each))]) if type(value) is list else ()
