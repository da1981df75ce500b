"""What a provider tells about a mail of ours that went out, as an item: one table of words and one way from a word to an item, for
the providers whose events differ in their spelling only.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from domain.addresses import Address, email
from domain.channels.provider import Invalid, Item, Nothing, impersonal, text_of, without
from domain.peeling import Unreadable, json_of
from schemas.meanings import Meaning
from schemas.values import Content, FailureCategory, MessageStatus, StatusReport


class Word(NamedTuple):
    """What a provider's name of an event means. status: of the message, where the event says how far it got. permanent, category:
    where the name alone tells. machine: nobody's doing. held: the provider has the recipient on a list of its own, of those who get
    nothing."""

    meaning: Meaning
    status: MessageStatus | None = None
    permanent: bool | None = None
    category: FailureCategory | None = None
    machine: bool = False
    held: bool = False


QUEUED = Word("email.processed", MessageStatus.QUEUED)
SENT = Word("email.processed", MessageStatus.SENT)
DEFERRED = Word("email.deferred", MessageStatus.SENDING)
DELIVERED = Word("email.delivered", MessageStatus.DELIVERED)
BOUNCED = Word("email.bounced", MessageStatus.UNDELIVERED, None, "bounced")
SOFT_BOUNCED = Word("email.bounced", MessageStatus.UNDELIVERED, False, "bounced")
HARD_BOUNCED = Word("email.bounced", MessageStatus.FAILED, True, "bounced")
REJECTED = Word("email.rejected", MessageStatus.FAILED, None, "blocked")
RENDERING_FAILED = Word("email.rendering_failed", MessageStatus.FAILED, None, "other")
COMPLAINED = Word("email.complained")
OPENED = Word("email.opened")
OPENED_BY_MACHINE = Word("email.opened", machine=True)
CLICKED = Word("email.clicked")
UNSUBSCRIBED = Word("email.unsubscribed")
RESUBSCRIBED = Word("email.resubscribed")
ABOUT_US = Word("account.event")
UNKNOWN = Word("unknown")

_RELAY = "mozilla/5.0"
"""A mail program's privacy relay opens everything by this name alone, where persons' programs say more (T-44)."""
_SCANNERS = ("crawler", "spider", "scanner", "preview")
_BOT = re.compile(r"(?<!cu)bot\b")
_WAYS: Mapping[Meaning, tuple[Literal["opted_out", "opted_in"], str]] = {
    "email.complained": ("opted_out", "complaint"),
    "email.unsubscribed": ("opted_out", "subscription"),
    "email.resubscribed": ("opted_in", "subscription"),
}
_ADDRESS_IS_BAD = frozenset({"bounced", "invalid"})


def tracked(
    word: Word,
    kind: str,
    *,
    provider: str,
    message_id: str | None,
    recipient: str | None,
    fields: Mapping[str, Any],
    shared: bool = False,
    event: str | None = None,
    account: str | None = None,
    service: str | None = None,
    sender: str | None = None,
    moment: Any = None,
    time: str | None = None,
    code: str | None = None,
    reason: str | None = None,
    subject: str | None = None,
    tags: tuple[str, ...] = (),
    metadata: Mapping[str, Any] | None = None,
    campaign: str | None = None,
) -> Item:
    """One event as an item. shared: whether the provider calls a mail to several recipients by one id. moment: the provider's time
    as sent. Raises Invalid when neither message nor recipient is named, or the recipient's address is none."""
    if not message_id and not recipient:
        raise Invalid("missing_field", "Email event missing required field: recipient")
    contact = _address(recipient, message_id)
    ours_at = email(sender) if sender else None
    ours = ours_at.urn if ours_at else f"{provider}:{account or 'unknown'}"
    urn = contact.urn if contact else ""
    told, metadata = text_of(moment) or "", metadata or {}
    report = None
    if word.status is not None:
        report = StatusReport(
            word.status.value, kind, code, impersonal(reason), time, word.category, word.permanent,
        )  # fmt: skip
    return Item(
        meaning=word.meaning,
        account=account or "",
        provider_id=message_id or "",
        event=event or "",
        kind=kind,
        moment=f"{told}|{urn}",
        message=f"{message_id or ''}|{urn}" if shared or not message_id else "",
        contact=contact,
        ours=ours,
        direction="outbound",
        claims=(account or "", service or "", ours),
        provider_time=time,
        campaign=text_of(metadata.get("campaign_id")) or campaign,
        lead=text_of(metadata.get("lead_id")),
        status=report,
        machine=word.machine or _is_machine(word, fields),
        consent=_consent(word) if contact else None,
        content=Content(
            kind="status" if report else "event",
            subject=subject,
            fields=without(fields),
            tags=tags,
            metadata=dict(metadata),
        ),
    )


