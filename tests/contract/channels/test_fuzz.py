"""Any bytes into any provider's file: an outcome, never an exception, in 50 ms of processor time and 64 MB at most."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.channels.promises import ODD
from domain.channels.provider import Provider
from tests.contract.channels import fuzz
from tests.contract.channels.fuzz import GUESSED, MULTIPART, PROVIDERS, SIZE, Kept, Way, forced
from tests.contract.channels.signing import FORM, request_of

HARD = dict(fuzz.hard_bodies())
KEPT = list(fuzz.corpus())
TEXTS = [" ", "\n", "<", "@", '"']
"""Units that every provider's values are full of here; `python -m tests.contract.channels.fuzz` takes all."""

each_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda p: f"{p.channel}/{p.name}")


@pytest.fixture(autouse=True)
def _signatures_are_for_other_tests() -> Iterator[None]:
    with fuzz.letting_in:
        yield


TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
JSON = st.recursive(
    SCALARS | st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
KINDS = st.sampled_from(
    ["application/json", FORM, f"{MULTIPART}; boundary={fuzz.BOUNDARY}", MULTIPART, "text/plain", "", "message/rfc822"]
)
ESCAPED = st.text(st.sampled_from("%+&=;abAB019 \r\nF"), max_size=60)
PARTS = st.lists(
    st.sampled_from(
        [
            f"--{fuzz.BOUNDARY}", f"--{fuzz.BOUNDARY}--", "\r\n", "\n", 'Content-Disposition: form-data; name="a"',
            'Content-Disposition: form-data; name="email"; filename="a.eml"', "Content-Type: message/rfc822; charset=klingon",
            "From: ann@example.org", "\xff", "\r\n\r\n", "--",
        ]
    ),
    max_size=12,
).map("".join)  # fmt: skip
BODIES = (
    st.binary(max_size=200)
    | JSON.map(lambda value: json.dumps(value).encode())
    | ESCAPED.map(str.encode)
    | PARTS.map(lambda text: text.encode("latin-1"))
)


@each_provider
@settings(max_examples=25, deadline=None)
@given(BODIES, KINDS)
def test_any_bytes_are_an_outcome(provider: Provider, body: bytes, kind: str) -> None:
    request = fuzz.post(body, kind)
    fuzz.outcome(request, forced(provider))
    fuzz.outcome(request, GUESSED)


@each_provider
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_examples_that_are_changed_are_an_outcome(provider: Provider, data: st.DataObject) -> None:
    request = request_of(provider, data.draw(st.sampled_from(list(provider.examples.values()))))
    held = fuzz.opened(request)
    if not isinstance(held, dict | list):
        body = bytearray(request.body or b"{}")
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
        fuzz.outcome(fuzz.post(bytes(body), "application/json"), forced(provider))
        return
    for at in data.draw(st.lists(st.sampled_from(list(fuzz.places(held)) or [()]), max_size=3, unique=True)):
        held = (
            fuzz.put(held, at, data.draw(JSON | st.sampled_from(TEXTS).map(lambda unit: unit * 5_000))) if at else held
        )
    changed = fuzz.closed(request, held)
    fuzz.outcome(changed, forced(provider))
    fuzz.outcome(changed, GUESSED)


@pytest.mark.parametrize("name", HARD)
def test_a_megabyte_of_nobodys_is_soon_done_with(name: str) -> None:
    assert fuzz.outcome(HARD[name]) in fuzz.OUTCOMES
    assert fuzz.cost(HARD[name]).seconds <= fuzz.SECONDS
    assert fuzz.memory(HARD[name]) <= fuzz.MEMORY


@each_provider
@pytest.mark.parametrize(
    "name",
    [
        "a text of JSON: '<'",
        "fields of JSON",
        "fields of a form",
        "objects",
        "numbers",
        "a file",
        "parts of a form",
        "a part",
    ],
)
def test_a_megabyte_that_is_said_to_be_its_own(provider: Provider, name: str) -> None:
    assert fuzz.cost(HARD[name], forced(provider)).seconds <= fuzz.SECONDS


@each_provider
def test_values_that_are_full_of_the_same(provider: Provider) -> None:
    for unit in TEXTS:
        for request in fuzz.full_of(provider, fuzz.run(unit, SIZE)):
            assert fuzz.cost(request, forced(provider)).seconds <= fuzz.SECONDS, unit


@each_provider
def test_values_that_are_mails(provider: Provider) -> None:
    reads_mails = provider.channel in ("email", "gmail")
    for name, mail in fuzz.MAILS.items() if reads_mails else [("brackets", fuzz.MAILS["brackets"])]:
        for request in fuzz.full_of(provider, (fuzz.MAIL + mail)[:SIZE]):
            assert fuzz.cost(request, forced(provider)).seconds <= fuzz.SECONDS, name


@each_provider
def test_a_megabyte_of_items(provider: Provider) -> None:
    request = fuzz.post("[]")
    for at, request in fuzz.full_of_items(provider):
        assert fuzz.cost(request, forced(provider), fuzz.SECONDS_OF_ITEMS).seconds <= fuzz.SECONDS_OF_ITEMS, at
    assert fuzz.memory(request, forced(provider)) <= fuzz.MEMORY


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.name)
def test_what_was_found_once(kept: Kept) -> None:
    for way in {kept.way, GUESSED}:
        fuzz.outcome(kept.request, way)
        assert fuzz.cost(kept.request, way).seconds <= fuzz.SECONDS, kept.found
        assert fuzz.memory(kept.request, way) <= fuzz.MEMORY, kept.found


def test_the_findings_say_what_they_are_and_name_who_there_is() -> None:
    assert KEPT
    known = {forced(each) for each in PROVIDERS} | {Way()}
    assert all(kept.found and kept.way in known and kept.request.body for kept in KEPT)
