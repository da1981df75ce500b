"""One address, one spelling (T-01, T-02, T-04, T-05; F-083, F-096)."""

import random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from domain.addresses import LONGEST, Address, email, phone
from domain.numbering import library_validity, validity

pytestmark = pytest.mark.feature("F-083")

PHONES = [
    ("+14155550100", "tel:+14155550100", "valid"),
    ("+1234567890", "tel:+1234567890", "invalid"),
    ("+0987654321", "tel:+0987654321", "invalid"),
    ("+15555550100", "tel:+15555550100", "possible"),
    ("tel:+442079460958", "tel:+442079460958", "valid"),
    ("+1 (415) 555-0100", "tel:+14155550100", "valid"),
    (" 14155550100", "tel:+14155550100", "valid"),
    ("+82011290000", "tel:+82011290000", "possible"),
    ("12345", "tel:12345", "unknown"),
    ("+12345", "tel:+12345", "unknown"),
    ("PRIZES", "sender:PRIZES", "unknown"),
    ("Prizes 4 U", "sender:PRIZES 4 U", "unknown"),
]


@pytest.mark.parametrize(("text", "urn", "verdict"), PHONES)
def test_phone(text: str, urn: str, verdict: str) -> None:
    assert phone(text) == Address(urn, verdict)  # type: ignore[arg-type]
    assert phone(urn) == phone(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "+1",
        "12",
        "not-a-number",
        "14155550100",
        "+1415555010012345",
        "whatsapp:+14155550100",
        "+" * 40,
        "٣٣٣٣٣٣٣",
        "1\0" * 9,
    ],
)
def test_no_phone(text: str) -> None:
    assert phone(text) is None


@pytest.mark.parametrize(
    ("text", "country", "urn"),
    [
        ("4155550100", "US", "tel:+14155550100"),
        ("14155550100", "US", "tel:+14155550100"),
        ("07911123456", "GB", "tel:+447911123456"),
        ("447911123456", "GB", "tel:+447911123456"),
        ("12345678", "US", None),
        ("4155550100", "us", None),
        ("4155550100", "XX", None),
    ],
)
def test_national_numbers_need_their_country(text: str, country: str, urn: str | None) -> None:
    found = phone(text, country)
    assert (found and found.urn) == urn


def test_verdict_is_the_librarys_own() -> None:
    chance = random.Random(1)
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        samples = ["".join(chance.choices("0123456789", k=chance.randint(4, 12))) for _ in range(6)]
        for region in regions[:3]:
            for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
                example = phonenumbers.example_number_for_type(region, kind)
                if example is not None:
                    national = phonenumbers.national_significant_number(example)
                    samples += [national, national[:-1], f"0{national}", f"{national}7"]
        for national in samples:
            assert validity(f"{code}{national}") == library_validity(f"{code}{national}"), (code, national)


MAIL = [
    ("Ann@Example.COM", "mailto:ann@example.com", "valid", None),
    ("ann+news@example.com", "mailto:ann+news@example.com", "valid", None),
    ("Ann Lee <ann@example.com>", "mailto:ann@example.com", "valid", "Ann Lee"),
    ('"Lee, Ann" <ann@example.com>', "mailto:ann@example.com", "valid", "Lee, Ann"),
    ("jürgen@bücher.example", "mailto:jürgen@xn--bcher-kva.example", "valid", None),
    ("ann@xn--bcher-kva.example", "mailto:ann@xn--bcher-kva.example", "valid", None),
    ("ann@xn--999999999.example", "mailto:ann@xn--999999999.example", "invalid", None),
    ("root@localhost", "mailto:root@localhost", "invalid", None),
    ("me@a_host.example", "mailto:me@a_host.example", "invalid", None),
    ('"two words"@example.com', 'mailto:"two words"@example.com', "valid", None),
    ("ann@[192.0.2.1]", "mailto:ann@[192.0.2.1]", "valid", None),
]


@pytest.mark.parametrize(("text", "urn", "verdict", "name"), MAIL)
def test_email(text: str, urn: str, verdict: str, name: str | None) -> None:
    assert email(text) == Address(urn, verdict, name)  # type: ignore[arg-type]
    assert email(urn) == Address(urn, verdict)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "@", "<>", "ann", "ann@", "@example.com", "a b@c.example", "a\n@b.example"])
def test_no_email(text: str) -> None:
    assert email(text) is None


@pytest.mark.parametrize("read", [phone, email])
def test_long_texts_are_no_addresses(read: object) -> None:
    assert callable(read)
    assert read("a@" + "b" * LONGEST) is None


@given(
    st.one_of(
        st.text(max_size=30),
        st.text('abAB@.+<>" \\-xn1_[]', max_size=30),
        st.emails(),
        st.from_regex(r"\A[ +]?[0-9 ()-]{3,18}\Z"),
    )
)
def test_normalising_twice_changes_nothing(text: str) -> None:
    for read in (phone, email):
        found = read(text)
        if found is not None:
            assert read(found.urn) == found._replace(name=None)
            found.urn.encode()
