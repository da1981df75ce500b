"""What visitors of a website do, in the form of our own widget: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

SITE = "acme-shop"
VISITOR = "v-7f3a1c52-0d53-4a5b-9a6c-6f1f1d8f0a11"
TIME = "2026-11-24T10:07:24.123Z"


def body(event: str, **fields: Any) -> str:
    """One event: the given fields, and those that stand in every one. None takes one away."""
    always = {"widget": 1, "site": SITE, "visitor": VISITOR, "event": event, "time": TIME}
    return msgspec.json.encode({n: v for n, v in (always | fields).items() if v is not None}).decode()


def _event(event: str, id_: str, outcome: str, **fields: Any) -> Example:
    return Example(body(event, **{"id": id_, **fields}), (outcome,))


def _several(*events: Any) -> str:
    return msgspec.json.encode({"widget": 1, "site": SITE, "visitor": VISITOR, "events": events}).decode()


_FILE = {
    "url": "https://files.acme.example/7f3a/table.png",
    "content_type": "image/png",
    "name": "table.png",
    "size": 5120,
}

EXAMPLES: dict[str, Example] = {
    "message": _event(
        "message", "m-1", "message.received", text="Is my table ready?", page="https://acme.example/tables"
    ),
    "message_again": _event(
        "message", "m-1", "message.received", text="Is my table ready?", page="https://acme.example/tables"
    ),
    "message_in_other_scripts": _event(
        "message", "m-2", "message.received", text="مرحبا 👋 こんにちは", name="Ann Meyer"
    ),
    "message_with_a_file": _event("message", "m-3", "message.received", text="Look at this", attachments=[_FILE]),
    "message_of_a_file": _event("message", "m-4", "message.received", attachments=[_FILE, {"name": "lost.pdf"}]),
    "message_spoken": _event(
        "message",
        "m-5",
        "message.received",
        attachments=[{"url": "https://files.acme.example/7f3a/v.ogg", "content_type": "audio/ogg", "voice": True}],
    ),
    "message_in_reply": _event("message", "m-6", "message.received", text="Yes, that one", reply_to="a-17"),
    "message_chosen": _event(
        "message", "m-7", "message.received", choice={"kind": "button", "payload": "BOOK_7", "title": "Seven o'clock"}
    ),
    "message_stop": _event("message", "m-8", "message.received", text="stop"),
    "message_empty": _event("message", "m-9", "message.received"),
    "edited": _event("edit", "e-1", "message.edited", message="m-1", text="Is my table by the window ready?"),
    "deleted": _event("delete", "e-2", "message.deleted", message="m-3"),
    "reacted": _event("reaction", "e-3", "message.reaction", message="a-17", emoji="👍"),
    "reaction_taken_off": _event("reaction", "e-4", "message.reaction", message="a-17", emoji=""),
    "read_one": _event("read", "e-5", "message.status:read", message="a-17"),
    "read_up_to": _event("read", "e-6", "message.status:read", until=1795514844123),
    "typing": _event("typing", "e-7", "ignored:typing"),
    "opened": _event(
        "opened",
        "e-8",
        "referral.received",
        page="https://acme.example/tables?utm_source=newsletter",
        referrer="https://search.example/",
        utm={"source": "newsletter", "medium": "email", "campaign": "autumn"},
    ),
    "opened_directly": _event("opened", "e-9", "referral.received", page="https://acme.example/"),
    "identified": _event(
        "identify", "e-10", "identity.changed", email="Ann@Example.org", phone="+1 415 555 0123", name="Ann Meyer"
    ),
    "identified_as_another_visitor": _event("identify", "e-11", "identity.changed", successor="customer-42"),
    "several": Example(
        _several(
            {"event": "opened", "id": "e-12", "time": TIME, "page": "https://acme.example/"},
            {"event": "typing", "id": "e-13"},
            {"event": "message", "id": "m-10", "time": TIME, "text": "Hello"},
            {"event": "message", "time": TIME, "text": "without an id"},
        ),
        ("rejected:missing_field", "referral.received", "message.received"),
    ),
    "event_of_tomorrow": _event("rated", "e-14", "unknown", stars=5),
    "no_site": Example(
        f'{{"widget": 1, "visitor": "{VISITOR}", "event": "message", "id": "m-20"}}', ("rejected:missing_field",)
    ),
    "no_visitor": _event("message", "m-21", "rejected:missing_field", visitor=None, text="hello"),
    "visitor_with_blanks": _event("message", "m-22", "rejected:invalid_address", visitor="Ann Meyer", text="hello"),
    "no_id": _event("message", "", "rejected:missing_field", text="hello"),
    "edit_of_nothing": _event("edit", "e-23", "rejected:missing_field", text="hello"),
    "read_nothing": _event("read", "e-24", "rejected:missing_field"),
    "identified_by_nothing": _event("identify", "e-25", "rejected:missing_field", email=""),
    "identified_wrongly": _event("identify", "e-26", "rejected:invalid_email", email="not an address"),
    "identified_with_no_number": _event("identify", "e-27", "rejected:invalid_phone", phone="later"),
}
