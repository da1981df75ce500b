"""What a provider is, and the normal form that all of them are read into."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from domain.addresses import Address
from schemas.inbound import InboundType
from schemas.values import Content, StatusReport


class Invalid(ValueError):
    """Input that is invalid in itself, whole or one item of it. The text is that of the log line; `reason` a short name without
    personal data, fit for a metric's label; `provider_ids` make the dead letter searchable."""

    def __init__(self, reason: str, text: str, provider_ids: tuple[str, ...] = (), index: int | None = None) -> None:
        super().__init__(text)
        self.reason, self.provider_ids, self.index = reason, provider_ids, index


class Item(Struct, frozen=True, kw_only=True, gc=False):
    """One thing that a provider told about one contact, before it has a tenant and ids.

    provider_id: what the provider calls the message. event: the provider's own id of this event, where it has one. kind: its own
    name of what happened. moment: what tells reports of one kind about one message apart (status, provider time as sent).
    message: what the message is told apart by, where `provider_id` stands for several (one e-mail to many). ours: URN of our
    address. claims: by whom the tenant is known, most general first: account, service, address (T-17). about: what the provider
    tells about the person.
    """

    type: InboundType
    account: str
    provider_id: str
    event: str = ""
    kind: str
    moment: str = ""
    message: str = ""
    index: int = 0
    contact: Address
    about: dict[str, Any] = {}
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
    content: Content


class Example(NamedTuple):
    """A body written by us in the provider's format, and what it comes to: `message_received`, `message_status:delivered`, ...
    per item, `ignored:<why>`, or `rejected:<reason>`."""

    body: str
    outcome: tuple[str, ...]


class Provider(NamedTuple):
    """One provider of one channel.

    label: the channel as the log lines name it. source: where the facts in the file come from. recognises(data): whether a payload
    looks like this provider's. items(data): what is in it; raises Invalid for the whole, gives it in place for one item; any JSON
    value may come in. personal: names of fields that hold personal data. build: message type -> (fields, token) -> body of a test
    message, where `token` are 32 hexadecimal digits that make its ids; raises ValueError naming a field that is missing.
    """

    channel: str
    label: str
    name: str
    source: tuple[str, ...]
    recognises: Callable[[Any], bool]
    items: Callable[[Any], Sequence[Item | Invalid]]
    personal: frozenset[str]
    examples: Mapping[str, Example]
    build: Mapping[str, Callable[[Mapping[str, str], str], str]]


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


_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]*@[^\s<>()\[\]\"',;:]*|\+?\d{7,15}")


def impersonal(text: str | None) -> str | None:
    """A provider's explanation without the addresses and numbers that it may quote: a reason stands outside of personal data."""
    return _ADDRESS.sub("[address]", text) if text else None


def needed(fields: Mapping[str, str], *names: str) -> list[str]:
    """The named fields of a test message. Raises ValueError naming those that are missing."""
    missing = [name for name in names if not fields.get(name)]
    if missing:
        raise ValueError(f"missing: {', '.join(missing)}")
    return [fields[name] for name in names]
