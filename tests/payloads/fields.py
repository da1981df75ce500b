"""How the fields that other suites name are found in our plain form. Each check gives what differs in words, or nothing."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from domain.normalised import Plain
from domain.provider_time import iso, unix

Check = Callable[[Any, Plain], str]

_KINDS = {
    "queued": {"email.processed"},
    "sent": {"email.processed", "email.delivered"},
    "inbound": {"message.received"},
}
"""Where their word is not ours with `email.` before it."""
_CATEGORIES = {"bounced": {"bounced", "invalid"}, "invalid": {"invalid"}, "timed_out": {"timed_out"}}


def _digits(text: Any) -> str:
    return re.sub(r"\D", "", str(text or ""))


def _same_address(wanted: Any, urn: Any) -> bool:
    if wanted is None:
        return urn is None
    bare = str(urn or "").partition(":")[2]
    mailbox = re.search(r"<([^<>]*)>\s*$", str(wanted))
    plain = (mailbox[1] if mailbox else str(wanted)).removeprefix("whatsapp:")
    return bare.lower() == plain.lower() or (_digits(bare) == _digits(plain) != "" and "@" not in plain)


def _sender(wanted: Any, event: Plain) -> str:
    return "" if _same_address(wanted, event["contact"]) else f"contact is {event['contact']}, expected {wanted}"


def _recipient(wanted: Any, event: Plain) -> str:
    party = event["business"] if event["direction"] == "inbound" else event["contact"]
    return "" if _same_address(wanted, party) else f"recipient is {party}, expected {wanted}"


def _recipients(wanted: Any, event: Plain) -> str:
    found = [str(each).partition(":")[2] for each in event.get("all", [event["contact"]])]
    return "" if sorted(found) == sorted(wanted) else f"{found}, expected {wanted}"


def _equal(name: str) -> Check:
    return lambda wanted, event: "" if event[name] == wanted else f"{event[name]!r}, expected {wanted!r}"


def _said(name: str) -> Check:
    def check(wanted: Any, event: Plain) -> str:
        """Empty and absent say the same; NUL cannot be kept."""
        found = (event[name] or "").replace("\0", "")
        return "" if found == (wanted or "").replace("\0", "") else f"{event[name]!r}, expected {wanted!r}"

    return check


def _extra(name: str) -> Check:
    def check(wanted: Any, event: Plain) -> str:
        found = event["extra"].get(name)
        return "" if str(found or "").strip() == str(wanted or "").strip() else f"{found!r}, expected {wanted!r}"

    return check


def _kind(wanted: Any, event: Plain) -> str:
    return "" if event["kind"] in _KINDS.get(wanted, {f"email.{wanted}"}) else f"{event['kind']}, expected {wanted}"


def _message_id(wanted: Any, event: Plain) -> str:
    headers = event["extra"].get("headers")
    found = {
        event["provider_message_id"],
        event["about"],
        event["in_reply_to"] if event["kind"] == "message.edited" else None,
    }
    if isinstance(headers, dict):
        found |= {value for name, value in headers.items() if name.lower() == "message-id"}
    return "" if wanted is None or str(wanted) in found else f"{found}, expected {wanted}"


def _event_id(wanted: Any, event: Plain) -> str:
    found = event["provider_event_id"] or event["provider_message_id"]
    return "" if str(wanted) in (found, event["provider_message_id"]) else f"{found}, expected {wanted}"


def _time(wanted: Any, event: Plain) -> str:
    told = iso(wanted) if isinstance(wanted, str) and not wanted.isdigit() else unix(wanted)
    found = event["occurred_at"]
    if told and found and told.endswith(".000Z") and found[:19] == told[:19]:
        return ""  # a suite may cut fractions of a second off
    return "" if found == told else f"{found}, expected {told}"


def _reason(wanted: Any, event: Plain) -> str:
    category = (event["error"] or {}).get("category")
    if wanted is None:
        return ""
    if wanted == "unsubscribed" and event["kind"] == "email.unsubscribed":
        return ""
    return "" if category in _CATEGORIES.get(wanted, {wanted}) else f"category {category}, expected {wanted}"


def _tags(wanted: Any, event: Plain) -> str:
    listed = [each for each in ([wanted] if isinstance(wanted, str) else wanted or ()) if each]
    return "" if event["tags"] == listed else f"{event['tags']}, expected {listed}"


def _attachments(wanted: Any, event: Plain) -> str:
    found = event["attachments"]
    if len(found) > len(wanted):  # most suites list what a text shows inline somewhere else
        found = [each for each in found if not each["inline_id"]]
    if len(wanted) != len(found):
        return f"{len(found)} attachments, expected {len(wanted)}"
    for theirs, ours in zip(wanted, found, strict=True):
        if isinstance(theirs, str):
            if theirs not in (ours["reference"] or ""):
                return f"{ours['reference']}, expected {theirs}"
            continue
        for name in ("filename", "content_type", "size"):
            if theirs.get(name) is not None and theirs[name] != ours[name]:
                return f"{name} {ours[name]!r}, expected {theirs[name]!r}"
    return ""


def _description(wanted: Any, event: Plain) -> str:
    found = (event["extra"].get("description"), (event["error"] or {}).get("text"))
    return "" if any((each or "") == (wanted or "") for each in found) else f"{found}, expected {wanted!r}"


def _type(wanted: Any, event: Plain) -> str:
    """The provider's own name, whole or with what it is about."""
    told = f"{event['provider_kind']} {event['kind']} {event['content_kind']}".lower().replace("_", " ")
    words = [word for word in re.split(r"[: _]", str(wanted).lower()) if word not in ("update", "status", "")]
    return "" if all(word in told for word in words) else f"{told!r}, expected {wanted}"


def _media(wanted: Any, event: Plain) -> str:
    return "" if any(wanted in each["reference"] for each in event["attachments"]) else f"no attachment {wanted}"


def _context(wanted: Any, event: Plain) -> str:
    if "id" in wanted and event["in_reply_to"] != wanted["id"]:
        return f"in_reply_to {event['in_reply_to']}, expected {wanted['id']}"
    return ""


def _successor(wanted: Any, event: Plain) -> str:
    return "" if _same_address(wanted, event["successor"]) else f"successor {event['successor']}, expected {wanted}"


EVENT_FIELDS: Mapping[str, Check] = {
    "event_type": _kind,
    "type": _type,
    "timestamp": _time,
    "event_id": _event_id,
    "message_id": _message_id,
    "recipient": _recipient,
    "recipients": _recipients,
    "reject_reason": _reason,
    "description": _description,
    "mta_response": _extra("mta_response"),
    "tags": _tags,
    "metadata": _equal("metadata"),
    "click_url": _extra("url"),
    "user_agent": _extra("user_agent"),
    "subject": _said("subject"),
    "text": _said("text"),
    "html": _said("html"),
    "stripped_text": _said("reply"),
    "attachments": _attachments,
    "to_phone": _successor,
    "to": lambda wanted, event: _successor(wanted, event) if isinstance(wanted, str) else "",
}
MESSAGE_FIELDS: Mapping[str, Check] = {
    "sender": _sender,
    "recipient": _recipient,
    "text": _said("text"),
    "message_id": _message_id,
    "in_reply_to": _equal("in_reply_to"),
    "subject": _said("subject"),
    "contact_name": _equal("contact_name"),
    "attachments": _attachments,
    "media_id": _media,
    "context": _context,
    "received_unix": _time,
}
STATUS_FIELDS: Mapping[str, Check] = {
    "id": _message_id,
    "status": _equal("status"),
    "recipient_id": _recipient,
    "timestamp": _time,
}
