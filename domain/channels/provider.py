"""What a provider is, and the normal form that all of them are read into."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from domain.addresses import Address
from schemas.meanings import Meaning
from schemas.values import Call, Content, StatusReport


class Invalid(ValueError):
    """Input that is invalid in itself, whole or one item of it. The text is that of the log line; `reason` a short name without
    personal data, fit for a metric's label; `provider_ids` make the dead letter searchable."""

    def __init__(self, reason: str, text: str, provider_ids: tuple[str, ...] = (), index: int | None = None) -> None:
        super().__init__(text)
        self.reason, self.provider_ids, self.index = reason, provider_ids, index


class Nothing(Exception):
    """Input that is as it should be, and nothing follows from it: a provider's test, a typing indicator. `why` is a short name,
    fit for a metric's label."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Handshake(Nothing):
    """The provider asks whether this address is ours. challenge: what it wants to read back; token: what it was told to prove itself
    by, empty where it was told nothing."""

    def __init__(self, challenge: str, token: str = "") -> None:
        super().__init__("handshake")
        self.challenge, self.token = challenge, token


class Item(Struct, frozen=True, kw_only=True, gc=False):
    """One thing that a provider told, before it has a tenant and ids.

    account: the provider's account that it is about. provider_id: what the provider calls the message (call, push). event: the
    provider's own id of this event, where it has one. kind: its own name of what happened. moment: what tells reports of one kind
    about one message apart (status, provider time as sent). message: what the message is told apart by, where it is not
    `provider_id`: one e-mail to many; the message that a reaction, an edit or a deletion is about. index: which item of the body.
    contact: None where nobody is named: then the account has it. about: what the provider tells about the person. aliases, successor:
    URNs (schemas.values.Person). ours: URN of our address. claims: by whom the tenant is known, most general first: account, service,
    address (T-17). in_reply_to: what the provider calls the message that this one answers; answers: what that one is told apart by,
    where it is not `in_reply_to` (as `message`). until: a watermark, RFC 3339.
    consent: (opted_out or opted_in, the way).
    """

    meaning: Meaning
    account: str
    provider_id: str
    event: str = ""
    kind: str
    moment: str = ""
    message: str = ""
    index: int = 0
    contact: Address | None
    about: dict[str, Any] = {}
    aliases: tuple[str, ...] = ()
    successor: str | None = None
    ours: str
    direction: Literal["inbound", "outbound"]
    claims: tuple[str, ...]
    provider_time: str | None = None
    campaign: str | None = None
    lead: str | None = None
    status: StatusReport | None = None
    machine: bool = False
    keyword: Literal["stop", "start", "help"] | None = None
    consent: tuple[Literal["opted_out", "opted_in"], str] | None = None
    in_reply_to: str | None = None
    answers: str = ""
    until: str | None = None
    call: Call | None = None
    mail_thread: str = ""
    content: Content


class Given(NamedTuple):
    """What is known besides the payload. country: ISO 3166, in which a number without a country code is dialled. url, headers
    (names in lower case): of the request, where they travelled along."""

    country: str | None = None
    url: str = ""
    headers: Mapping[str, str] = MappingProxyType({})


NOTHING_GIVEN = Given()

RETURNED = "delivery-status"
"""How the kind of an item begins that a mail told which came in: a report about a mail of ours (RFC 3464)."""


class Signature(NamedTuple):
    """How a provider proves itself. secret: name of the setting that holds the secret; several signatures may name the same one, then any
    of them will do. scheme, parameters: domain/signatures. mandatory: `key`: without the secret nothing of this provider is taken;
    `header`: every request has to bear this header's signature, and where its secret is not set another one must vouch for it."""

    secret: str
    scheme: str
    parameters: Mapping[str, object] = MappingProxyType({})
    mandatory: Literal["", "key", "header"] = ""
    header: str = ""


class Reply(NamedTuple):
    """What a provider reads as success. disables: a 4xx would make it switch the webhook off, so a refused request is answered like
    a good one and goes into quarantine (T-39)."""

    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200
    disables: bool = False


