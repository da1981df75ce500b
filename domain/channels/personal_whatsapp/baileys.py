"""Baileys: its events as a bridge of one's own passes them on, each under its name with what it came with.

Sources, read 2026-11: baileys.wiki (Receiving updates; Handling messages; Migrate to v7), github.com/WhiskeySockets/Baileys,
src/Types/Events.ts, src/Types/Message.ts, src/Types/Call.ts.

Baileys is a library and posts nothing itself. Per event of its emitter, post

    {"event": "messages.upsert", "account": "front-desk", "me": "14155550100:7@s.whatsapp.net",
     "data": {"type": "notify", "messages": [{"key": {"remoteJid": "14155550123@s.whatsapp.net", "fromMe": false, "id": "3EB0A1"},
      "pushName": "Ann", "messageTimestamp": 1796119644, "message": {"conversation": "Is my table ready?"}}]}}
    {"event": "messages.update", "account": "front-desk",
     "data": [{"key": {"remoteJid": "14155550123@s.whatsapp.net", "fromMe": true, "id": "3EB0B2"}, "update": {"status": 4}}]}

`messages.upsert` of type `append` is what was said before, while nobody was connected: it is read like the rest. Signed, where wanted,
with HMAC-SHA256 of the body in `X-Signature`, hexadecimal.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from domain.channels.personal_whatsapp.baileys_examples import EXAMPLES
from domain.channels.personal_whatsapp.keyed import PRESENCE, call, message, receipt, time_of, where, with_said
from domain.channels.personal_whatsapp.protocol import PERSONAL, Said, said
from domain.channels.personal_whatsapp.told import Told, account_event, item_of, missing
from domain.channels.provider import Given, Invalid, Item, Nothing, Provider, Signature, inner, listed, text_of, without
from schemas.values import Content

_OURS = frozenset(
    "connection.update creds.update messaging-history.set groups.upsert groups.update group-participants.update group.join-request "
    "blocklist.set blocklist.update labels.edit labels.association chats.upsert chats.delete".split()
)
_SECRET = ("qr", "creds", "me", "chats", "contacts", "messages")
"""What opens the account, and what a history brings in masses."""
_REVOKED = ("1", "REVOKE")


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """Everything in one event. Raises Invalid, or Nothing where nothing follows from all of it."""
    if not recognises(data):
        raise missing("data")
    event, account, me = data["event"], text_of(data.get("account")) or "", text_of(data.get("me")) or ""
    if event in PRESENCE:
        raise Nothing("presence")
    reader = _READERS.get(event)
    if reader is None:
        told = data["data"] if isinstance(data["data"], dict) else {}
        state = text_of(told.get("connection"))
        moment = json.dumps(data["data"], sort_keys=True)
        rest = without(told, *_SECRET)
        kind = f"{event}:{state}" if state else event
        return [account_event("baileys", account, me, kind, moment, None, rest, known=event in _OURS)]
    found: list[Item | Invalid] = []
    why = "empty"
    for each in _listed(event, data["data"]):
        try:
            found.append(item_of("baileys", reader(each, account, me)))
        except Invalid as invalid:
            found.append(Invalid(invalid.reason, str(invalid), invalid.provider_ids, len(found)))
        except Nothing as nothing:
            why = nothing.why
    if not found:
        raise Nothing(why)
    return found


def _listed(event: str, data: Any) -> Iterator[dict[str, Any]]:
    if event == "messages.upsert":
        data = listed(data, "messages")
    elif event == "messages.delete":
        data = [{"key": key} for key in listed(data, "keys")]
    for each in data if isinstance(data, list) else [data]:
        if isinstance(each, dict):
            yield each


def _update(data: dict[str, Any], account: str, me: str) -> Told:
    """What has changed about a message: how far it got, or what it says."""
    update, told = inner(data, "update"), where(inner(data, "key"), account, me)
    if "status" in update:
        return receipt(told, update["status"], time_of(update.get("messageTimestamp")), {})
    if text_of(update.get("messageStubType")) in _REVOKED:
        return with_said(told, Said("delete", "delete", Content(kind="event"), told.id), None, None)
    edited = inner(update, "message", "editedMessage", "message")
    if not edited:
        raise Nothing("no_news")
    changed = Said("edit", "edit", said(edited).content, told.id)
    return with_said(told, changed, None, time_of(update.get("messageTimestamp")))


def _receipt(data: dict[str, Any], account: str, me: str) -> Told:
    """Of one reader in a group."""
    told, times = where(inner(data, "key"), account, me), inner(data, "receipt")
    names = {"playedTimestamp": "played", "readTimestamp": "read", "receiptTimestamp": "delivery_ack"}
    name = next((each for each in names if times.get(each)), None)
    reader = text_of(times.get("userJid")) or told.sender
    if name is None:
        raise Nothing("no_news")
    return receipt(replace(told, sender=reader), names[name], time_of(times[name]), {})


def _reaction(data: dict[str, Any], account: str, me: str) -> Told:
    """`key` names the message that it is about, the reaction's own key who reacted."""
    reaction, target = inner(data, "reaction"), text_of(inner(data, "key").get("id")) or ""
    told = where(inner(reaction, "key") or inner(data, "key"), account, me)
    content = Content(kind="reaction", text=text_of(reaction.get("text")))
    return with_said(
        told, Said("reaction", "reaction", content, target), None, time_of(reaction.get("senderTimestampMs"))
    )


def _deleted(data: dict[str, Any], account: str, me: str) -> Told:
    told = where(inner(data, "key"), account, me)
    return with_said(told, Said("delete", "delete", Content(kind="event"), told.id), None, None)


_READERS: Mapping[str, Callable[[dict[str, Any], str, str], Told]] = {
    "messages.upsert": message,
    "messages.update": _update,
    "messages.reaction": _reaction,
    "messages.delete": _deleted,
    "message-receipt.update": _receipt,
    "call": call,
}


def recognises(data: Any) -> bool:
    """An event under its name; other bridges name a session or an instance beside it."""
    if not isinstance(data, dict) or type(data.get("event")) is not str or "data" not in data:
        return False
    return "instance" not in data and "session" not in data


PROVIDER = Provider(
    channel="personal_whatsapp",
    label="WhatsApp",
    name="baileys",
    source=(
        "https://baileys.wiki/docs/socket/receiving-updates",
        "https://github.com/WhiskeySockets/Baileys/blob/master/src/Types/Events.ts",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL | {"me", "from", "chatId", "callerPn", "userJid", "update"},
    examples=EXAMPLES,
    signatures=(Signature("bridge_secret", "hmac"),),
    not_covered=("votes of polls: they are encrypted",),
)
