"""Telegram: updates of a bot, one per request, also those of chats that a business account has connected to the bot.

Sources, read 2026-11: core.telegram.org/bots/api (Update and what is in it, setWebhook), core.telegram.org/bots/features#deep-linking;
for peers' view of it docs.aiogram.dev and grammy.dev.

    {"update_id": 174114370, "message": {"message_id": 41, "from": {"id": 5550101, "first_name": "Dana", "is_bot": false},
     "chat": {"id": 5550101, "type": "private"}, "date": 1795514844, "text": "Is my table ready?"}}

A message's number counts within its chat, so a message is told apart by `<chat>|<number>`. Nothing in an update says which bot it is
for; where the address of the webhook ends in the bot's number or its token (`.../123456789:AA..`), that tells, else the account is
empty. In a group the contact is who wrote, and the chat is kept among the fields. `/start`, with or without what a link put behind it,
is what the start button sends and nothing that anybody said: it is read as how somebody came (`referral.received`, `ref`).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from domain.addresses import Address, opaque
from domain.channels.provider import Given, Invalid, Item, Provider, Signature, inner, listed, needed, text_of, without
from domain.channels.telegram.bot_examples import EXAMPLES, update
from domain.channels.telegram.bot_messages import SERVICE, content_of, own_number
from domain.provider_time import unix
from schemas.meanings import Meaning
from schemas.values import Answer, Content

PERSONAL = frozenset(
    "text caption first_name last_name username title phone_number vcard question latitude longitude address data button_text emoji "
    "author_signature bio query explanation email name file_name performer contact location venue".split()
)

_BOT = re.compile(r"/(?:bot)?(\d{5,20})(?:(?::|%3[Aa])[\w-]+)?/?(?=[?#]|$)")
_START = re.compile(r"/start(@\w+)?(?:\s+(\S+))?\s*")


class Told(NamedTuple):
    """One update. kind: its name; value: what it holds. account: the bot's number, where the address tells it."""

    id: str
    kind: str
    value: Mapping[str, Any]
    account: str


def recognises(data: Any) -> bool:
    """Every update has its number."""
    return isinstance(data, dict) and type(data.get("update_id")) is int


def items(data: Any, given: Given) -> list[Item | Invalid]:
    """What one update tells."""
    id_ = text_of(data.get("update_id")) if isinstance(data, dict) else None
    if id_ is None:
        raise _missing("update_id")
    kind = next((name for name in _READERS if isinstance(data.get(name), dict)), None)
    if kind is None:
        kind = next((name for name, value in data.items() if isinstance(value, dict) and value), None)
    if kind is None:
        return []
    bot = _BOT.search(given.url)
    return [*_READERS.get(kind, _other)(Told(id_, kind, data[kind], bot[1] if bot else ""))]


def _missing(name: str, *ids: str) -> Invalid:
    return Invalid("missing_field", f"Telegram event missing required field: {name}", ids)


def _item(
    told: Told, meaning: Meaning, provider_id: str, content: Content, contact: Address | None, **more: Any
) -> Item:
    ours = f"telegram:{told.account or 'unknown'}"
    return Item(
        meaning=meaning,
        account=told.account,
        provider_id=provider_id,
        event=told.id,
        kind=more.pop("kind", told.kind),
        contact=contact,
        ours=ours,
        direction=more.pop("direction", "inbound"),
        claims=(told.account, text_of(told.value.get("business_connection_id")) or "", ours),
        provider_time=unix(told.value.get("date")),
        content=content,
        **more,
    )


def _somebody(user: Mapping[str, Any]) -> Address | None:
    """A person, or a chat that speaks for itself (a channel, a group's anonymous administrator)."""
    found = opaque("telegram", text_of(user.get("id")))
    if found is None:
        return None
    names = [name for part in ("first_name", "last_name") if (name := text_of(user.get(part)))]
    return found._replace(name=" ".join(names) or text_of(user.get("title")))


def _about(user: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name in ("username", "language_code") if (value := text_of(user.get(name)))}