class Example(NamedTuple):
    """A request written by us in the provider's format, and what it comes to: per item `message.received`,
    `message.status:delivered` (with a status), `rejected:<reason>`; `ignored:<why>` for all of it. headers, url, method: where the body
    does not say all (multipart forms, a challenge in the query, an address that says what it is for)."""

    body: str
    outcome: tuple[str, ...]
    headers: Mapping[str, str] = MappingProxyType({})
    url: str = ""
    method: str = "POST"


class Provider(NamedTuple):
    """One provider of one channel.

    label: the channel as the log lines name it. source: pages that the facts in the file come from. recognises(data): whether a
    payload looks like this provider's, and like no other's of the channel. items(data, given): what is in it; raises Invalid or
    Nothing for the whole, gives Invalid in place for one item; any JSON value or form may come in. personal: names of fields that hold
    personal data. headers: names, in lower case, that only this provider's requests bear. signatures: any one of them that has a
    secret must hold. not_covered: forms of this provider that no source was found for, in words. build: message type -> (fields,
    token) -> body of a test message, where `token` are 32 hexadecimal digits that make its ids; raises ValueError naming a field that
    is missing.
    """

    channel: str
    label: str
    name: str
    source: tuple[str, ...]
    recognises: Callable[[Any], bool]
    items: Callable[[Any, Given], Sequence[Item | Invalid]]
    personal: frozenset[str]
    examples: Mapping[str, Example]
    build: Mapping[str, Callable[[Mapping[str, str], str], str]] = MappingProxyType({})
    headers: frozenset[str] = frozenset()
    signatures: tuple[Signature, ...] = ()
    reply: Reply = Reply()
    not_covered: tuple[str, ...] = ()


REDACTED = "[redacted]"


def redacted(data: Any, personal: frozenset[str]) -> Any:
    """A payload fit for logs and screens: values of personal fields, at any depth, are gone (T-55)."""
    if isinstance(data, Mapping):
        return {name: REDACTED if name in personal else redacted(value, personal) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [redacted(each, personal) for each in data]
    return data


def text_of(value: Any) -> str | None:
    """A scalar of JSON as text; None for null, an empty text, an object or an array."""
    if type(value) is str:
        return value or None
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int or type(value) is float:
        return str(value) if -(10**40) < value < 10**40 else None
    return None


def texts(data: Any) -> dict[str, str]:
    """An object's scalars as text, without those that say nothing (null, empty). What is no object has none."""
    if not isinstance(data, dict):
        return {}
    return {name: text for name, value in data.items() if (text := value if type(value) is str else text_of(value))}


def inner(data: Any, *names: str) -> dict[str, Any]:
    """The object at this place of nested objects; empty where there is none."""
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def listed(data: Any, name: str) -> list[Any]:
    """The list under this name; empty where there is none."""
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def without(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """What is left of an object, for `Content.fields`: neither these names nor what says nothing."""
    return {
        name: value for name, value in data.items() if (value or value not in (None, "", [], {})) and name not in names
    }


_NUMBER = re.compile(r"\+?\d{7,15}")
_IN_WORD = r"[^\s<>()\[\]\"',;:]"
# Looked for where a word begins only: from every character of a long word it would be the square of its length.
_ADDRESS = re.compile(rf"(?<!{_IN_WORD}){_IN_WORD}*@{_IN_WORD}*|{_NUMBER.pattern}")


def impersonal(text: str | None) -> str | None:
    """A provider's explanation without the addresses and numbers that it may quote: a reason stands outside of personal data."""
    return (_ADDRESS if "@" in text else _NUMBER).sub("[address]", text) if text else None


def needed(fields: Mapping[str, str], *names: str) -> list[str]:
    """The named fields of a test message. Raises ValueError naming those that are missing."""
    missing = [name for name in names if not fields.get(name)]
    if missing:
        raise ValueError(f"missing: {', '.join(missing)}")
    return [fields[name] for name in names]
