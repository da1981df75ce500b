"""What `trunkline explain` says."""

import sys
from pathlib import Path

from domain.addresses import Address, email, phone, whatsapp
from domain.keywords import ANSWERS, LONGEST, normal, verdict
from domain.normalised import Asked, Plain, answer
from domain.peeling import Control, Payload, Unreadable, peel
from runtime.errors import UsageError

_VALIDITY = {
    "valid": "such a number is assigned, going by its country's numbering plan",
    "possible": "it has a length that exists there, but no such number is assigned; it is kept and used all the same",
    "invalid": "no such number or mailbox can exist; it is kept all the same, unless a tenant's policy refuses it (refuse_invalid)",
    "unknown": "nobody but the carrier or provider can tell whether it exists",
}


def explain_address(text: str, channel: str, country: str | None) -> str:
    """The canonical form and the way to it. Raises UsageError for a channel that has no addresses of its own to read."""
    match channel:
        case "email" | "gmail":
            found, how = email(text), "a mail address"
        case "whatsapp" | "twilio_whatsapp" | "personal_whatsapp":
            found, how = whatsapp(text), "an address on WhatsApp"
        case "" | "sms" | "voice" | "twilio_call":
            found, how = _number_or_mail(text, country)
        case _:
            raise UsageError(f"addresses of {channel} are what the provider calls a person: nothing is changed in them")
    if found is None:
        hint = "" if country else "; a number without a plus needs --country"
        return f"{text!r} is no {how.partition(' ')[2]}{hint}"
    told = [f"{found.urn}", f"  {text!r} was read as {_kind(found, how)}"]
    if found.name:
        told.append(f"  beside it stood the name {found.name!r}")
    told.append(f"  validity {found.validity}: {_VALIDITY[found.validity]}")
    if found.urn.startswith("sender:"):
        told.append("  nobody can reply to an alphanumeric sender")
    return "\n".join(told)


def _number_or_mail(text: str, country: str | None) -> tuple[Address | None, str]:
    if "@" in text:
        return email(text), "a mail address"
    return phone(text, country), f"a number dialled in {country}" if country else "a number"


def _kind(found: Address, how: str) -> str:
    scheme, _, rest = found.urn.partition(":")
    if scheme == "sender":
        return "an alphanumeric sender"
    if scheme == "tel" and not rest.startswith("+"):
        return "a short code"
    return how


def explain_keyword(text: str, languages: tuple[str, ...], *, opted_out: bool) -> str:
    """The verdict and why."""
    word = normal(text)
    found = verdict(text, languages, {}, answers=opted_out)
    if found is not None:
        return (
            f"{found.keyword}\n  the whole message, without case, accents, signs and emoji, is {word!r}, a word of the list "
            f"for {found.language}"
        )
    if len(word) > LONGEST:
        return f"no keyword\n  it is longer than {LONGEST} characters: only a whole message can be a keyword"
    if word in ANSWERS:
        return f"no keyword\n  {word!r} asks to start only from somebody who is opted out (--opted-out); else it answers a question"
    return f"no keyword\n  the whole message is {word!r}, and no list for {', '.join(languages)} has it; a part of a message is none"


def explain_payload(file: Path, channel: str, provider: str) -> str:
    """Layers, provider, verification, and every event in a line. Raises UsageError for a file that cannot be read."""
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    try:
        found = peel(data.decode("utf-8", "surrogateescape"))
    except Unreadable as error:
        return f"rejected: {error.reason}\n  {error}\n  wrappings taken off before: {', '.join(error.layers) or 'none'}"
    asked = Asked(channel=channel, provider=provider)
    try:
        return "\n".join(line for each in found for line in _told(asked, each))
    except KeyError as unknown:
        raise UsageError(f"there is no channel or provider {unknown}") from unknown


def _told(asked: Asked, found: Payload | Control) -> list[str]:
    plain = answer(asked, found)
    told = [f"wrappings taken off: {', '.join(found.layers) or 'none'}"]
    if "provider" in plain:
        told.append(f"provider: {plain['channel']}/{plain['provider']}, because {plain['why']}")
    told.append(f"verification: {plain['verification']}")
    told.append(f"outcome: {plain['outcome']}" + (f", {plain['text']}" if plain.get("text") else ""))
    told += [_event(event) for event in plain["events"]]
    told += [f"  item {each['index']}: rejected, {each['text']}" for each in plain.get("rejected", ())]
    return told


def _event(event: Plain) -> str:
    parts = [f"  {event['kind']}", f"contact {event['contact'] or 'not named'}", f"ours {event['business']}"]
    parts += [f"{name} {event[name]!r}" for name in ("status", "subject", "text", "occurred_at") if event[name]]
    if event["machine"]:
        parts.append("done by a machine, no person")
    if event["consent"]:
        parts.append(f"says that the contact is {event['consent'][0]} ({event['consent'][1]})")
    return ", ".join(parts)
