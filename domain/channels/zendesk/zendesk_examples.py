"""Events of Zendesk and bodies of our triggers, written by us: every kind, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

ACCOUNT = 22129848
USER = "8447388090494"
AGENT = "8447388090777"
ID = "d4f5c389-8f4a-4c2e-a1b9-8e4f39c71d{:02x}"


def _event(number: int, type_: str, event: Any, outcome: str, **detail: Any) -> Example:
    ticket: dict[str, Any] = {
        "id": "5158",
        "requester_id": USER,
        "submitter_id": USER,
        "assignee_id": AGENT,
        "status": "OPEN",
    }
    ticket |= {"subject": "Table for Friday", "priority": "NORMAL", "tags": ["booking"], "via": {"channel": "mail"}}
    ticket |= {"created_at": "2026-11-24T10:00:00Z", "updated_at": "2026-11-24T10:07:24Z", "is_public": True}
    body = {"account_id": ACCOUNT, "id": ID.format(number), "subject": "zen:ticket:5158", "detail": ticket | detail}
    body |= {
        "time": "2026-11-24T10:07:24.123456789Z",
        "type": f"zen:event-type:{type_}",
        "zendesk_event_version": "2022-11-06",
    }
    return Example(msgspec.json.encode(body | {"event": event}).decode(), (outcome,))


def _comment(
    number: int, text: str, outcome: str, *, staff: bool = False, public: Any = True, **author: Any
) -> Example:
    writer = {"id": AGENT if staff else USER, "is_staff": staff, "name": "Max Rep" if staff else "Ann Meyer", **author}
    comment = {"id": f"98765432{number:02d}", "body": text, "is_public": public, "author": writer}
    return _event(number, "ticket.comment_added", {"comment": comment}, outcome)


def _message(number: int, actor: str, outcome: str, text: str = "Is my table ready?") -> Example:
    event = {"actor": {"id": USER, "name": "Ann Meyer", "type": actor}, "conversation_id": "67ab5f53a96f98663935c3f2"}
    event |= {"message": {"id": f"67ab5f55155becd183e284{number:02x}", "body": text}}
    body = {
        "account_id": ACCOUNT,
        "detail": {"id": "141"},
        "event": event,
        "id": f"01JQMQH83YNAKWSWJ8B1QH2N{number:02d}",
    }
    body |= {"subject": "zen:ticket:141", "time": "2026-11-24T10:07:24.123Z", "zendesk_event_version": "2022-11-06"}
    return Example(
        msgspec.json.encode(body | {"type": "zen:event-type:messaging_ticket.message_added"}).decode(), (outcome,)
    )


def _user(number: int, type_: str, event: Any, outcome: str, prefix: str = "zen:event-type:", **detail: Any) -> Example:
    user = {
        "id": USER,
        "email": "ann@example.org",
        "role": "end-user",
        "external_id": "",
        "organization_id": "0",
        **detail,
    }
    body = {
        "account_id": ACCOUNT,
        "id": ID.format(number),
        "subject": f"zen:user:{USER}",
        "detail": user,
        "event": event,
    }
    return Example(
        msgspec.json.encode(body | {"time": "2026-11-24T10:07:24Z", "type": f"{prefix}{type_}"}).decode(), (outcome,)
    )


def trigger(kind: str = "comment", role: str = "end-user", **parts: dict[str, Any]) -> str:
    """A body of ours as a trigger fills it in: the given parts, and what stands in every one."""
    ticket = {
        "id": "5158",
        "title": "Table for Friday",
        "status": "Open",
        "via": "Web form",
        "updated_at": "2026-11-24T10:07Z",
    }
    body = {
        "zendesk_trigger": kind,
        "author_role": role,
        "account": "Acme",
        "ticket": ticket,
        "requester": {},
        "comment": {},
    }
    return msgspec.json.encode(body | parts).decode()


_ANN = {"id": USER, "name": "Ann Meyer", "email": "ann@example.org", "phone": ""}


def _triggered(
    number: int, text: str, outcome: str, role: str = "end-user", kind: str = "comment", **more: Any
) -> Example:
    author = USER if role == "end-user" else AGENT
    comment = {"id": f"77{number:02d}", "text": text, "public": "true", "author_id": author, **more}
    return Example(trigger(kind, role, requester=_ANN, comment=comment), (outcome,))


_ATTACHED = {
    "id": "9876543201",
    "attachment": {
        "id": "8658726230270",
        "content_type": "image/jpeg",
        "content_url": "https://acme.zendesk.com/attachments/token/kPgF/?name=table.jpeg",
        "filename": "table.jpeg",
        "is_public": True,
    },
}

EXAMPLES: dict[str, Example] = {
    "comment": _comment(1, "Is my table ready?", "message.received"),
    "comment_again": _comment(1, "Is my table ready?", "message.received"),
    "comment_in_other_scripts": _comment(2, "テーブルの準備はできましたか 🙂", "message.received"),
    "comment_stop": _comment(3, "unsubscribe", "message.received"),
    "comment_by_an_agent": _comment(4, "It is, by the window.", "message.echoed", staff=True),
    "comment_in_private": _comment(5, "She is a regular, be nice.", "unknown", staff=True, public=False),
    "comment_of_unknown_visibility": _comment(6, "hello there", "unknown", public=None),
    "comment_of_an_unknown_role": _comment(7, "hello again", "message.received", is_staff=None),
    "attachment": _event(8, "ticket.attachment_linked_to_comment", {"comment": _ATTACHED}, "unknown"),
    "ticket_created": _event(9, "ticket.created", {}, "unknown", description="Is my table ready?"),
    "ticket_status_changed": _event(10, "ticket.status_changed", {"current": "SOLVED", "previous": "OPEN"}, "unknown"),
    "ticket_assigned": _event(11, "ticket.agent_assignment_changed", {"current": AGENT, "previous": None}, "unknown"),
    "ticket_comment_redacted": _event(12, "ticket.comment_redacted", {"comment": {"id": "9876543201"}}, "unknown"),
    "ticket_event_of_tomorrow": _event(13, "ticket.snoozed", {"until": "2026-12-01T00:00:00Z"}, "unknown"),
    "message": _message(14, "end_user", "message.received"),
    "message_by_an_agent": _message(15, "agent", "message.echoed", "By the window, at seven."),
    "message_by_a_bot": _message(16, "system", "message.echoed", "Hi there. How can I help?"),
    "user_created": _user(17, "user.created", {}, "unknown"),
    "user_identity_changed": _user(18, "user.identity_changed", {"identity": {}}, "unknown", "zen:event-type/"),
    "agent_created": _user(19, "user.created", {}, "unknown", role="agent", email="max@acme.example"),
    "organization_created": _event(20, "organization.created", {}, "account.event", name="Example Org"),
    "agent_availability": _event(21, "agent_availability.agent_state_changed", {"current": "away"}, "account.event"),
    "article_published": _event(22, "article.published", {}, "unknown", requester_id=None),
    "trigger_comment": _triggered(30, "Can we come at eight?", "message.received"),
    "trigger_comment_by_an_agent": _triggered(31, "Eight is fine.", "message.echoed", role="agent"),
    "trigger_comment_in_private": _triggered(32, "Told the kitchen.", "unknown", role="agent", public="false"),
    "trigger_comment_without_an_id": _triggered(33, "No id here", "message.received", id=""),
    "trigger_comment_of_somebody_in_copy": _triggered(34, "Me too!", "message.received", author_id="8447388090999"),
    "trigger_comment_without_a_role": _triggered(35, "Nine?", "message.received", role="", author_id=USER),
    "trigger_of_tomorrow": _triggered(36, "", "unknown", kind="status"),
    "trigger_by_address_alone": Example(
        trigger(requester={"email": "ann@example.org"}, comment={"id": "7737", "text": "Hello", "public": "true"}),
        ("message.received",),
    ),
    "no_comment_id": _event(40, "ticket.comment_added", {"comment": {"body": "hello"}}, "rejected:missing_field"),
    "no_message_id": Example(
        '{"type": "zen:event-type:messaging_ticket.message_added", "id": "e1", "event": {}}',
        ("rejected:missing_field",),
    ),
    "no_id": Example('{"type": "zen:event-type:ticket.created", "account_id": 1}', ("rejected:missing_field",)),
    "no_type": Example('{"account_id": 1, "id": "e1"}', ("rejected:missing_field",)),
    "trigger_without_a_requester": Example(
        trigger(comment={"id": "7741", "text": "Hello"}), ("rejected:missing_field",)
    ),
    "trigger_without_a_ticket": Example(trigger(ticket={}, requester=_ANN), ("rejected:missing_field",)),
}
