"""What belongs together among mails, and who takes part (RFC 5322 3.6.4), for every channel that mails come in by.

A thread is called by the mail with which it began: the first of References, else the one that is answered, else the mail itself. So each
mail tells its thread by itself, in whatever order and to whichever of our addresses mails come. Two threads whose beginnings nobody names
any more (a client that cuts References) stay two.
"""

import re
from typing import Literal

from domain.addresses import email
from domain.mail_text import addressed
from schemas.values import Participant

MOST = 100
"""Participants of one mail who are kept; the rest stay in its headers."""
OWN_IDS = (".amazonses.com", "@mtasv.net")
"""Hosts of Message-IDs whose local part is what the provider calls the mail: Amazon SES, Postmark."""
MESSAGE_ID = re.compile(r"<[^<>\s]+>")
ROLES: tuple[Literal["from", "to", "cc"], ...] = ("from", "to", "cc")


def thread_of(references: str | None, in_reply_to: str | None, own: str) -> str:
    """What the thread of a mail is called, from its headers and what the mail itself is called (`own`)."""
    found = MESSAGE_ID.search(references or "") or MESSAGE_ID.search(in_reply_to or "")
    return own_id(found[0] if found else own)


def own_id(message_id: str) -> str:
    """What a provider calls the mail of ours with this Message-ID; the Message-ID itself where it is nobody's own."""
    local, at, host = message_id.strip("<>").rpartition("@")
    own = at and any(f".{host}".endswith(each) or f"@{host}" == each for each in OWN_IDS)
    return local if own else message_id


def participants(from_: str | None, to: str | None, cc: str | None) -> tuple[Participant, ...]:
    """Everybody in these headers who has an address, each once in each role."""
    found: dict[tuple[str, str], Participant] = {}
    for role, header in zip(ROLES, (from_, to, cc), strict=True):
        for name, text in addressed((header,)):
            if len(found) == MOST:
                break
            if (address := email(text)) is not None:
                found.setdefault((address.urn, role), Participant(address.urn, role, name or None))
    return tuple(found.values())
