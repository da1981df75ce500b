"""Derived ids and keys (laws 1 and 7): the same input gives the same id on every machine, for ever.

The namespace is a random UUID per tenant, kept like a secret: ids can be derived anywhere inside and guessed nowhere outside.
"""

import re
from functools import lru_cache
from hashlib import sha1
from uuid import UUID

REMEMBERED = 65_536
"""Contacts, and threads, whose ids are not derived anew while they are busy."""
TENANT = re.compile(r"^[a-z][a-z0-9-]{0,31}$")
"""A tenant's slug. It becomes part of keys, headers and (with `_` for `-`) of a PostgreSQL schema name."""


def derived(namespace: UUID, name: str) -> str:
    """UUIDv5 of `name` in `namespace` as 36 characters of text (RFC 9562 5.5). Equals `str(uuid.uuid5(namespace, name))`."""
    return _derived(namespace.bytes, name)


_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""First digit of the fourth group as RFC 9562 4.1 wants it: its two highest bits are 10."""


def _derived(namespace: bytes, name: str) -> str:
    text = sha1(namespace + name.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:32]}"


def event_id(
    namespace: UUID, channel: str, provider: str, account: str, provider_id: str, kind: str, index: int = 0
) -> str:
    """The id of one provider event. `kind` tells reports about one message apart (its status is part of it), `index` items
    of one body. A redelivery has the same id, whatever queue message brought it (law 1)."""
    return _derived(namespace.bytes, f"{channel}|{provider}|{account}|{provider_id}|{kind}|{index}")


def message_id(namespace: UUID, channel: str, provider: str, account: str, provider_id: str) -> str:
    """The id of the message that a provider calls `provider_id`; every report about it names this id."""
    return _derived(namespace.bytes, f"message|{channel}|{provider}|{account}|{provider_id}")


@lru_cache(REMEMBERED)
def contact_id(namespace: UUID, urn: str) -> str:
    """The id of the contact behind one canonical address (`tel:+14155550100`)."""
    return derived(namespace, urn)


@lru_cache(REMEMBERED)
def thread_id(namespace: UUID, contact_urn: str, our_urn: str) -> str:
    """The id of the thread between one contact and one address of ours."""
    return derived(namespace, f"thread|{contact_urn}|{our_urn}")


def mail_thread_id(namespace: UUID, root: str) -> str:
    """The id of the mail thread that began with the mail called `root`."""
    return _derived(namespace.bytes, f"mail-thread|{root}")


def following_id(id_: str, n: int) -> str:
    """The id of the n-th event (n >= 1) that the input `id_` caused; the first event of a decision bears the input's own id."""
    return _derived(bytes.fromhex(id_.replace("-", "")), str(n))


def id_bytes(id_: str) -> bytes:
    """The 16 bytes of an id in its text form. Raises ValueError when the text is none."""
    data = bytes.fromhex(id_.replace("-", ""))
    if len(data) != 16:
        raise ValueError(f"not a UUID: {id_!r}")
    return data


def aggregate_key(tenant: str, kind: str, id_: str) -> str:
    """The Kafka key of an aggregate: `acme:contact:<uuid>` (law 7). Readable, without personal data."""
    return f"{tenant}:{kind}:{id_}"


def split_key(key: str) -> tuple[str, str, str]:
    """`tenant, kind, id` of an aggregate key. Raises ValueError when the text is not one."""
    parts = key.split(":", 2)
    if len(parts) != 3 or not all(parts):
        raise ValueError(f"not an aggregate key (tenant:kind:id): {key!r}")
    return parts[0], parts[1], parts[2]