def _named(told: Told) -> tuple[str, str]:
    """The message's number, and what tells it apart from those of other chats."""
    number, chat = text_of(told.value.get("message_id")), text_of(inner(told.value, "chat").get("id"))
    if number is None:
        raise _missing(f"{told.kind}.message_id")
    if chat is None:
        raise _missing(f"{told.kind}.chat.id", number)
    return number, f"{chat}|{number}"


def _message(told: Told) -> list[Item]:
    message, chat = told.value, inner(told.value, "chat")
    number, identity = _named(told)
    speaker = inner(message, "sender_chat") or inner(message, "from") or (chat if "channel_post" in told.kind else {})
    ours = "business" in told.kind and text_of(speaker.get("id")) not in (None, text_of(chat.get("id")))
    party = chat if ours else speaker
    contact = _somebody(party)
    if contact is None:
        raise _missing(f"{told.kind}.from.id", number)
    edited = told.kind.startswith("edited_")
    meaning: Meaning = "message.edited" if edited else "message.echoed" if ours else "message.received"
    content, kind = content_of(message), told.kind
    service = next((name for name in message if name in SERVICE), None)
    started = _START.fullmatch(content.text or "") if told.kind == "message" else None
    if service is not None:
        meaning, kind = "unknown", f"{told.kind}:{service}"
        content = Content(kind="event", fields=content.fields)
    elif started and (started[1] or chat.get("type") == "private"):
        meaning, kind = "referral.received", f"{told.kind}:start"
        content = Content(kind="event", fields=content.fields | ({"ref": started[2]} if started[2] else {}))
    if chat.get("type") != "private":
        content.fields["chat"] = chat
    replied = text_of(inner(message, "reply_to_message").get("message_id"))
    return [
        _item(
            told,
            meaning,
            number,
            content,
            contact,
            kind=kind,
            direction="outbound" if ours else "inbound",
            message=identity,
            moment=f"{identity}|{text_of(message.get('edit_date')) or text_of(message.get('date')) or ''}",
            in_reply_to=replied,
            answers=f"{text_of(chat.get('id'))}|{replied}" if replied else "",
            about=_about(party),
            aliases=own_number(message),
            machine=inner(message, "from").get("is_bot") is True and not inner(message, "sender_chat"),
        )
    ]


def _deleted(told: Told) -> list[Item]:
    """Messages of a business account's chat: by one update as many as there are."""
    chat = inner(told.value, "chat")
    contact = _somebody(chat)
    if contact is None:
        raise _missing(f"{told.kind}.chat.id")
    numbers = dict.fromkeys(number for each in listed(told.value, "message_ids") if (number := text_of(each)))
    content = Content(kind="event", fields=without(told.value, "chat", "message_ids"))
    return [
        _item(told, "message.deleted", number, content, contact, message=f"{chat['id']}|{number}", moment=number)
        for number in numbers
    ]


def _tapped(told: Told) -> list[Item]:
    """A button under a message of ours. Its words stand in the keyboard that comes along."""
    query, message = told.value, inner(told.value, "message")
    id_, user = text_of(query.get("id")), inner(query, "from")
    if id_ is None:
        raise _missing("callback_query.id")
    contact = _somebody(user)
    if contact is None:
        raise _missing("callback_query.from.id", id_)
    payload, chat = text_of(query.get("data")), inner(message, "chat")
    title, number = _title(message, payload), text_of(message.get("message_id"))
    fields = without(query, "id", "from", "message", "data")
    if chat and chat.get("type") != "private":
        fields["chat"] = chat
    content = Content(kind="interactive", text=title, fields=fields, answer=Answer("button", payload, title))
    answers = f"{text_of(chat.get('id'))}|{number}" if number else ""
    about = _about(user)
    return [_item(told, "message.received", id_, content, contact, in_reply_to=number, answers=answers, about=about)]


def _title(message: Mapping[str, Any], payload: str | None) -> str | None:
    for row in listed(inner(message, "reply_markup"), "inline_keyboard"):
        for button in row if isinstance(row, list) else ():
            if isinstance(button, dict) and payload and button.get("callback_data") == payload:
                return text_of(button.get("text"))
    return None


