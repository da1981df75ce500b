"""What the doctor finds."""

from typing import Literal, NamedTuple

State = Literal["well", "note", "problem"]
"""well: as it should be. note: worth knowing. problem: something has to be done."""


class Finding(NamedTuple):
    """One sentence about one thing; `remedy` says what to do, "" when nothing has to be done."""

    about: str
    state: State
    sentence: str
    remedy: str = ""


def well(about: str, sentence: str) -> Finding:
    return Finding(about, "well", sentence)


def note(about: str, sentence: str, remedy: str = "") -> Finding:
    return Finding(about, "note", sentence, remedy)


def problem(about: str, sentence: str, remedy: str) -> Finding:
    return Finding(about, "problem", sentence, remedy)
