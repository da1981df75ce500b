"""A mail that came in, as items: the one function that all e-mail providers use, whichever way they tell of a mail.

    mime = read(data)                                            # mime.py: the mail as it was sent
    mime = told(headers, subject=.., text=.., pieces=[..])       # mime.py: what the provider has read out of it
    return received(mime, Arrival(provider="postmark", provider_id=.., kind="Inbound", recipients=(..,), time=.., fields={..}))

One item `message.received` per address of ours that the mail came to, because each may be another tenant's (law 10). A mail that is a
report about mails of ours (RFC 3464) is not something that a person wrote: it becomes `email.bounced`, `email.deferred` or
`email.delivered` about the mail that was sent, one per recipient.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from msgspec import Struct

from domain.addresses import Address, email
from domain.channels.email.delivery_status import Returned
from domain.channels.email.mime import Mime, bracketed
from domain.channels.email.quoting import own_words
from domain.channels.mail_threads import own_id, participants, thread_of
from domain.channels.provider import RETURNED, Invalid, Item, impersonal
from domain.provider_time import rfc2822
from schemas.meanings import Meaning
from schemas.values import Attachment, Content, FailureCategory, MessageStatus, Participant, StatusReport

MOST = 100
"""Addresses of ours that one mail may come to."""


class Arrival(Struct, frozen=True, kw_only=True):
    """What a provider says besides the mail itself.

    provider: its name. provider_id: what it calls the mail; where empty the Message-ID is, with angle brackets, and where that is
    missing too a digest of the mail. account: its account id, where told. event: its id of this event, where it has one. kind: its own
    name of what happened. time: RFC 3339; where None the Date header counts. senders: who wrote it, in the order of trust, as
    texts; they count after the From header. recipients: addresses of ours that it came to (envelope), as texts; where empty, those
    of the To header's first. required: the field that is missing when nobody is named as the sender: then that is Invalid; where empty such
    a mail is kept without a contact. claims: service by which the tenant is known. reply: the sender's own words, where the provider has
    cut the quotations off; where None we do. attachments: stored elsewhere. fields: the rest, under the provider's own names.
    machine: the provider says that nobody wrote it. tags, metadata: as schemas.values.Content.
    """

    provider: str
    provider_id: str = ""
    account: str = ""
    event: str = ""
    kind: str = "inbound"
    time: str | None = None
    senders: Sequence[str] = ()
    recipients: Sequence[str] = ()
    required: str = ""
    claims: Sequence[str] = ()
    reply: str | None = None
    attachments: tuple[Attachment, ...] = ()
    fields: dict[str, Any] = {}
    machine: bool = False
    tags: tuple[str, ...] = ()
    metadata: dict[str, Any] = {}


def received(mime: Mime, arrival: Arrival) -> list[Item | Invalid]:
    """The items of one mail; an address of ours that is none is Invalid in place. Raises Invalid for the whole (`required`,
    too many recipients)."""
    provider_id = arrival.provider_id or mime.message_id or _digest(mime)
    ours = _ours(mime, arrival, provider_id)
    if mime.returned and (items := _returned(mime, arrival, provider_id, ours)):
        return items
    contact = _sender(mime, arrival, provider_id)
    header = mime.headers.get
    thread = thread_of(header("References"), header("In-Reply-To"), mime.message_id or provider_id)
    named = participants(header("From"), header("To"), header("Cc"))
    found: list[Item | Invalid] = []
    for index, (address, urn) in enumerate(ours):
        if urn is None:
            found.append(Invalid("invalid_email", "Invalid email address format", (provider_id,), index))
            continue
        found.append(
            Item(
                meaning="message.received",
                account=arrival.account,
                provider_id=provider_id,
                event=arrival.event,
                kind=arrival.kind,
                moment=urn,
                message=f"{provider_id}|{urn}",
                index=index,
                contact=contact,
                ours=urn,
                direction="inbound",
                claims=(arrival.account, *arrival.claims, urn),
                provider_time=arrival.time or rfc2822(mime.headers.get("Date", "")),
                machine=arrival.machine or mime.machine,
                in_reply_to=mime.in_reply_to,
                answers=_answers(mime.in_reply_to, contact),
                mail_thread=thread,
                content=_content(mime, arrival, address, named),
            )
        )
    return found


def _ours(mime: Mime, arrival: Arrival, provider_id: str) -> list[tuple[str, str | None]]:
    """(address as told, its URN) of each address of ours, each once; None for what is no address."""
    told = list(arrival.recipients) or list(mime.recipients[:1])
    if len(told) > MOST:
        raise Invalid("too_many_recipients", f"Email event has more than {MOST} recipients", (provider_id,))
    found: dict[str, tuple[str, str | None]] = {}
    for text in told:
        address = email(text)
        found.setdefault(address.urn if address else text, (text, address.urn if address else None))
    return list(found.values()) or [("", f"{arrival.provider}:{arrival.account or 'unknown'}")]


def _sender(mime: Mime, arrival: Arrival, provider_id: str) -> Address | None:
    given = [text for text in (mime.headers.get("From"), *arrival.senders) if text]
    for text in given:
        if (address := email(text)) is not None:
            return address
    if not arrival.required:
        return None
    if not given:
        raise Invalid("missing_field", f"Email event missing required field: {arrival.required}", (provider_id,))
    raise Invalid("invalid_email", "Invalid email address format", (provider_id,))


def _answers(message_id: str | None, contact: Address | None) -> str:
    """What the mail of ours that this one answers is told apart by: its id and whom it went to."""
    if message_id is None or contact is None:
        return ""
    return f"{own_id(message_id)}|{contact.urn}"


def _content(mime: Mime, arrival: Arrival, address: str, named: tuple[Participant, ...]) -> Content:
    fields = _fields(mime, arrival)
    if token := _token(address):
        fields["reply_token"] = token
    return Content(
        text=mime.text,
        subject=mime.subject,
        html=mime.html,
        attachments=arrival.attachments + mime.attachments,
        fields=fields,
        reply=arrival.reply or own_words(mime.text),
        recipients=mime.recipients,
        tags=arrival.tags,
        metadata=arrival.metadata,
        participants=named,
    )


def _fields(mime: Mime, arrival: Arrival) -> dict[str, Any]:
    fields = dict(arrival.fields)
    told = {"headers": dict(mime.headers), "calendar_method": mime.calendar, "defects": list(mime.defects)}
    fields.update((name, value) for name, value in told.items() if value)
    return fields


def _token(address: str) -> str:
    """`sales+4711@acme.example` -> 4711: what we put into the address that answers go to (T-42)."""
    local, _, _ = address.rpartition("<")[2].rpartition("@")
    return local.partition("+")[2]


_ACTIONS: dict[str, tuple[Meaning, MessageStatus]] = {
    "failed": ("email.bounced", MessageStatus.FAILED),
    "delayed": ("email.deferred", MessageStatus.SENDING),
    "delivered": ("email.delivered", MessageStatus.DELIVERED),
    "relayed": ("email.delivered", MessageStatus.DELIVERED),
    "expanded": ("email.delivered", MessageStatus.DELIVERED),
}


def _returned(
    mime: Mime, arrival: Arrival, provider_id: str, ours: Sequence[tuple[str, str | None]]
) -> list[Item | Invalid]:
    """What a report says about mails of ours; nothing where it does not name the mail, or says what we have no word for."""
    urn = next((urn for _, urn in ours if urn), f"{arrival.provider}:{arrival.account or 'unknown'}")
    found: list[Item | Invalid] = []
    seen: set[str] = set()
    for index, each in enumerate(mime.returned):
        message_id = each.message_id or mime.in_reply_to
        contact = email(each.original or each.recipient) or email(each.recipient)
        if message_id is None or contact is None or each.action not in _ACTIONS or contact.urn in seen:
            continue
        seen.add(contact.urn)
        original = bracketed(message_id)
        found.append(_report(each, mime, arrival, provider_id, original, contact, urn, index))
    return found


def _report(
    each: Returned, mime: Mime, arrival: Arrival, provider_id: str, original: str, contact: Address, ours: str, index: int
) -> Item:  # fmt: skip
    meaning, status = _ACTIONS[each.action]
    permanent: bool | None = None
    category: FailureCategory | None = None
    if meaning == "email.bounced":
        permanent = not (each.status or "5").startswith("4")
        status = MessageStatus.FAILED if permanent else MessageStatus.UNDELIVERED
        category = "bounced"
    kind = f"{RETURNED}:{each.action}"
    time = rfc2822(each.time or "") or arrival.time or rfc2822(mime.headers.get("Date", ""))
    told = {
        "mta_response": each.diagnostic,
        "description": mime.subject,
        "status": each.status,
        "reporting_mta": each.reporter,
        "remote_mta": each.remote,
        "final_recipient": each.recipient,
    }
    fields = _fields(mime, arrival)
    fields.update((name, value) for name, value in told.items() if value)
    return Item(
        meaning=meaning,
        account=arrival.account,
        provider_id=original,
        kind=kind,
        moment=f"{provider_id}|{contact.urn}",
        message=f"{original}|{contact.urn}",
        index=index,
        contact=contact,
        ours=ours,
        direction="outbound",
        claims=(arrival.account, *arrival.claims, ours),
        provider_time=time,
        status=StatusReport(
            status.value, kind, each.status, impersonal(each.diagnostic), time, category=category, permanent=permanent
        ),
        consent=("opted_out", "bounce") if permanent else None,
        content=Content(kind="status", subject=each.subject, fields=fields, attachments=arrival.attachments),
    )


def _digest(mime: Mime) -> str:
    """A name for a mail that has none: the same for the same mail."""
    said = "\0".join(map(str, (sorted(mime.headers.items()), mime.subject, mime.text, mime.html, mime.attachments)))
    return f"sha256:{sha256(said.encode('utf-8', 'replace')).hexdigest()[:32]}"
