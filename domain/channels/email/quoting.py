"""The sender's own words in a mail that answers another: without the mail that it quotes.

Comes in: plain text. Goes out: what stands before the first of: a line by which mail programs introduce a quotation, in English,
Spanish, French, Portuguese and German; a separator of Outlook and its block of headers; and without lines that begin with `>`.
Careful: rather too much is kept than a word of the sender's lost, and never is everything cut.
"""

import re

LONGEST, LINES = 200_000, 10_000
"""Characters and lines that are looked at; what is longer is nobody's letter."""
_WRAPPED = 3
"""Lines over which a mail program may wrap its introduction."""
_LONGEST_INTRODUCTION = 1_000
"""Characters of them all."""

_WROTE = re.compile(
    r"(?=.*\d)(?:"
    r"on\b.{4,}\bwrote|"
    r"el\b.{4,}\bescribi[oó]|"
    r"le\b.{4,}\b(?:a|avez)\s+[eé]crit|"
    r"(?:em|a|no dia)\b.{4,}\b(?:escreveu|escreveram)|"
    r"am\b.{4,}\bschrieb\b.*"
    r")\s*:\s*",
    re.IGNORECASE | re.DOTALL,
)
"""A whole introduction with a date in it: `On <date>, <who> wrote:`."""
_BEGINS = re.compile(r"(?:on|el|le|em|a|no dia|am)\s", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"[\s>]*(?:[-_]{2,}\s*(?:original message|forwarded message|mensaje original|mensaje reenviado|message d.origine|"
    r"message original|message transf[eé]r[eé]|mensagem original|mensagem encaminhada|urspr[uü]ngliche nachricht|"
    r"weitergeleitete nachricht)\s*[-_]{2,}|_{20,})\s*",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*\*?(?:from|de|von)\s?:\*?\s*\S.*", re.IGNORECASE)
_SENT = re.compile(
    r"\s*\*?(?:sent|date|enviado(?: el| em)?|fecha|envoy[eé](?: le)?|data|gesendet|datum|to|para|[aà]|an)\s?:\*?\s*\S.*",
    re.IGNORECASE,
)  # fmt: skip


def own_words(text: str | None) -> str | None:
    """What the sender wrote in this mail; None when nothing is quoted, or nothing but a quotation is there."""
    if not text or len(text) > LONGEST or text.count("\n") > LINES:
        return None
    lines = text.replace("\r\n", "\n").split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if introduced := _introduction(lines, at):
            # Answers may stand below what they answer; then the quotation itself is marked.
            if not _is_marked(lines, at + introduced):
                break
            at += introduced
        elif _is_separator(lines, at):
            break
        else:
            if not lines[at].startswith(">"):
                kept.append(lines[at])
            at += 1
    return "\n".join(kept).strip() or None if len(kept) < len(lines) else None


def _introduction(lines: list[str], at: int) -> int:
    """How many lines introduce a quotation from this one on; 0 when it does not begin one."""
    if not _BEGINS.match(lines[at]):
        return 0
    for count in range(1, _WRAPPED + 1):
        told = " ".join(lines[at : at + count])
        if len(told) <= _LONGEST_INTRODUCTION and _WROTE.fullmatch(told):
            return count
    return 0


def _is_marked(lines: list[str], at: int) -> bool:
    """Whether the next line that says something begins with `>`."""
    return next((line for line in lines[at:] if line.strip()), "").startswith(">")


def _is_separator(lines: list[str], at: int) -> bool:
    """Whether all from this line on is another mail, as Outlook quotes one. One header alone may be a sentence."""
    line = lines[at]
    if _FROM.fullmatch(line):
        return any(_SENT.fullmatch(each) for each in lines[at + 1 : at + 3])
    return _SEPARATOR.fullmatch(line) is not None
