"""Zendesk: event webhooks (tickets, messaging, users, organizations), and triggers that send a body of ours.

Sources, read 2026-11: developer.zendesk.com/api-reference/webhooks/event-types (ticket-events, messaging-events, user-events,
webhook-event-types) and support.zendesk.com, Zendesk placeholders reference. An event:

    {"type": "zen:event-type:ticket.comment_added", "account_id": 22129848, "id": "d4f5..", "time": "2026-11-24T10:07:24.123Z",
     "subject": "zen:ticket:5158", "zendesk_event_version": "2022-11-06", "detail": {"id": "5158", "requester_id": "844..", ...},
     "event": {"comment": {"id": "98..", "body": "..", "is_public": true, "author": {"id": "844..", "is_staff": false, "name": ".."}}}}

A trigger's body is the customer's own. Make two triggers on "Ticket is updated" and "created" with a comment, one whose current user is an
end user and one whose current user is an agent; `author_role` is "end-user" in the first and "agent" in the second:

    {"zendesk_trigger": "comment", "author_role": "end-user", "account": "{{ticket.account}}",
     "ticket": {"id": "{{ticket.id}}", "title": "{{ticket.title}}", "status": "{{ticket.status}}", "via": "{{ticket.via}}",
                "updated_at": "{{ticket.updated_at_with_timestamp}}"},
     "requester": {"id": "{{ticket.requester.id}}", "name": "{{ticket.requester.name}}", "email": "{{ticket.requester.email}}",
                   "phone": "{{ticket.requester.phone}}"},
     "comment": {"id": "{{ticket.latest_comment.id}}", "text": "{{ticket.latest_comment.value}}",
                 "public": "{{ticket.latest_comment.is_public}}", "author_id": "{{ticket.latest_comment.author.id}}"}}

What an end user says is received, what an agent says publicly was sent in Zendesk's own app; private comments are kept and are nothing
that was said to anybody. A person is `zendesk:<user id>`. Use either road for one account, not both: they name accounts differently.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from domain.addresses import Address, email, opaque, phone
from domain.channels.provider import Given, Invalid, Item, Provider, Signature, inner, needed, texts, without
from domain.channels.zendesk.zendesk_examples import EXAMPLES, trigger
from domain.provider_time import iso
from schemas.meanings import Meaning
from schemas.values import Attachment, Content

EVENT = ("zen:event-type:", "zen:event-type/")
"""How types begin; some pages write a slash."""
COMMENT, MESSAGE = "ticket.comment_added", "messaging_ticket.message_added"
OURS = ("organization.", "agent_availability.", "omnichannel_config.")
"""Domains of events that are about the account and about no contact."""


class _Said(NamedTuple):
    """Something that somebody wrote. public: seen by the end user. staff: written by one of ours."""

    id: str
    text: str | None
    public: bool
    staff: bool
    author: Address | None


def recognises(data: Any) -> bool:
    """An event of Zendesk's, or a trigger with our body."""
    return isinstance(data, dict) and ("zendesk_trigger" in data or _type(data) != "")


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The one event of a body."""
    if isinstance(data, dict) and "zendesk_trigger" in data:
        return [_triggered(data)]
    fields = texts(data)
    type_ = _type(data)
    if not type_ or "id" not in fields:
        name = "id" if type_ else "type"
        raise Invalid("missing_field", f"Zendesk event missing required field: {name}")
    if type_ == COMMENT:
        return [_commented(data, fields)]
    if type_ == MESSAGE:
        return [_messaged(data, fields)]
    return [_other(data, fields, type_)]


def _type(data: Any) -> str:
    """The event's type without Zendesk's prefix; empty where it is none."""
    type_ = data.get("type") if isinstance(data, dict) else None
    return type_[len(EVENT[0]) :] if isinstance(type_, str) and type_.startswith(EVENT) else ""


def _commented(data: dict[str, Any], fields: dict[str, str]) -> Item:
    comment, detail = inner(data, "event", "comment"), inner(data, "detail")
    told, author, ticket = texts(comment), texts(inner(comment, "author")), texts(detail)
    if "id" not in told:
        raise Invalid("missing_field", "Zendesk event missing required field: event.comment.id", (fields["id"],))
    requester = ticket.get("requester_id")
    staff = author.get("is_staff", "false" if author.get("id") == requester else "true") == "true"
    writer = opaque("zendesk", author.get("id"))
    said = _Said(
        told["id"],
        told.get("body"),
        comment.get("is_public") is True,
        staff,
        writer._replace(name=author.get("name")) if writer else None,
    )
    rest = without(detail, "subject") | without(comment, "id", "body", "author")
    return _said(
        said, COMMENT, opaque("zendesk", requester), fields.get("account_id", ""), event=fields["id"],
        provider_time=iso(fields.get("time", "")), subject=ticket.get("subject"), rest=rest,
    )  # fmt: skip


def _messaged(data: dict[str, Any], fields: dict[str, str]) -> Item:
    """Of messaging. Whom an agent wrote to is not told."""
    event = inner(data, "event")
    actor, message = texts(inner(event, "actor")), texts(inner(event, "message"))
    if "id" not in message:
        raise Invalid("missing_field", "Zendesk event missing required field: event.message.id", (fields["id"],))
    staff = actor.get("type") != "end_user"
    writer = None if staff else opaque("zendesk", actor.get("id"))
    said = _Said(
        message["id"], message.get("body"), True, staff, writer._replace(name=actor.get("name")) if writer else None
    )
    rest = without(inner(data, "detail")) | without(event, "message") | {"actor_type": actor.get("type", "")}
    return _said(
        said, MESSAGE, None, fields.get("account_id", ""), event=fields["id"], provider_time=iso(fields.get("time", "")),
        subject=None, rest=rest,
    )  # fmt: skip


def _other(data: dict[str, Any], fields: dict[str, str], type_: str) -> Item:
    """What we have no word for: about whoever asked, about a user, or about the account."""
    detail, event = inner(data, "detail"), inner(data, "event")
    told = texts(detail)
    id_ = told.get("requester_id") if type_.startswith("ticket.") else None
    if type_.startswith("user.") and told.get("role", "end-user") == "end-user":
        id_ = told.get("id")
    comment = texts(inner(event, "comment"))
    account = fields.get("account_id", "")
    meaning: Meaning = "account.event" if type_.startswith(OURS) else "unknown"
    return Item(
        meaning=meaning,
        account=account,
        provider_id=comment.get("id") or fields.get("subject") or fields["id"],
        event=fields["id"],
        kind=type_,
        contact=opaque("zendesk", id_),
        aliases=_aliases(told) if type_.startswith("user.") else (),
        ours=f"zendesk:{account or 'unknown'}",
        direction="inbound",
        claims=(account,) if account else (),
        provider_time=iso(fields.get("time", "")),
        content=Content(
            kind="event", attachments=_attachment(event), fields=without({**detail, "event": event}, "email")
        ),
    )


def _attachment(event: dict[str, Any]) -> tuple[Attachment, ...]:
    """What came with a comment is told by an event of its own."""
    told = texts(inner(event, "comment", "attachment"))
    url = told.get("content_url")
    return (Attachment(url, told.get("content_type"), told.get("filename")),) if url else ()


def _triggered(data: dict[str, Any]) -> Item:
    """Of a trigger with our body. Placeholders that stand for nothing are empty."""
    kind, role = texts(data).get("zendesk_trigger", ""), texts(data).get("author_role")
    ticket, who, comment = (inner(data, name) for name in ("ticket", "requester", "comment"))
    told, asked, written = texts(ticket), texts(who), texts(comment)
    requester = opaque("zendesk", asked.get("id")) or email(asked.get("email", ""))
    ticket_id, time = told.get("id"), iso(told.get("updated_at", ""))
    if ticket_id is None or requester is None:
        name = "requester.id" if ticket_id else "ticket.id"
        raise Invalid(
            "missing_field", f"Zendesk event missing required field: {name}", (ticket_id,) if ticket_id else ()
        )
    requester = requester._replace(name=asked.get("name"))
    author = written.get("author_id")
    staff = role != "end-user" if role else author != asked.get("id")
    account = texts(data).get("account", "")
    said = _Said(
        written.get("id") or f"{ticket_id}-{told.get('updated_at', '')}", written.get("text"), written.get("public") == "true", staff,
        requester if author in (None, asked.get("id")) else opaque("zendesk", author),
    )  # fmt: skip
    rest = without(ticket, "title") | ({} if author is None else {"author_id": author})
    if kind != "comment":
        said = said._replace(public=False)
    return _said(
        said, kind or "unnamed", requester, account, event="", provider_time=time, subject=told.get("title"), rest=rest
    )


def _said(
    said: _Said, kind: str, requester: Address | None, account: str, *, event: str, provider_time: str | None, subject: str | None,
    rest: dict[str, Any],
) -> Item:  # fmt: skip
    """A comment or message: received, written by one of ours, or kept because nobody outside sees it."""
    meaning: Meaning = "unknown" if not said.public else "message.echoed" if said.staff else "message.received"
    text = {"text": said.text} if said.text is not None and not said.public else {}
    return Item(
        meaning=meaning,
        account=account,
        provider_id=said.id,
        event=event,
        kind=kind if said.public else f"{kind}:private",
        contact=requester if said.staff or said.author is None else said.author,
        ours=f"zendesk:{account or 'unknown'}",
        direction="outbound" if said.staff else "inbound",
        claims=(account,) if account else (),
        provider_time=provider_time,
        content=Content(
            kind="text" if said.public else "event",
            text=said.text if said.public else None,
            subject=subject,
            fields=rest | text,
        ),
    )


def _aliases(told: dict[str, str]) -> tuple[str, ...]:
    found = (email(told.get("email", "")), phone(told.get("phone", "")))
    return tuple(each.urn for each in found if each is not None)


def _build(fields: Any, token: str) -> str:
    """Builds a comment of an end user."""
    from_, text = needed(fields, "from_email", "body")
    return trigger(requester={"email": from_}, comment={"id": token, "text": text, "public": "true"})


PROVIDER = Provider(
    channel="zendesk",
    label="Zendesk",
    name="zendesk",
    source=(
        "https://developer.zendesk.com/api-reference/webhooks/event-types/webhook-event-types/",
        "https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events",
        "https://developer.zendesk.com/api-reference/webhooks/event-types/messaging-events",
        "https://support.zendesk.com/hc/en-us/articles/4408886858138-Zendesk-placeholders-reference",
    ),
    recognises=recognises,
    items=items,
    personal=frozenset(
        {"body", "name", "email", "phone", "text", "subject", "title", "description", "current", "previous"}
    )
    | {"value", "identity", "filename"},
    examples=EXAMPLES,
    build={"message_received": _build},
    headers=frozenset(
        {
            "x-zendesk-webhook-signature",
            "x-zendesk-webhook-id",
            "x-zendesk-webhook-invocation-id",
            "x-zendesk-account-id",
        }
    ),
    signatures=(Signature("zendesk_webhook_secret", "zendesk"),),
    not_covered=(
        "identities and merges of users: no page shows what these events hold; they are kept as unknown",
        "Sunshine Conversations webhooks (conversation:message), and EventBridge events of the Events Connector",
    ),
)
