"""Meta's WhatsApp Cloud API: messages, statuses, calls and account events, in one shape of body for all of them.

Sources, read 2026-11: developers.facebook.com/documentation/business-messaging/whatsapp, webhooks/overview and webhooks/reference
(messages, messages/status, messages/system, messages/reaction, messages/unsupported, messages/revoke, messages/group,
smb_message_echoes, history, smb_app_state_sync, user_preferences, account_update, account_alerts, account_review_update, standby),
calling/user-initiated-calls, calling/business-initiated-calls, business-scoped-user-ids, support/error-codes; and pywa's public types
(calls, message status, system, user preferences) for names that the reference leaves out.

A body names accounts, their changes and in each change our number; one body may be about several tenants (T-16):

    {"object": "whatsapp_business_account", "entry": [{"id": "104996122399160", "changes": [{"field": "messages", "value":
     {"messaging_product": "whatsapp", "metadata": {"display_phone_number": "14155550100", "phone_number_id": "106540352242922"},
      "contacts": [{"profile": {"name": "Ann"}, "wa_id": "14155550123", "user_id": "US.13491208655302741918"}],
      "messages": [{"from": "14155550123", "id": "wamid.HBgL..", "timestamp": "1796119644", "type": "text",
                    "text": {"body": "Is my table ready?"}}]}}]}]}

A status names the message by the id that its sending was answered with:

    "statuses": [{"id": "wamid.HBgL..", "status": "delivered", "timestamp": "1796119650", "recipient_id": "14155550123"}]
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from domain.channels.meta import handshake
from domain.channels.provider import (
    Given,
    Invalid,
    Item,
    Nothing,
    Provider,
    Reply,
    Signature,
    listed,
    needed,
)
from domain.channels.whatsapp.cloud_account import FIELDS, account_events, error, preference
from domain.channels.whatsapp.cloud_bodies import body, received
from domain.channels.whatsapp.cloud_calls import call
from domain.channels.whatsapp.cloud_change import Change, change_of
from domain.channels.whatsapp.cloud_examples import EXAMPLES
from domain.channels.whatsapp.cloud_messages import echo, message
from domain.channels.whatsapp.cloud_statuses import status

OBJECT = "whatsapp_business_account"

PERSONAL = frozenset(
    "from to wa_id user_id parent_user_id from_user_id from_parent_user_id to_user_id to_parent_user_id recipient_id "
    "recipient_user_id recipient_parent_user_id recipient_participant_id previous_user_id customer new_wa_id name username "
    "profile body text caption filename emoji payload title description response_json latitude longitude address url contacts "
    "vcard threads state_sync contact phone_number full_name first_name sdp details user product_items participants".split()
)

_READERS: Mapping[str, Callable[[Change, dict[str, Any]], Item]] = {
    "messages": message,
    "message_echoes": echo,
    "statuses": status,
    "calls": call,
    "user_preferences": preference,
    "errors": error,
}
"""How each list of a change is read. Errors of a change with calls are about those."""


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """Everything in one body. Raises Handshake, Invalid for what is no body of theirs, Nothing where nothing follows from all of it."""
    if isinstance(data, dict) and "hub.mode" in data:
        raise handshake("WhatsApp", data)
    if not recognises(data):
        raise Invalid("missing_field", "WhatsApp event missing required field: entry")
    found: list[Item | Invalid] = []
    why = "empty"
    for read, change, told in _all(data):
        try:
            found.append(read(change, told))
        except Invalid as invalid:
            found.append(Invalid(invalid.reason, str(invalid), invalid.provider_ids, len(found)))
        except Nothing as nothing:
            why = nothing.why
    for change in _changes(data):
        if change.field in FIELDS or _READERS.keys().isdisjoint(change.value):
            found += account_events(change)
    if not found:
        raise Nothing(why)
    return found


def _changes(data: dict[str, Any]) -> Iterator[Change]:
    for entry in listed(data, "entry"):
        for change in listed(entry, "changes"):
            if isinstance(change, dict):
                yield change_of(entry, change)


def _all(data: dict[str, Any]) -> Iterator[tuple[Callable[[Change, dict[str, Any]], Item], Change, dict[str, Any]]]:
    """Each thing that is told, with how it is read."""
    for change in _changes(data):
        if change.field in FIELDS:
            continue
        for name, read in _READERS.items():
            if name == "errors" and listed(change.value, "calls"):
                continue
            for told in listed(change.value, name):
                if isinstance(told, dict):
                    yield read, change, told


def recognises(data: Any) -> bool:
    """Also the question whether this address is ours, which Meta asks for all of its products alike."""
    if not isinstance(data, dict):
        return False
    return (data.get("object") == OBJECT and type(data.get("entry")) is list) or type(data.get("hub.mode")) is str


def _message(fields: Mapping[str, str], token: str) -> str:
    from_, to, text = needed(fields, "from_number", "to_number", "body")
    told = received(f"wamid.{token}", {"type": "text", "text": {"body": text}}, from_.lstrip("+"))
    return msgspec.json.encode(body(told, to.lstrip("+"))).decode()


PROVIDER = Provider(
    channel="whatsapp",
    label="WhatsApp",
    name="cloud",
    source=(
        "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview",
        "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages",
        "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status",
        "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/smb_message_echoes",
        "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/user_preferences",
        "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/account_update",
        "https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids",
        "https://developers.facebook.com/documentation/business-messaging/whatsapp/calling/user-initiated-calls",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    build={"message_received": _message},
    signatures=(Signature("app_secret", "meta"),),
    reply=Reply(disables=True),
)
