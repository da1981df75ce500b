"""The keyword table (F-070, F-102; T-35): what a message as a whole asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.keywords import WORDS, Verdict, normal, verdict
from schemas.settings import Policy

LANGUAGES = Policy().languages

TABLE = [
    ("STOP", "stop", "en"),
    ("stop", "stop", "en"),
    ("  Stop!! ", "stop", "en"),
    ("“stop”", "stop", "en"),
    ("'STOP'", "stop", "en"),
    ("STOP.", "stop", "en"),
    ("\uff33\uff34\uff2f\uff30", "stop", "en"),
    ("S\u200bT\u2060OP\ufeff", "stop", "en"),
    ("\u202eSTOP\u202c", "stop", "en"),
    ("STOP 🛑", "stop", "en"),
    ("🛑✋🏽 stop", "stop", "en"),
    ("\u0405\u0422\u041e\u0420", "stop", "en"),
    ("ST0P", "stop", "en"),
    ("stop\r\n", "stop", "en"),
    ("Stop  All", "stop", "en"),
    ("STOPALL", "stop", "en"),
    ("Unsubscribe", "stop", "en"),
    ("CANCEL", "stop", "en"),
    ("end", "stop", "en"),
    ("Quit", "stop", "en"),
    ("revoke", "stop", "en"),
    ("opt-out", "stop", "en"),
    ("OPT OUT", "stop", "en"),
    ("optout", "stop", "en"),
    ("ALTO", "stop", "es"),
    ("Baja", "stop", "es"),
    ("ARRÊT", "stop", "fr"),
    ("arrete", "stop", "fr"),
    ("Désabonner", "stop", "fr"),
    ("SAIR", "stop", "pt"),
    ("Stopp!", "stop", "de"),
    ("abmelden", "stop", "de"),
    ("START", "start", "en"),
    ("unstop", "start", "en"),
    ("HELP", "help", "en"),
    ("info?", "help", "en"),
    ("ayuda", "help", "es"),
    ("Hilfe", "help", "de"),
]
NONE = [
    "stop by tomorrow",
    "stop please",
    "please stop",
    "stop my medication",
    "don't stop",
    "yes",
    "y",
    "nonstop",
    "stops",
    "",
    "🛑",
    "?",
    "nil",
]
NONE += ["0", "1", "START " * 30, "\0", "berhenti", "Is my table ready?", "INFOS", "s t o p"]


@pytest.mark.parametrize(("text", "keyword", "language"), TABLE)
def test_a_word(text: str, keyword: str, language: str) -> None:
    assert verdict(text, LANGUAGES, {}) == Verdict(keyword, language)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", NONE)
def test_no_word(text: str) -> None:
    assert verdict(text, LANGUAGES, {}) is None


def test_yes_asks_to_start_only_from_whoever_may_mean_it() -> None:
    assert verdict("Yes!", LANGUAGES, {}) is None
    assert verdict("Yes!", LANGUAGES, {}, answers=True) == Verdict("start")


def test_languages_are_the_tenants_choice_and_english_always_counts() -> None:
    assert verdict("berhenti", ("id",), {}) == Verdict("stop", "id")
    assert verdict("alto", (), {}) is None
    assert verdict("stop", (), {}) == Verdict("stop")


def test_the_tenants_own_words_come_first_and_stopping_before_all() -> None:
    own = {"stop": ("BASTA", "start"), "help": ("¿Qué?",)}
    assert verdict("Basta!", LANGUAGES, own) == Verdict("stop", "tenant")
    assert verdict("start", LANGUAGES, own) == Verdict("stop", "tenant")
    assert verdict("que", LANGUAGES, own) == Verdict("help", "tenant")


def test_no_word_stands_in_two_lists_of_one_language() -> None:
    for words in WORDS.values():
        all_ = [normal(word) for each in words.values() for word in each]
        assert len(all_) == len(set(all_))


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(
    st.sampled_from([each for each in TABLE if each[0].isascii()]),
    st.text("\u200b\u2060\ufeff \t.!?\"'🛑", max_size=8),
    st.booleans(),
)
def test_what_stands_around_a_word_makes_no_difference(row: tuple[str, str, str], around: str, upper: bool) -> None:
    text = row[0].upper() if upper else row[0].lower()
    assert verdict(around + text + around, LANGUAGES, {}) == Verdict(row[1], row[2])  # type: ignore[arg-type]
