"""What belongs together among mails, and who takes part (RFC 5322 3.6.4), for every channel that mails come in by.

A thread is called by the mail with which it began: the first of References, else the one that is answered, else the mail itself. So each
mail tells its thread by itself, in whatever order and to whichever of our addresses mails come. Two threads whose beginnings nobody names
any more (a client that cuts References) stay two.
"""

import re
from collections.abc import Mapping
from typing import Literal

from domain.addresses import email
from domain.mail_text import addressed
from schemas.values import Participant

MOST = 100
"""Participants of one mail who are kept; the rest stay in its headers."""
OWN_IDS = (".amazonses.com", "@mtasv.net")
"""Hosts of Message-IDs whose local part is what the provider calls the mail: Amazon SES, Postmark."""
ROLES: tuple[tuple[Literal["from", "to", "cc"], str], ...] = (("from", "From"), ("to", "To"), ("cc", "Cc"))
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")


def root(headers: Mapping[str, str]) -> str | None:
    """The Message-ID, in angle brackets, of the mail with which the thread began; None where the headers name none."""
    for name in ("References", "In-Reply-To", "Message-ID"):
        if found := _MESSAGE_ID.search(headers.get(name, "")):
            return found[0]
    return None


def own_id(message_id: str) -> str:
    """What a provider calls the mail of ours with this Message-ID; the Message-ID itself where it is nobody's own."""
    local, at, host = message_id.strip("<>").rpartition("@")
    own = at and any(f".{host}".endswith(each) or f"@{host}" == each for each in OWN_IDS)
    return local if own else message_id


def participants(headers: Mapping[str, str]) -> tuple[Participant, ...]:
    """Everybody in From, To and Cc who has an address, each once in each role."""
    found: dict[tuple[str, str], Participant] = {}
    for role, header in ROLES:
        for name, text in addressed((headers.get(header),)):
            if len(found) == MOST:
                break
            if (address := email(text)) is not None:
                found.setdefault((address.urn, role), Participant(address.urn, role, name or None))
    return tuple(found.values())
