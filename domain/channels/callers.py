"""Who is at the other end of a call, for all providers of calls: numbers, SIP addresses (`sip:ann@voice.example.org`), users of a
provider's own client (`client:ann`), and nobody, where the number is withheld.

Source: twilio.com/changelog/upcoming-changes-to-withheld-caller-ids-behavior-for-dial-calls, read 2026-11, for the words that stand
in place of a withheld number and for their digits on a keypad.
"""

from collections.abc import Callable

from domain.addresses import Address, opaque

WITHHELD = frozenset(
    "anonymous restricted blocked unknown unavailable private 266696687 7378742833 2562533 8656696 86282452253".split()
)
"""Callers without a number: the word, or the same spelled on a keypad with a plus before it."""
PROGRAMS = ("ws:", "wss:", "app:")
"""How addresses begin behind which there is a program of ours."""


def nobody(text: str) -> bool:
    """Whether it names no person: nothing, a withheld number, a program."""
    return not text or text.lower().lstrip("+") in WITHHELD or text.startswith(PROGRAMS)


def caller(text: str, number: Callable[[str], Address | None]) -> Address | None:
    """Whoever calls or is called; None for nobody, and for what is no address. number: reads the provider's spelling of one."""
    if nobody(text):
        return None
    scheme, colon, rest = text.partition(":")
    if colon and scheme in ("sip", "sips"):
        return opaque("sip", rest.partition(";")[0].partition("?")[0])
    if colon and scheme == "client":
        return opaque("client", rest)
    found = number(text)
    return found if found is not None and found.urn.startswith("tel:") else None
