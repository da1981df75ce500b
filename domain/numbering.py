"""Whether a telephone number can exist: libphonenumber's verdict, asked of its own patterns.

Parsing a number with the library costs some 20 us; matching the patterns of its country's numbering plan costs 1 us and says the
same (a test compares the two). Where a trunk prefix might have to be dropped first, the library itself is asked.
"""

import re
from functools import cache
from typing import Literal, NamedTuple

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

Validity = Literal["valid", "possible", "invalid", "unknown"]

_KINDS = "fixed_line mobile toll_free premium_rate shared_cost personal_number voip pager uan voicemail".split()
_NON_GEOGRAPHICAL = "001"


class Plan(NamedTuple):
    """The numbering plan behind one country code. assigned: what national numbers look like in any of its regions. trunk: what
    people put before a national number. lengths: how long national numbers may be."""

    assigned: re.Pattern[str]
    trunk: re.Pattern[str] | None
    lengths: frozenset[int]


def validity(digits: str) -> Validity:
    """The validity of an international number given as its digits without the plus. Never raises."""
    for length in (1, 2, 3):
        plan = _plan(digits[:length])
        if plan is None:
            continue
        national = digits[length:]
        if plan.assigned.fullmatch(national):
            return "valid"
        if plan.trunk is not None and plan.trunk.match(national):
            return library_validity(digits)
        return "possible" if len(national) in plan.lengths else "invalid"
    return "invalid"


def library_validity(digits: str) -> Validity:
    """The same, as the library itself says it."""
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return "invalid"
    if phonenumbers.is_valid_number(number):
        return "valid"
    return "possible" if phonenumbers.is_possible_number(number) else "invalid"


@cache
def _plan(country_code: str) -> Plan | None:
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(country_code)) if country_code[:1] != "0" else None
    if not regions:
        return None
    found = [metadata for region in regions if (metadata := _metadata(region, int(country_code))) is not None]
    trunk, general = found[0].national_prefix_for_parsing, found[0].general_desc
    assert general is not None
    return Plan(
        re.compile("|".join(map(_assigned, found))),
        re.compile(trunk) if trunk else None,
        frozenset(general.possible_length) | frozenset(general.possible_length_local_only),
    )


def _metadata(region: str, country_code: int) -> PhoneMetadata | None:
    if region == _NON_GEOGRAPHICAL:
        return PhoneMetadata.metadata_for_nongeo_region(country_code)
    return PhoneMetadata.metadata_for_region(region)


def _assigned(metadata: PhoneMetadata) -> str:
    """A number of a region looks like all its numbers do, and like those of some kind."""
    kinds = (getattr(metadata, kind) for kind in _KINDS)
    assert metadata.general_desc is not None
    patterns = [kind.national_number_pattern for kind in kinds if kind is not None and kind.national_number_pattern]
    return f"(?=(?:{metadata.general_desc.national_number_pattern})$)(?:{'|'.join(patterns) or '(?!)'})"