def _reacted(told: Told) -> list[Item]:
    """All reactions that somebody has on a message from now on; none is taken off."""
    number, identity = _named(told)
    user = inner(told.value, "actor_chat") or inner(told.value, "user")
    contact = _somebody(user)
    if contact is None:
        raise _missing("message_reaction.user.id", number)
    put = "".join(_emoji(each) for each in listed(told.value, "new_reaction") if isinstance(each, dict))
    fields = without(told.value, "message_id", "user", "date")
    content = Content(kind="reaction", text=put or None, fields=fields)
    return [_item(told, "message.reaction", number, content, contact, message=identity, about=_about(user))]


def _emoji(reaction: Mapping[str, Any]) -> str:
    """A custom emoji has no character, a paid one is a star."""
    custom = text_of(reaction.get("custom_emoji_id"))
    return text_of(reaction.get("emoji")) or (f"custom_emoji:{custom}" if custom else "⭐")


def _membership(told: Told) -> list[Item]:
    """The bot's own membership: in a private chat somebody has stopped it or started it again; elsewhere it is about us."""
    chat, status = inner(told.value, "chat"), text_of(inner(told.value, "new_chat_member").get("status")) or ""
    user, kind = inner(told.value, "from"), f"{told.kind}:{status}"
    content = Content(kind="event", fields=without(told.value, "from", "date"))
    if chat.get("type") != "private":
        return [_item(told, "account.event", told.id, content, None, kind=kind)]
    contact = _somebody(user)
    if contact is None:
        raise _missing("my_chat_member.from.id")
    consent = CONSENT.get(status)
    meaning: Meaning = "consent.changed" if consent else "unknown"
    return [_item(told, meaning, told.id, content, contact, kind=kind, consent=consent, about=_about(user))]


CONSENT: Mapping[str, tuple[Literal["opted_out", "opted_in"], str]] = {
    "kicked": ("opted_out", "provider"),
    "member": ("opted_in", "provider"),
}
"""To a bot that somebody has blocked nothing can be sent."""


def _connected(told: Told) -> list[Item]:
    """A business account was connected to the bot, or is so no longer."""
    id_ = text_of(told.value.get("id")) or told.id
    return [_item(told, "account.event", id_, Content(kind="event", fields=without(told.value, "id")), None)]


def _other(told: Told) -> list[Item]:
    """A poll, an inline query, a payment, a boost, or what Telegram thinks of tomorrow."""
    user = inner(told.value, "from") or inner(told.value, "user")
    id_ = text_of(told.value.get("id")) or told.id
    content = Content(kind="event", fields=without(told.value, "id", "from", "user", "date"))
    return [_item(told, "unknown", id_, content, _somebody(user), about=_about(user))]


_READERS: Mapping[str, Callable[[Told], list[Item]]] = {
    "message": _message,
    "edited_message": _message,
    "channel_post": _message,
    "edited_channel_post": _message,
    "business_message": _message,
    "edited_business_message": _message,
    "deleted_business_messages": _deleted,
    "callback_query": _tapped,
    "message_reaction": _reacted,
    "my_chat_member": _membership,
    "business_connection": _connected,
}


def _build(fields: Mapping[str, str], token: str) -> str:
    from_, body = needed(fields, "from_number", "body")
    number = int(token, 16) % 2**31
    person = {"id": int(re.sub(r"\D", "", from_) or 0), "is_bot": False, "first_name": "Test"}
    return update(
        number, message={"message_id": number, "from": person, "chat": {**person, "type": "private"}, "text": body}
    )


PROVIDER = Provider(
    channel="telegram",
    label="Telegram",
    name="bot",
    source=(
        "https://core.telegram.org/bots/api#update",
        "https://core.telegram.org/bots/api#setwebhook",
        "https://core.telegram.org/bots/features#deep-linking",
    ),
    recognises=recognises,
    items=items,
    personal=PERSONAL,
    examples=EXAMPLES,
    build={"message_received": _build},
    headers=frozenset({"x-telegram-bot-api-secret-token"}),
    signatures=(Signature("TELEGRAM_SECRET_TOKEN", "telegram"),),
    not_covered=(
        "deliveries and reads of what a bot sends: Telegram tells none",
        "inline queries, polls, payments and boosts: kept as unknown, with their fields",
    ),
)
