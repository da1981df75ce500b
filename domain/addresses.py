"""Canonical addresses (URNs). One person's address has one spelling here, because a contact's id is derived from it (law 7).

`tel:+14155550100`, `tel:12345` (a short code), `sender:PRIZES` (an alphanumeric sender, to which nobody can reply),
`mailto:ann+news@example.com`, `whatsapp:14155550100` (digits as WhatsApp has them) or `whatsapp:US.1234` (who has no number there);
everywhere else what the provider calls the person: `sip:`, `client:`, `facebook:`, `instagram:`, `telegram:`, `viber:`, `line:`,
`web:`, `zendesk:`, `push:`. Normalising what is canonical changes nothing (T-04).
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from domain.numbering import Validity, validity


class Address(NamedTuple):
    """urn: canonical. validity: as libphonenumber or the mail rules see it; what is invalid there is kept all the same
    (DESIGN.md 8, Identity). name: what stood beside it (`Ann <ann@example.com>`)."""

    urn: str
    validity: Validity = "unknown"
    name: str | None = None


_E164 = re.compile(r"\+[0-9]{7,15}")
_SHORT = re.compile(r"\+?[0-9]{3,6}")
_DIGITS = re.compile(r"[0-9]{7,15}")
_SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_SEPARATORS = re.compile(r"[\s().\-/\u00a0\u200e\u202a\u202c]+")
_COUNTRY = re.compile(r"[A-Z]{2}")


LONGEST = 1_000
"""Characters of the longest text that is looked at; what is longer is no address and is not remembered either."""
LONGEST_EMAIL = 320
"""Characters of the longest address itself: 64 before the @, 255 behind it."""


def phone(text: str, country: str | None = None) -> Address | None:
    """A telephone number, short code or alphanumeric sender, as an SMS provider names it; None when it is none of them.

    `+` and 7 to 15 digits are kept as given. A leading space is a plus that was lost in form decoding (T-05). Digits without a plus
    are a number of `country` (ISO 3166), where one is known. Short codes are 3 to 6 digits; some carriers put a plus before them.
    """
    return _phone(text, country) if len(text) <= LONGEST else None


def email(text: str) -> Address | None:
    """An e-mail address, alone or as `Name <address>`; None when it is none at all.

    The domain is kept in lower case and, where it is not ASCII, in its ASCII form; plus tags stay. The local part is lower case too:
    the standard allows `Ann@` and `ann@` to differ, no provider lets them, and an opt-out of one must bind the other.
    """
    return _email(text) if len(text) <= LONGEST else None


def international(text: str) -> Address | None:
    """A number of which the provider says that it is international, with or without its plus; or a short code or alphanumeric
    sender."""
    digits = text.removeprefix("00")
    return phone(f"+{digits}") if _DIGITS.fullmatch(digits) else phone(text)


def whatsapp(text: str) -> Address | None:
    """Somebody on WhatsApp: a number in any spelling (`14155550100`, `whatsapp:+14155550100`, `14155550100@s.whatsapp.net`), a
    business-scoped user id (`US.1234`), or a hidden one (`1234@lid`); None when it is none of them."""
    given = text[:LONGEST].strip().removeprefix("whatsapp:").strip()
    number, _, host = given.partition("@")
    if host == "lid" and number.isascii() and number.isdigit():
        return Address(f"whatsapp:{number}@lid")
    digits = number.partition(":")[0].lstrip("+")
    if host in ("", "c.us", "s.whatsapp.net") and _DIGITS.fullmatch(digits):
        return Address(f"whatsapp:{digits}", validity(digits))
    return Address(f"whatsapp:{given}") if _SCOPED.fullmatch(given) else None


def opaque(scheme: str, text: str | None) -> Address | None:
    """What a provider calls a person, where only the provider knows what it means. scheme: `telegram`, `web` ... None for what is
    empty, longer than 1,000 characters or holds blanks or control characters."""
    given = (text or "").strip()
    return Address(f"{scheme}:{given}") if given and len(given) <= LONGEST and not _BLANK.search(given) else None


_SCOPED = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")


@lru_cache(65_536)
def _phone(text: str, country: str | None) -> Address | None:
    given = text.removeprefix("tel:").removeprefix("sender:")
    if _E164.fullmatch(given):
        return Address(f"tel:{given}", validity(given[1:]))
    number = _SEPARATORS.sub("", given)
    if given[:1] == " " and _DIGITS.fullmatch(number):
        number = f"+{number}"
    if _E164.fullmatch(number):
        return Address(f"tel:{number}", validity(number[1:]))
    if _SHORT.fullmatch(number):
        return Address(f"tel:{number}")
    if _DIGITS.fullmatch(number):
        return _national(number, country)
    if _SENDER.fullmatch(given.strip()):
        return Address(f"sender:{given.strip().upper()}")
    return None


def _national(digits: str, country: str | None) -> Address | None:
    """A number as it is dialled within a country, or an international one whose plus is missing."""
    if country is None or not _COUNTRY.fullmatch(country):
        return None
    try:
        number = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return _phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None)


_PLAIN = re.compile(
    r"(?=.{1,64}@)[A-Za-z0-9_+\-=]+(?:\.[A-Za-z0-9_+\-=]+)*"
    r"@(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_PUNYCODE = re.compile(r"(?:@|\.)xn--", re.IGNORECASE)
_MAILBOX = re.compile(r"\s*(?P<name>.*?)\s*<\s*(?P<address>[^<>]*)>\s*", re.DOTALL)
_REFUSED = re.compile(r"[\s\x00-\x1f\x7f<>]")


@lru_cache(65_536)
def _email(text: str) -> Address | None:
    name = None
    if "<" in text and (mailbox := _MAILBOX.fullmatch(text)):
        name = mailbox["name"].strip('" ').replace('\\"', '"') or None
        text = mailbox["address"]
    given = text.strip().removeprefix("mailto:")
    if len(given) > LONGEST_EMAIL:
        return None
    if _PLAIN.fullmatch(given) and not _PUNYCODE.search(given):
        return Address(f"mailto:{given.lower()}", "valid", name)
    local, at, domain = given.rpartition("@")
    if not (local and at and domain):
        return None
    try:
        found = validate_email(
            given, check_deliverability=False, test_environment=True, allow_quoted_local=True, allow_domain_literal=True
        )
    except (EmailNotValidError, UnicodeError):
        if _REFUSED.search(given):
            return None
        return Address(f"mailto:{unicodedata.normalize('NFC', given).lower()}", "invalid", name)
    return Address(f"mailto:{found.local_part.lower()}@{found.ascii_domain or found.domain}", "valid", name)
