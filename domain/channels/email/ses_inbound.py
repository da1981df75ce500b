"""Inbound mail of SES (`notificationType: Received`): in the notification itself (SNS action, up to 150 KB, base64 or UTF-8), or
somewhere in S3, or announced to a Lambda function without its content.

One mail to two addresses of ours is two items, because each address may be another tenant's (law 10).
"""

import binascii
from base64 import b64decode
from typing import Any

from domain.addresses import Address, email
from domain.channels.email.mime import Mime, read
from domain.channels.email.ses_mail import MOST, Mail, account_of, common_headers, texts
from domain.channels.provider import Invalid, Item, text_of
from domain.provider_time import iso
from schemas.values import Attachment, Content

_VERDICTS = ("spamVerdict", "virusVerdict", "spfVerdict", "dkimVerdict", "dmarcVerdict")
_NO_MIME = Mime(None, None, None, (), {}, ())


def received(data: dict[str, Any], mail: Mail) -> list[Item | Invalid]:
    """One item per address of ours that the mail came to. Raises Invalid."""
    receipt = data.get("receipt") if type(data.get("receipt")) is dict else {}
    assert type(receipt) is dict
    action = receipt.get("action")
    action = action if type(action) is dict else {}
    mime = _mime(data, action, mail)
    sender = _sender(mail, mime)
    account = mail.account or account_of(action.get("topicArn"))
    content = _content(mail, mime, receipt, action)
    found: list[Item | Invalid] = []
    seen: set[str] = set()
    addresses = texts(receipt.get("recipients")) or mail.destination
    if len(addresses) > MOST:
        raise Invalid("too_many_recipients", f"Email event has more than {MOST} recipients", (mail.message_id,))
    for index, address in enumerate(addresses):
        ours = email(address)
        if ours is None:
            found.append(Invalid("invalid_email", "Invalid email address format", (mail.message_id,), index))
        elif ours.urn not in seen:
            seen.add(ours.urn)
            found.append(_item(mail, account, sender, ours.urn, index, content))
    if not found:
        raise Invalid("missing_field", "Email event missing required field: receipt.recipients", (mail.message_id,))
    return found


def _item(mail: Mail, account: str, sender: Address, ours: str, index: int, content: Content) -> Item:
    return Item(
        meaning="message.received",
        account=account,
        provider_id=mail.message_id,
        kind="Received",
        moment=ours,
        message=f"{mail.message_id}|{ours}",
        index=index,
        contact=sender,
        ours=ours,
        direction="inbound",
        claims=(account, ours),
        provider_time=iso(mail.timestamp),
        content=content,
    )


def _sender(mail: Mail, mime: Mime) -> Address:
    """Who wrote it: the From header; the envelope's sender where there is none."""
    given = (mime.headers.get("From"), *texts(common_headers(mail.data).get("from")), text_of(mail.data.get("source")))
    for text in filter(None, given):
        address = email(text)
        if address is not None:
            return address
    if not any(given):
        raise Invalid("missing_field", "Email event missing required field: mail.source", (mail.message_id,))
    raise Invalid("invalid_email", "Invalid email address format", (mail.message_id,))


def _mime(data: dict[str, Any], action: dict[str, Any], mail: Mail) -> Mime:
    content = data.get("content")
    if type(content) is not str or not content:
        return _NO_MIME
    if text_of(action.get("encoding")) != "BASE64":
        return read(content.encode("utf-8", "replace"))
    try:
        return read(b64decode("".join(content.split()), validate=True))
    except (binascii.Error, ValueError) as error:
        raise Invalid("bad_base64", "Email event has content that is no base64", (mail.message_id,)) from error


def _content(mail: Mail, mime: Mime, receipt: dict[str, Any], action: dict[str, Any]) -> Content:
    fields: dict[str, Any] = {
        name: verdict["status"]
        for name in _VERDICTS
        if type(verdict := receipt.get(name)) is dict and text_of(verdict.get("status"))
    }
    told = {"headers": mime.headers or common_headers(mail.data), "envelopeFrom": text_of(mail.data.get("source"))}
    fields.update((name, value) for name, value in told.items() if value)
    if mime.defects:
        fields["defects"] = list(mime.defects)
    bucket, key = text_of(action.get("bucketName")), text_of(action.get("objectKey"))
    stored = (Attachment(f"s3://{bucket}/{key}", "message/rfc822"),) if bucket and key else ()
    return Content(
        text=mime.text,
        subject=mime.subject or mail.subject,
        html=mime.html,
        attachments=stored + mime.attachments,
        fields=fields,
    )
