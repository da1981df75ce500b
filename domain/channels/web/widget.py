"""Our own web widget: what a visitor does, as the server behind the widget queues or posts it. For people: docs/web-widget.md.

The form is ours; rfc-editor.org/rfc/rfc2104 (HMAC) and support.google.com/analytics/answer/10917952 (utm_*), read 2026-11, say what it
builds on. One event, or several of one visitor under `events`:

    {"widget": 1, "site": "acme-shop", "visitor": "v-7f3a..", "event": "message", "id": "m-1", "time": "2026-11-24T10:07:24.123Z",
     "text": "Is my table ready?", "attachments": [{"url": "https://..", "content_type": "image/png", "name": "table.png", "size": 5120}]}
    {"widget": 1, "site": "acme-shop", "visitor": "v-7f3a..", "events": [{"event": "opened", "id": "e-1", "page": "https://..",
     "referrer": "https://..", "utm": {"source": "newsletter"}}, {"event": "identify", "id": "e-2", "email": "ann@example.org"}]}

site: the account. visitor: what the website calls the visitor, and nobody else; a visitor is the contact `web:<visitor>`. id: the
event's own, the same when it is sent again; a message is called by it from then on. Signed with scheme hmac_stamped, secret
`widget_secret`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.addresses import Address, email, opaque, phone
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
from domain.channels.web.widget_examples import EXAMPLES, body
from domain.provider_time import iso, unix
from schemas.values import Answer, Attachment, Content, MessageStatus, StatusReport

_ALWAYS = ("widget", "site", "visitor", "event", "events", "id", "time", "name")
_CHOICES = {"button", "list", "form"}
_MEDIA = {"image", "audio", "video"}


def recognises(data: Any) -> bool:
    """Every body says that it is the widget's, and of which site."""
    return isinstance(data, dict) and "widget" in data and "site" in data


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """One item for each event, save for typing. Raises Nothing where there was nothing else."""
    events = listed(data, "events") or [{}]
    common = inner({"data": data}, "data")
    found: list[Item | Invalid] = []
    for place, event in enumerate(events):
        told = {**common, **event} if isinstance(event, dict) else {}
        if told.get("event") == "typing":
            continue
        try:
            found.append(_item(told, given))
        except Invalid as wrong:
            wrong.index = place
            found.append(wrong)
    if not found:
        raise Nothing("typing")
    return found


def _item(told: Mapping[str, Any], given: Given) -> Item:
    """What every event says, and what its kind says besides. Raises Invalid."""
    fields = texts(told)
    site, visitor, event, id_ = (_needed(fields, name) for name in ("site", "visitor", "event", "id"))
    contact = opaque("web", visitor)
    if contact is None:
        raise Invalid("invalid_address", "Widget event has a visitor that is no id", (id_,))
    always: dict[str, Any] = {
        "account": site,
        "provider_id": id_,
        "kind": event,
        "contact": contact._replace(name=fields.get("name")),
        "ours": f"widget:{site}",
        "direction": "inbound",
        "claims": (site,),
        "provider_time": _time(told.get("time")),
    }
    kind = KINDS.get(event, _unknown)
    return Item(**always | kind(told, fields, given))


def _message(told: Mapping[str, Any], fields: Mapping[str, str], given: Given) -> dict[str, Any]:
    attachments, answer = _attachments(told), _answer(told)
    text = fields.get("text") or (answer.title or answer.payload if answer else None)
    rest = without(told, *_ALWAYS, "text", "attachments", "choice", "reply_to")
    content = Content(
        kind="interactive" if answer else _kind(text, attachments),
        text=text,
        attachments=attachments,
        fields=rest,
        answer=answer,
    )
    return {"meaning": "message.received", "in_reply_to": fields.get("reply_to"), "content": content}


def _edit(told: Mapping[str, Any], fields: Mapping[str, str], given: Given) -> dict[str, Any]:
    rest = without(told, *_ALWAYS, "text", "message")
    content = Content(text=_needed(fields, "text"), fields=rest)
    return {"meaning": "message.edited", "message": _needed(fields, "message"), "content": content}


def _delete(told: Mapping[str, Any], fields: Mapping[str, str], given: Given) -> dict[str, Any]:
    content = Content(kind="event", fields=without(told, *_ALWAYS, "message"))
    return {"meaning": "message.deleted", "message": _needed(fields, "message"), "content": content}


def _reaction(told: Mapping[str, Any], fields: Mapping[str, str], given: Given) -> dict[str, Any]:
    """Without an emoji it is taken off."""
    content = Content(kind="reaction", text=fields.get("emoji"), fields=without(told, *_ALWAYS, "message", "emoji"))
    return {"meaning": "message.reaction", "message": _needed(fields, "message"), "content": content}


