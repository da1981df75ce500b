"""Evolution API: one event per post, named `messages.upsert` (or `MESSAGES_UPSERT`), of one of its instances.

Sources, read 2026-11: doc.evolution-api.com/v2/en/configuration/webhooks and /integrations/evolution-channel;
github.com/EvolutionAPI/evolution-api, src/api/integrations/channel/whatsapp/whatsapp.baileys.service.ts.

    {"event": "messages.upsert", "instance": "front-desk", "sender": "14155550100@s.whatsapp.net", "date_time": "2026-11-24T10:07:24.123Z",
     "server_url": "https://evolution.acme.example", "apikey": "..",
     "data": {"key": {"remoteJid": "14155550123@s.whatsapp.net", "fromMe": false, "id": "3EB0A1"}, "pushName": "Ann",
              "message": {"conversation": "Is my table ready?"}, "messageType": "conversation", "messageTimestamp": 1796119644}}
    {"event": "messages.update", "instance": "front-desk", "data": {"keyId": "3EB0B2", "remoteJid": "14155550123@s.whatsapp.net",
     "fromMe": true, "status": "DELIVERY_ACK"}}

`sender` is the instance's own address. Nothing is signed; a secret can stand in the webhook's own headers. `apikey` opens the instance, and
is kept nowhere but in the bytes.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from domain.channels.personal_whatsapp.evolution_examples import EXAMPLES
from domain.channels.personal_whatsapp.keyed import PRESENCE, call, message, receipt, time_of, where, with_said
from domain.channels.personal_whatsapp.protocol import PERSONAL, Said, said
from domain.channels.personal_whatsapp.told import Told, account_event, item_of, missing
from domain.channels.provider import Given, Invalid, Item, Nothing, Provider, Signature, inner, text_of, without
from domain.provider_time import iso
from schemas.values import Content

_OURS = frozenset(
    "application.startup instance.create instance.delete qrcode.updated connection.update status.instance logout.instance "
    "remove.instance messages.set chats.upsert chats.delete groups.upsert groups.update group.update group.participants.update "
    "labels.edit labels.association typebot.start typebot.change.status new.token".split()
)
_SECRET = ("qrcode", "apikey", "token", "jwt")


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """Everything in one event. Raises Invalid, or Nothing where nothing follows from all of it."""
    if not recognises(data):
        raise missing("instance")
    event = _event(data)
    account, me = _instance(data["instance"]), text_of(data.get("sender")) or ""
    if event in PRESENCE:
        raise Nothing("presence")
    told_at = iso(text_of(data.get("date_time")) or "")
    reader = _READERS.get(event)
    if reader is None:
        told = inner(data, "data")
        state = text_of(told.get("state"))
        moment = f"{text_of(data.get('date_time'))}|{json.dumps(told, sort_keys=True)}"
        rest = without(told, *_SECRET)
        kind = f"{event}:{state}" if state else event
        return [account_event("evolution", account, me, kind, moment, told_at, rest, known=event in _OURS)]
    found: list[Item | Invalid] = []
    why = "empty"
    for each in _listed(data.get("data")):
        try:
            told_ = reader(each, account, me)
            found.append(item_of("evolution", told_ if told_.time else replace(told_, time=told_at)))
        except Invalid as invalid:
            found.append(Invalid(invalid.reason, str(invalid), invalid.provider_ids, len(found)))
        except Nothing as nothing:
            why = nothing.why
    if not found:
        raise Nothing(why)
    return found


def _listed(data: Any) -> Iterator[dict[str, Any]]:
    """One as a rule; older versions give several."""
    for each in data if isinstance(data, list) else [data]:
        if isinstance(each, dict):
            yield each


def _event(data: dict[str, Any]) -> str:
    event: str = data["event"]
    return event.lower().replace("_", ".")


def _instance(told: Any) -> str:
    """Its name, alone or in what is told of it."""
    return text_of(told.get("name") if isinstance(told, dict) else told) or ""


def _key(data: dict[str, Any]) -> dict[str, Any]:
    """The key, which newer versions lay out flat."""
    return inner(data, "key") or {**data, "id": data.get("keyId") or data.get("id")}


def _message(data: dict[str, Any], account: str, me: str) -> Told:
    """Media that Evolution has stored are told beside the message."""
    told = message(data, account, me, text_of(inner(data, "message").get("mediaUrl")) or text_of(data.get("mediaUrl")))
    source = text_of(data.get("source"))
    if source is None:
        return told
    return replace(told, content=replace(told.content, fields=told.content.fields | {"source": source}))


def _update(data: dict[str, Any], account: str, me: str) -> Told:
    status = data.get("status") or inner(data, "update").get("status")
    if text_of(status) == "DELETED":
        return _deleted(data, account, me)
    told = where(_key(data), account, me)
    return receipt(told, status, time_of(data.get("messageTimestamp")), {})


def _deleted(data: dict[str, Any], account: str, me: str) -> Told:
    told = where(_key(data), account, me)
    return with_said(told, Said("delete", "delete", Content(kind="event"), told.id), None, None)


def _edited(data: dict[str, Any], account: str, me: str) -> Told:
    """`key` names the message that says something else from now on."""
    told = where(inner(data, "key"), account, me)
    changed = Said("edit", "edit", said(data.get("editedMessage")).content, told.id)
    return with_said(told, changed, None, time_of(data.get("timestampMs")))


_READERS: Mapping[str, Callable[[dict[str, Any], str, str], Told]] = {
    "messages.upsert": _message,
    "send.message": _message,
    "messages.update": _update,
    "messages.delete": _deleted,
    "messages.edited": _edited,
    "call": call,
}


def recognises(data: Any) -> bool:
    return isinstance(data, dict) and type(data.get("event")) is str and "instance" in data


PROVIDER = Provider(
    channel="personal_whatsapp",
    label="WhatsApp",
    name="evolution",
    source=(
        "https://doc.evolution-api.com/v2/en/configuration/webhooks",
        "https://doc.evolution-api.com/v2/en/integrations/evolution-channel",
        "https://github.com/EvolutionAPI/evolution-api",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL | {"apikey", "from", "chatId", "callerPn", "editedMessage", "qrcode", "mediaUrl"},
    examples=EXAMPLES,
    signatures=(Signature("evolution_token", "bearer"),),
    not_covered=("votes of polls: they are encrypted",),
)
