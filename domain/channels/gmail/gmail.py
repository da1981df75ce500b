"""Gmail: the notification that a mailbox has changed, and one message as whoever fetched it queues it.

Sources, read 2026-11: developers.google.com/workspace/gmail/api/guides/push and .../reference/rest/v1/users.messages (format=full: a
tree of parts). A notification of Cloud Pub/Sub names the mailbox and where its history stands; there is no mail in it (`data` is
base64 of JSON):

    {"message": {"data": "eyJlbWFpbEFkZHJlc3MiOi..", "messageId": "2070443601311540", "publishTime": "2026-11-24T10:07:24.123Z"},
     "subscription": "projects/acme/subscriptions/gmail"}

A message, in our wrapping around what the API gave:

    {"gmail": {"mailbox": "team@acme.example", "history_id": "9876543", "message": {"id": "18c2..", "threadId": "18c1..",
     "labelIds": ["INBOX"], "internalDate": "1795514844123", "payload": {"mimeType": "text/plain", "headers": [{"name": "From",
     "value": "Ann <ann@example.org>"}, ...], "body": {"data": "SGVsbG8", "size": 5}}}}}

The account is the mailbox. A mail is called by its Message-ID, because answers name it so; Gmail's own id is that of the event. With the
label SENT somebody of ours wrote it, once for each recipient; a draft is not said yet.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.addresses import Address, email
from domain.channels.gmail.gmail_examples import EXAMPLES, fetched
from domain.channels.gmail.parts import content_of, headers_of, octets
from domain.channels.mail_threads import MESSAGE_ID, ROLES, participants, thread_of
from domain.channels.provider import (
    Given,
    Invalid,
    Item,
    Nothing,
    Provider,
    Signature,
    inner,
    listed,
    needed,
    texts,
    without,
)
from domain.mail_text import addressed
from domain.provider_time import iso, rfc2822, unix
from schemas.meanings import Meaning
from schemas.values import Content

RECIPIENTS = 100
"""Recipients of a mail of ours who each get it into their thread."""
KEPT = {
    "reply-to": "Reply-To",
    "references": "References",
    "list-id": "List-Id",
    "auto-submitted": "Auto-Submitted",
    "date": "Date",
}
_BY_ITSELF = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})

_decode = msgspec.json.Decoder().decode


def recognises(data: Any) -> bool:
    """A push of Pub/Sub, or our wrapping."""
    if not isinstance(data, dict):
        return False
    return isinstance(data.get("gmail"), dict) or ("subscription" in data and "data" in inner(data, "message"))


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The notification, or the message: of a sent one an item for each recipient."""
    wrapped = inner(data, "gmail")
    return _fetched(wrapped) if wrapped else [_notified(data)]


def _notified(data: Any) -> Item:
    """That something happened in a mailbox. The same state of it twice says nothing new; what is no such notification is kept."""
    message = texts(inner(data, "message"))
    content = _notice(message.get("data", ""))
    mailbox, history = email(content.get("emailAddress", "")), content.get("historyId")
    pushed = message.get("messageId") or message.get("message_id", "")
    known = mailbox is not None and history is not None
    id_ = history if known else pushed
    if not content or not id_:
        name = "message.messageId" if content else "message.data"
        raise Invalid("missing_field", f"Gmail event missing required field: {name}")
    account = mailbox.urn.removeprefix("mailto:") if mailbox else ""
    ours = mailbox.urn if mailbox else "gmail:unknown"
    time = message.get("publishTime") or message.get("publish_time", "")
    fields = content | {"mailbox": account, "subscription": texts(data).get("subscription", ""), "message_id": pushed}
    if known:
        fields = {"history_id": history or "", **without(fields, "emailAddress", "historyId")}
    return Item(
        meaning="account.event" if known else "unknown",
        account=account,
        provider_id=id_,
        kind="history" if known else "notification",
        contact=None,
        ours=ours,
        direction="inbound",
        claims=(account, "", ours) if account else (),
        provider_time=iso(time),
        content=Content(kind="event", fields=fields),
    )


def _notice(text: str) -> dict[str, str]:
    """What a notification holds; numbers may come as text or as numbers. Empty where it is no object."""
    try:
        return texts(_decode(octets(text) or b"null"))
    except (msgspec.DecodeError, RecursionError):
        return {}