def _read(told: Mapping[str, Any], fields: Mapping[str, str], given: Given) -> dict[str, Any]:
    """One message, or everything up to a time."""
    time, until = _time(told.get("time")), _time(told.get("until"))
    content = Content(kind="status", fields=without(told, *_ALWAYS, "message", "until"))
    report = StatusReport(MessageStatus.READ.value, "read", time=time)
    read = {"meaning": "message.status", "direction": "outbound", "status": report, "content": content}
    if "message" in fields:
        return read | {"provider_id": fields["message"], "event": fields["id"]}
    if until is None:
        raise Invalid("missing_field", "Widget event missing required field: until", (fields["id"],))
    return read | {"until": until}


def _opened(told: Mapping[str, Any], fields: Mapping[str, str], given: Given) -> dict[str, Any]:
    utm = texts(inner(told, "utm"))
    content = Content(kind="event", fields=without(told, *_ALWAYS))
    return {"meaning": "referral.received", "campaign": utm.get("campaign"), "lead": utm.get("id"), "content": content}


def _identify(told: Mapping[str, Any], fields: Mapping[str, str], given: Given) -> dict[str, Any]:
    """A visitor tells other addresses, or has another id from now on."""
    mail, number = fields.get("email"), fields.get("phone")
    found = (
        _address(mail, email, "invalid_email", "Invalid email address format"),
        _address(number, lambda text: _phone(text, given), "invalid_phone", "Invalid phone number format"),
    )
    successor = opaque("web", fields.get("successor"))
    aliases = tuple(each.urn for each in found if each is not None)
    if not aliases and successor is None:
        raise Invalid("missing_field", "Widget event missing required field: email", (fields["id"],))
    return {
        "meaning": "identity.changed",
        "aliases": aliases,
        "successor": successor.urn if successor else None,
        "about": without(told, *_ALWAYS, "successor"),
        "content": Content(kind="event"),
    }


def _unknown(told: Mapping[str, Any], fields: Mapping[str, str], given: Given) -> dict[str, Any]:
    return {"meaning": "unknown", "content": Content(kind="event", fields=without(told, *_ALWAYS))}


KINDS: dict[str, Callable[[Mapping[str, Any], Mapping[str, str], Given], dict[str, Any]]] = {
    "message": _message,
    "edit": _edit,
    "delete": _delete,
    "reaction": _reaction,
    "read": _read,
    "opened": _opened,
    "identify": _identify,
}
"""`event`; any other is kept as unknown."""


def _needed(fields: Mapping[str, str], name: str) -> str:
    if name not in fields:
        raise Invalid("missing_field", f"Widget event missing required field: {name}", (fields.get("id", ""),))
    return fields[name]


def _address(text: str | None, read: Callable[[str], Address | None], reason: str, wrong: str) -> Address | None:
    found = read(text) if text else None
    if text and found is None:
        raise Invalid(reason, wrong)
    return found


def _phone(text: str, given: Given) -> Address | None:
    """A person has a number: words, which SMS takes for a sender's name, are none."""
    found = phone(text, given.country)
    return found if found is not None and found.urn.startswith("tel:") else None


def _time(value: Any) -> str | None:
    return (iso(value) if type(value) is str else None) or unix(value)


def _attachments(told: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """Those that have an address."""
    found = [(texts(each), inner({"it": each}, "it").get("size")) for each in listed(told, "attachments")]
    return tuple(
        Attachment(
            fields["url"], fields.get("content_type"), fields.get("name"), size if type(size) is int and 0 <= size < 2**53 else None,
            voice=fields.get("voice") == "true",
        )
        for fields, size in found
        if "url" in fields
    )  # fmt: skip


def _answer(told: Mapping[str, Any]) -> Answer | None:
    """What was chosen among what we had offered."""
    choice = texts(inner(told, "choice"))
    if not choice:
        return None
    kind: Any = choice.get("kind", "button")
    return Answer(kind if kind in _CHOICES else "button", choice.get("payload"), choice.get("title"))


def _kind(text: str | None, attachments: Sequence[Attachment]) -> str:
    if text or not attachments:
        return "text"
    type_ = (attachments[0].content_type or "").partition("/")[0]
    return type_ if type_ in _MEDIA else "document"


def _build(fields: Mapping[str, str], token: str) -> str:
    """Builds a message of the visitor whose id is the sender's address."""
    visitor, text = needed(fields, "from_email", "body")
    return body("message", visitor=visitor, id=f"m-{token}", text=text)


PROVIDER = Provider(
    channel="web",
    label="Widget",
    name="widget",
    source=("https://www.rfc-editor.org/rfc/rfc2104", "https://support.google.com/analytics/answer/10917952"),
    recognises=recognises,
    items=items,
    personal=frozenset(
        {"visitor", "successor", "name", "email", "phone", "text", "emoji", "title", "page", "referrer", "url"}
    ),
    examples=EXAMPLES,
    build={"message_received": _build},
    signatures=(Signature("widget_secret", "hmac_stamped"),),
)
