"""Inbound mail of SES (`notificationType: Received`): in the notification itself (SNS action, up to 150 KB, base64 or UTF-8), or
somewhere in S3, or announced to a Lambda function without its content.
"""

import binascii
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from domain.channels.email.mime import Mime, read, told
from domain.channels.email.received import Arrival
from domain.channels.email.received import received as received_mail
from domain.channels.email.ses_mail import Mail, account_of, common_headers, texts
from domain.channels.provider import Invalid, Item, inner, listed, text_of
from domain.channels.provider import texts as told_texts
from domain.provider_time import iso
from schemas.values import Attachment

_VERDICTS = ("spamVerdict", "virusVerdict", "spfVerdict", "dkimVerdict", "dmarcVerdict")
_COMMON = {"from": "From", "to": "To", "cc": "Cc", "replyTo": "Reply-To", "date": "Date", "messageId": "Message-ID"}
_COMMON |= {"returnPath": "Return-Path", "sender": "Sender"}


def received(data: dict[str, Any], mail: Mail) -> list[Item | Invalid]:
    """One item per address of ours that the mail came to. Raises Invalid."""
    receipt = inner(data, "receipt")
    action = inner(receipt, "action")
    ours = texts(receipt.get("recipients")) or mail.destination
    if not ours:
        raise Invalid("missing_field", "Email event missing required field: receipt.recipients", (mail.message_id,))
    envelope = text_of(mail.data.get("source"))
    bucket, key = text_of(action.get("bucketName")), text_of(action.get("objectKey"))
    fields = {name: status for name in _VERDICTS if (status := text_of(inner(receipt, name).get("status")))}
    arrival = Arrival(
        provider="ses",
        provider_id=mail.message_id,
        account=mail.account or account_of(action.get("topicArn")),
        kind="Received",
        time=iso(mail.timestamp),
        senders=(*texts(common_headers(mail.data).get("from")), envelope or ""),
        recipients=ours,
        required="mail.source",
        attachments=(Attachment(f"s3://{bucket}/{key}", "message/rfc822"),) if bucket and key else (),
        fields=fields | ({"envelopeFrom": envelope} if envelope else {}),
    )
    return received_mail(_mime(data, action, mail), arrival)


def _mime(data: dict[str, Any], action: dict[str, Any], mail: Mail) -> Mime:
    """The mail itself, or what SES says about it where it is elsewhere."""
    content = data.get("content")
    if type(content) is not str or not content:
        return told(_headers(mail), subject=mail.subject)
    if text_of(action.get("encoding")) != "BASE64":
        return read(content.encode("utf-8", "replace"))
    try:
        return read(b64decode("".join(content.split()), validate=True))
    except (binascii.Error, ValueError) as error:
        raise Invalid("bad_base64", "Email event has content that is no base64", (mail.message_id,)) from error


def _headers(mail: Mail) -> Iterator[tuple[str, str]]:
    """Those that SES has read out, then all of them."""
    for name, value in common_headers(mail.data).items():
        if name in _COMMON and (text := ", ".join(texts(value)) or text_of(value)):
            yield _COMMON[name], text
    for each in listed(mail.data, "headers"):
        header = told_texts(each)
        if "name" in header and "value" in header:
            yield header["name"], header["value"]