def about_us(
    kind: str, *, provider: str, fields: Mapping[str, Any], account: str | None = None, event: str | None = None,
    moment: Any = None, time: str | None = None, service: str | None = None, name: str | None = None,
) -> Item:  # fmt: skip
    """An event about an account, domain or list of ours. name: what the provider calls the thing that it is about."""
    ours = f"{provider}:{account or 'unknown'}"
    return Item(
        meaning="account.event",
        account=account or "",
        provider_id=name or "",
        event=event or "",
        kind=kind,
        moment=text_of(moment) or "",
        contact=None,
        ours=ours,
        direction="outbound",
        claims=(account or "", service or "", ours),
        provider_time=time,
        content=Content(kind="event", fields=without(fields)),
    )


def each(events: Sequence[Any], read: Callable[[Any], Sequence[Item | Invalid]]) -> list[Item | Invalid]:
    """Every event of a batch, numbered through the whole body (T-15); what is wrong with one is no reason to refuse the others, and
    the same one twice is one (T-08). Raises Nothing when nothing follows from any."""
    found: list[Item | Invalid] = []
    seen: set[str] = set()
    for event in events:
        known = repr(event)
        if known in seen:
            continue
        seen.add(known)
        try:
            told: Sequence[Item | Invalid] = read(event)
        except Invalid as wrong:
            told = (wrong,)
        found += [_numbered(one, index) for index, one in enumerate(told, len(found))]
    if not found:
        raise Nothing("empty")
    return found


def _numbered(item: Item | Invalid, index: int) -> Item | Invalid:
    if isinstance(item, Item):
        return item if item.index == index else msgspec.structs.replace(item, index=index)
    item.index = index
    return item


def kind_of(event: Any, name: str) -> str:
    """The provider's own name of an event. Raises Invalid where there is none."""
    kind = text_of(event.get(name)) if isinstance(event, dict) else None
    if kind is None:
        raise Invalid("missing_field", f"Email event missing required field: {name}")
    return kind


def fields_of(event: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """What is kept of an event. names: the provider's name -> ours; empty for what is said elsewhere."""
    return {name: value for given, value in event.items() if (name := names.get(given, given))}


def words(value: Any) -> tuple[str, ...]:
    """Tags: one text, or a list of them."""
    if isinstance(value, list):
        return tuple(text for one in value if (text := text_of(one)))
    text = text_of(value)
    return (text,) if text else ()


def said(value: Any) -> dict[str, Any]:
    """Metadata: an object, or a text that is one in JSON; empty where it is neither."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json_of(value)
        except Unreadable:
            return {}
    return value if isinstance(value, dict) else {}


def _address(recipient: str | None, message_id: str | None) -> Address | None:
    if not recipient:
        return None
    contact = email(recipient)
    if contact is None:
        raise Invalid("invalid_email", "Invalid email address format", (message_id,) if message_id else ())
    return contact


def _is_machine(word: Word, fields: Mapping[str, Any]) -> bool:
    if word.meaning not in ("email.opened", "email.clicked"):
        return False
    return by_machine(fields.get("user_agent"))


def by_machine(user_agent: Any) -> bool:
    """Whether what opened or followed says itself that it is no person's program."""
    text = (text_of(user_agent) or "").lower()
    return text == _RELAY or any(word in text for word in _SCANNERS) or _BOT.search(text) is not None


def _consent(word: Word) -> tuple[Literal["opted_out", "opted_in"], str] | None:
    """A bounce for good says that the address is bad, if it is not the mail that was refused."""
    if word.held or word.category == "unsubscribed":
        return "opted_out", "provider"
    if word.meaning == "email.bounced" and word.permanent and word.category in _ADDRESS_IS_BAD:
        return "opted_out", "bounce"
    return _WAYS.get(word.meaning)
