"""Any social network: one small payload of ours for whatever a bridge brings in, and a place for everything else.

Sources, read 2026-11: the payload is our own; times are those of RFC 3339 (or seconds and milliseconds since 1970), bodies JSON as in
RFC 8259.

    {"network": "mastodon", "account": "acme", "id": "110923", "from": {"id": "dana@social.example", "name": "Dana"}, "to": "acme",
     "text": "Is my table ready?", "kind": "mention", "at": "2026-11-24T10:07:24Z",
     "attachments": [{"url": "https://..", "type": "image/jpeg", "name": "table.jpg", "size": 5120}]}

network: a word. account: of ours, there; it says whose the message is. id: what the network calls the message, which is told apart by
`<network>|<id>`. from, to: ids, or objects with an id and a name. kind: message, comment, mention (all of them said to us) or echo (said
by us, in the network's own app). reply_to: the message that it answers. text, kind, at, reply_to and attachments may be missing; other
fields are kept.

People are `social:<network>:<id>`, so nobody can write in the name of another channel's contact. Whatever else comes in is kept as it
came, as an unknown event of the account that it names.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Literal

import msgspec

from domain.addresses import Address, opaque
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
    text_of,
    without,
)
from domain.channels.social.fallback_examples import EXAMPLES, payload
from domain.provider_time import iso, unix
from schemas.meanings import Meaning
from schemas.values import Attachment, Content

KINDS: Mapping[str, tuple[Meaning, Literal["inbound", "outbound"]]] = {
    "message": ("message.received", "inbound"),
    "comment": ("message.received", "inbound"),
    "mention": ("message.received", "inbound"),
    "echo": ("message.echoed", "outbound"),
}

PERSONAL = frozenset(
    "text message body content title name username from to author sender user email phone url attachments".split()
)

_NETWORK = re.compile(r"[a-z][a-z0-9_\-]{0,31}")
_OWN = ("network", "account", "id", "from", "to", "text", "kind", "at", "reply_to", "attachments")
_IDS = ("id", "event_id", "message_id", "uuid")


def recognises(data: Any) -> bool:
    """Our own payload only."""
    return (
        isinstance(data, dict)
        and _network(data) is not None
        and text_of(data.get("id")) is not None
        and _party(data, "from") is not None
    )


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """The one thing in a body."""
    if not isinstance(data, dict):
        raise Invalid("no_object", "Social event must be an object")
    if not data:
        raise Nothing("empty")
    kind = text_of(data.get("kind")) or "message"
    if kind not in KINDS or "network" not in data:
        return [_unknown(data)]
    network, id_ = _network(data), text_of(data.get("id"))
    if network is None:
        raise _missing("network")
    if id_ is None:
        raise _missing("id")
    meaning, direction = KINDS[kind]
    name = "to" if direction == "outbound" else "from"
    contact = _party(data, name)
    if contact is None:
        raise _missing(name, id_)
    return [_said(data, network, id_, kind, meaning, direction, contact)]


def _missing(name: str, *ids: str) -> Invalid:
    return Invalid("missing_field", f"Social event missing required field: {name}", ids)


def _network(data: Mapping[str, Any]) -> str | None:
    network = data.get("network")
    return network if type(network) is str and _NETWORK.fullmatch(network) else None


def _party(data: Mapping[str, Any], name: str) -> Address | None:
    """Somebody by id alone, or with a name."""
    party = data.get(name)
    id_ = text_of(inner(data, name).get("id")) if isinstance(party, dict) else text_of(party)
    found = opaque(f"social:{_network(data) or 'unknown'}", id_)
    return found._replace(name=text_of(inner(data, name).get("name"))) if found else None


def _said(
    data: Mapping[str, Any],
    network: str,
    id_: str,
    kind: str,
    meaning: Meaning,
    direction: Literal["inbound", "outbound"],
    contact: Address,
) -> Item:
    account, at = text_of(data.get("account")) or "", data.get("at")
    party = _party(data, "from" if direction == "outbound" else "to")
    ours = party.urn if party else f"social:{network}:{account or 'unknown'}"
    given = [_attachment(each) for each in listed(data, "attachments")]
    text = data.get("text")
    return Item(
        meaning=meaning,
        account=account,
        provider_id=id_,
        message=f"{network}|{id_}",
        kind=kind,
        moment=network,
        contact=contact,
        about=without(inner(data, "to" if direction == "outbound" else "from"), "id", "name"),
        ours=ours,
        direction=direction,
        claims=(account, "", ours),
        provider_time=unix(at) or (iso(at) if type(at) is str else None),
        in_reply_to=f"{network}|{answered}" if (answered := text_of(data.get("reply_to"))) else None,
        content=Content(
            text=text if type(text) is str else None,
            attachments=tuple(each for each in given if each is not None),
            fields={"network": network} | without(data, *_OWN),
        ),
    )


def _attachment(given: Any) -> Attachment | None:
    """An address alone, or an object with it."""
    url = text_of(given) if type(given) is str else text_of(inner(given).get("url"))
    if url is None:
        return None
    size = inner(given).get("size")
    return Attachment(
        url,
        content_type=text_of(inner(given).get("type")),
        name=text_of(inner(given).get("name")),
        size=size if type(size) is int and 0 <= size < 2**53 else None,
    )


def _unknown(data: Mapping[str, Any]) -> Item:
    """Kept as it came. What has no id is told apart by what it says."""
    account = text_of(data.get("account")) or ""
    ours = f"social:{_network(data) or 'unknown'}:{account or 'unknown'}"
    return Item(
        meaning="unknown",
        account=account,
        provider_id=next((id_ for name in _IDS if (id_ := text_of(data.get(name)))), None) or _digest(data),
        kind=text_of(data.get("kind")) or text_of(data.get("type")) or text_of(data.get("event")) or "unknown",
        contact=None,
        ours=ours,
        direction="inbound",
        claims=(account, "", ours),
        content=Content(kind="event", fields=without(data)),
    )


def _digest(data: Mapping[str, Any]) -> str:
    try:
        said = msgspec.json.encode(data, order="deterministic")
    except (TypeError, ValueError, OverflowError):  # a form with files, a number beyond JSON's
        said = repr(sorted(data.items(), key=lambda pair: pair[0])).encode("utf-8", "replace")
    return f"sha256:{sha256(said).hexdigest()}"


def _build(fields: Mapping[str, str], token: str) -> str:
    from_, to, body = needed(fields, "from_number", "to_number", "body")
    return payload(token, **{"from": from_, "to": to}, text=body)


PROVIDER = Provider(
    channel="social",
    label="Social",
    name="fallback",
    source=("https://www.rfc-editor.org/rfc/rfc3339", "https://www.rfc-editor.org/rfc/rfc8259"),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    build={"message_received": _build},
    signatures=(Signature("SOCIAL_WEBHOOK_KEY", "hmac"),),
    not_covered=("what any network sends by itself: kept as unknown until it has a channel of its own",),
)