def _fetched(wrapped: dict[str, Any]) -> list[Item | Invalid]:
    message = inner(wrapped, "message")
    told, payload = texts(message), inner(message, "payload")
    mailbox, id_ = email(texts(wrapped).get("mailbox", "")), told.get("id")
    if mailbox is None or id_ is None or not payload:
        name = "message.payload" if mailbox and id_ else "message.id" if mailbox else "mailbox"
        raise Invalid("missing_field", f"Gmail event missing required field: {name}", (id_,) if id_ else ())
    labels = [label for label in listed(message, "labelIds") if isinstance(label, str)]
    if "DRAFT" in labels:
        raise Nothing("draft")
    headers = headers_of(payload)
    answered, called = (MESSAGE_ID.search(headers.get(name, "")) for name in ("in-reply-to", "message-id"))
    sent = "SENT" in labels
    parties = _recipients(headers, id_) if sent else [_sender(headers, id_)]
    meaning: Meaning = "message.echoed" if sent else "message.received"
    provider_id, account = called[0] if called else id_, mailbox.urn.removeprefix("mailto:")
    content = replace(content_of(payload, headers, id_), participants=participants(*map(headers.get, ROLES)))
    content.fields.update(_about(wrapped, told, labels, headers))
    return [
        Item(
            meaning=meaning,
            account=account,
            provider_id=provider_id,
            event=id_,
            kind="sent" if sent else "received",
            moment=contact.urn if sent else "",
            message=f"{provider_id}|{contact.urn}" if len(parties) > 1 else "",
            contact=contact,
            ours=mailbox.urn,
            direction="outbound" if sent else "inbound",
            claims=(account, "", mailbox.urn),
            provider_time=unix(told.get("internalDate")) or rfc2822(headers.get("date", "")),
            machine=_by_itself(headers),
            in_reply_to=answered[0] if answered else None,
            mail_thread=thread_of(headers.get("references"), headers.get("in-reply-to"), provider_id),
            content=content,
        )
        for contact in parties
    ]


def _sender(headers: Mapping[str, str], id_: str) -> Address:
    given = headers.get("from")
    if not given:
        raise Invalid("missing_field", "Gmail event missing required field: From", (id_,))
    found = email(given)
    if found is None:
        raise Invalid("invalid_email", "Invalid email address format", (id_,))
    return found


def _recipients(headers: Mapping[str, str], id_: str) -> list[Address]:
    """Each once. Raises Invalid when a mail went to nobody."""
    told = addressed(headers.get(name) for name in ("to", "cc", "bcc"))
    found = {
        address.urn: address._replace(name=name or None) for name, text in told if (address := email(text)) is not None
    }
    if not found:
        raise Invalid("missing_field", "Gmail event missing required field: To", (id_,))
    return list(found.values())[:RECIPIENTS]


def _by_itself(headers: Mapping[str, str]) -> bool:
    """Whether nobody wrote it, or it went to a list (T-41)."""
    automatic = headers.get("auto-submitted", "no").partition(";")[0].strip().lower()
    return automatic != "no" or headers.get("precedence", "").strip().lower() in _BY_ITSELF or "list-id" in headers


def _about(wrapped: Any, told: Mapping[str, str], labels: list[str], headers: Mapping[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: headers[header] for header, name in KEPT.items() if header in headers}
    fields |= {"id": told["id"], "threadId": told.get("threadId", ""), "labelIds": labels}
    return fields | {"history_id": texts(wrapped).get("history_id") or told.get("historyId", "")}


def _build(fields: Mapping[str, str], token: str) -> str:
    """Builds a fetched message from a contact to the mailbox."""
    from_, to, subject, text = needed(fields, "from_email", "to_email", "subject", "body")
    return fetched(
        to, token, [("From", from_), ("To", to), ("Subject", subject), ("Message-ID", f"<{token}@example.org>")], text
    )


PROVIDER = Provider(
    channel="gmail",
    label="Gmail",
    name="gmail",
    source=(
        "https://developers.google.com/workspace/gmail/api/guides/push",
        "https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages",
        "https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions",
    ),
    recognises=recognises,
    items=items,
    personal=frozenset({"data", "mailbox", "snippet", "value", "filename", "raw"}),
    examples=EXAMPLES,
    build={"message_received": _build},
    signatures=(Signature("GMAIL_PUSH_KEYS", "pubsub"),),
    not_covered=(
        "messages fetched with format=raw",
        "delivery reports (RFC 3464) that come into the mailbox: they are read as mails",
    ),
)
