"""Bodies of the payload that bridges to other networks bring, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

DANA = {"id": "dana@social.example", "name": "Dana Fox", "followers": 12}


def payload(id_: str, **more: Any) -> str:
    """A body in our own form."""
    always = {"network": "mastodon", "account": "acme", "id": id_, "from": DANA, "to": "acme"}
    return msgspec.json.encode(always | more).decode()


def _one(n: int, outcome: str = "message.received", by: Any = DANA, **more: Any) -> Example:
    return Example(payload(f"11092300{n:02}", **{"from": by}, **more), (outcome,))


def _encoded(**body: Any) -> str:
    return msgspec.json.encode(body).decode()


_FILE = {"url": "https://media.acme.example/4.jpg", "type": "image/jpeg", "name": "table.jpg", "size": 5120}

EXAMPLES: dict[str, Example] = {
    "received": _one(1, text="Is my table ready?", at="2026-11-24T10:07:24Z"),
    "received_again": _one(1, text="Is my table ready?", at="2026-11-24T10:07:24Z"),
    "received_emoji_and_scripts": _one(2, text="Grüße 👩‍👩‍👧 مرحبا עברית 漢字 ﷽", at=1_795_514_844),
    "received_from_an_id_alone": _one(3, text="hi", by=4711),
    "received_attachments": _one(4, attachments=[_FILE, "https://media.acme.example/5.jpg", {"name": "nowhere"}]),
    "received_with_fields_of_its_own": _one(5, text="hi", visibility="direct", reply_to="1109230001"),
    "received_without_account": Example(
        _encoded(network="lemmy", id="7", **{"from": "dana"}, text="hi"), ("message.received",)
    ),
    "comment": _one(6, text="Lovely place", kind="comment"),
    "mention": _one(7, text="@acme open today?", kind="mention"),
    "echo": _one(8, "message.echoed", text="We are.", kind="echo", by="acme", to=DANA),
    "kind_of_tomorrow": _one(9, "unknown", kind="hologram"),
    "no_id": Example(_encoded(network="mastodon", **{"from": "dana"}, text="hi"), ("rejected:missing_field",)),
    "no_sender": Example(_encoded(network="mastodon", id="12", text="hi"), ("rejected:missing_field",)),
    "network_that_is_no_word": _one(13, "rejected:missing_field", network="tel:+1", text="hi"),
    "json_array": Example("[1, 2, 3]", ("rejected:no_object",)),
    "empty": Example("{}", ("ignored:empty",)),
    "garbage": Example("so this is no provider's message", ("rejected:unreadable",)),
}
