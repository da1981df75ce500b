"""Reserved words: STOP, START, HELP and what stands for them.

Certain verdicts only: the whole message is one of the words ("stop by tomorrow" is none). Twilio's list (twilio.com/docs/messaging/
tutorials/advanced-opt-out), the per-se words of 47 CFR 64.1200(a)(10), the usual words of other languages, and the tenant's own.
Case, accents, width, lookalikes, emoji, quotes and punctuation around the word make no difference (F-102).
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

Keyword = Literal["stop", "start", "help"]
VERDICTS: tuple[Keyword, ...] = ("stop", "start", "help")
"""Stopping comes first: where a word stands for two, the cautious reading holds."""


class Verdict(NamedTuple):
    """keyword: what the word asks for. language: of the list that it was found in; `tenant` for the tenant's own."""

    keyword: Keyword
    language: str = "en"


WORDS: dict[str, dict[Keyword, tuple[str, ...]]] = {
    "en": {
        "stop": ("stop", "stopall", "stop all", "unsubscribe", "end", "quit", "cancel", "revoke", "optout", "opt out"),
        "start": ("start", "unstop"),
        "help": ("help", "info"),
    },
    "es": {
        "stop": ("alto", "parar", "detener", "cancelar", "baja", "salir"),
        "start": ("iniciar",),
        "help": ("ayuda",),
    },
    "fr": {
        "stop": ("arret", "arrete", "arrett", "desabonner"),
        "help": ("aide",),
    },
    "pt": {
        "stop": ("sair", "parar", "pare", "cancelar"),
        "help": ("ajuda",),
    },
    "de": {
        "stop": ("stopp", "abmelden"),
        "help": ("hilfe",),
    },
    "id": {"stop": ("berhenti",)},
    "ms": {"stop": ("berhenti",)},
    "so": {"help": ("caawimo",)},
}
ANSWERS = frozenset({"yes"})
"""Words that ask to start only from somebody who is opted out or was just asked; otherwise they answer something else (T-35)."""

LONGEST = 64
"""Characters of the longest message that is looked at."""

_LOOKALIKES = str.maketrans("аеорсухіѕјкмнтвοαερτυικν", "aeopcyxisjkmhtboaeptuikv")
_ZERO = str.maketrans("0", "o")
_NO_WORDS = re.compile(r"[\W_]+")


def verdict(
    text: str | None, languages: tuple[str, ...], own: Mapping[str, tuple[str, ...]], *, answers: bool = False
) -> Verdict | None:
    """What a message asks for as a whole. languages: whose words count (English always does). own: the tenant's words per keyword.
    answers: the contact is opted out or was just asked, so that YES asks to start."""
    if not text or len(text) > 4 * LONGEST:
        return None
    word = normal(text)
    if not word or len(word) > LONGEST:
        return None
    for keyword in VERDICTS if own else ():
        if any(normal(each) == word for each in own.get(keyword, ())):
            return Verdict(keyword, "tenant")
    if answers and word in ANSWERS:
        return Verdict("start")
    return _listed(languages).get(word)


@lru_cache(256)
def _listed(languages: tuple[str, ...]) -> dict[str, Verdict]:
    """Every word of these languages; English first, then in the order given."""
    found: dict[str, Verdict] = {}
    for keyword in VERDICTS:
        for language in dict.fromkeys(("en", *languages)):
            for word in WORDS.get(language, {}).get(keyword, ()):
                found.setdefault(normal(word), Verdict(keyword, language))
    return found


@lru_cache(4_096)
def normal(text: str) -> str:
    """The word or words of a message as they are compared. Doing it twice changes nothing."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold()).casefold()
        text = "".join(character for character in text if unicodedata.category(character) not in ("Mn", "Me", "Cf"))
        text = text.translate(_LOOKALIKES)
    words = _NO_WORDS.sub(" ", text).strip().casefold()
    return words.translate(_ZERO) if any(character.isalpha() for character in words) else words
