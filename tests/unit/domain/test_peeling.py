"""Bodies as they come: every wrapping is taken off, nothing is taken for what it is not (T-12, T-13, T-22, T-23)."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus, unquote, urlencode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.channels.provider import Example
from domain.peeling import (
    BRACKETS,
    DEEPEST,
    FIELDS,
    LISTED,
    NESTED,
    RECORDS,
    Control,
    Payload,
    Unreadable,
    mended,
    peel,
)
from tests.contract.channels.wrappings import WRAPPINGS, sns


def payload(body: str) -> Any:
    (found,) = peel(body)
    assert isinstance(found, Payload)
    return found.data


def wrapped_in(name: str) -> tuple[Callable[[str], str], tuple[str, ...]]:
    wrapping = WRAPPINGS[name]
    return lambda body: wrapping.wrap(Example(body, ())), wrapping.layers


def peeled(body: str) -> list[tuple[Any, tuple[str, ...]]]:
    return [(found.data, found.layers) for found in peel(body) if isinstance(found, Payload)]


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("data", [{"a": 1}, {"text": "ä \0 😀"}, {"Type": "odd", "Message": 1}, [1, 2]], ids=str)
def test_json_in_any_wrapping(wrapping: str, data: Any) -> None:
    wrap, layers = wrapped_in(wrapping)
    assert peeled(wrap(json.dumps(data))) == [(data, layers)]


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_form_in_any_wrapping(wrapping: str) -> None:
    wrap, layers = wrapped_in(wrapping)
    assert peeled(wrap("a=1+2&b=%E2%82%AC%26&c=&d")) == [({"a": "1 2", "b": "€&", "c": "", "d": ""}, layers)]


@given(st.dictionaries(st.text(min_size=1), st.text()), st.booleans())
def test_a_form_says_what_was_put_into_it(fields: dict[str, str], escaped: bool) -> None:
    safe = "" if escaped else "!\"'()*,-./:;<>?@[\\]^_`{|}~ \t"
    body = urlencode(fields, quote_via=quote_plus, safe=safe, errors="replace")
    assume("=" in body)
    expected = {mended_as_written(name): mended_as_written(value) for name, value in fields.items()}
    assert payload("k=v&" + body) == {"k": "v"} | expected


def mended_as_written(text: str) -> str:
    """What `urlencode(errors="replace")` writes of it."""
    return text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("a=b=c&d=%3D%26", {"a": "b=c", "d": "=&"}),
        ("a=%22%5C%5cu0041%0A%00&%61b=%", {"a": '"\\\\u0041\n\0', "ab": "%"}),
        ('a="x"&b=\\n&c=%zz%u20ac%4', {"a": '"x"', "b": "\\n", "c": "%zz%u20ac%4"}),
        ("a=1&&b=2", {"a": "1", "": "", "b": "2"}),
        ("a=ä%C3%A4&b=\t", {"a": "ää", "b": "\t"}),
        ("%C3%A4=1&a=1&a=2", {"ä": "1", "a": "2"}),
    ],
)
def test_a_form_that_is_odd(body: str, fields: dict[str, str]) -> None:
    assert payload(body) == fields


@pytest.mark.parametrize("wrapping", sorted(set(WRAPPINGS) - {"json_text"}))
def test_control_messages_are_no_errors(wrapping: str) -> None:
    wrap, layers = wrapped_in(wrapping)
    assert peel(wrap("Successfully validated SNS topic for Amazon SES event publishing.")) == [
        Control("sns_topic_validated", layers)
    ]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (
            {"Type": "SubscriptionConfirmation", "Message": "You have chosen", "SubscribeURL": "https://x"},
            "sns_subscription_confirmation",
        ),
        ({"Type": "UnsubscribeConfirmation", "Message": "You have chosen"}, "sns_unsubscribe_confirmation"),
        ({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}, "s3_test_event"),
    ],
)
def test_confirmations_are_control_messages(body: dict[str, str], why: str) -> None:
    (found,) = peel(json.dumps(body))
    assert isinstance(found, Control)
    assert found.why == why


def test_a_get_request_has_its_fields_in_the_query() -> None:
    request = {"httpMethod": "GET", "queryStringParameters": {"From": "+1"}, "body": None, "isBase64Encoded": False}
    assert payload(json.dumps(request)) == {"From": "+1"}
    assert payload(json.dumps(request | {"queryStringParameters": None})) == {}


def test_records_of_lambda_are_several_payloads() -> None:
    records = [
        {"Sns": {"Message": "a=1"}},
        {"eventSource": "aws:sqs", "body": '{"b":2}'},
        {"eventSource": "aws:ses", "ses": {"mail": {}}},
    ]
    assert peel(json.dumps({"Records": records})) == [
        Payload({"a": "1"}, ("lambda", "sns")),
        Payload({"b": 2}, ("lambda", "sqs")),
        Payload({"notificationType": "Received", "mail": {}}, ("lambda", "ses")),
    ]
    assert peel('{"Records":[{"s3":{}}]}') == [Payload({"Records": [{"s3": {}}]}, ())]


def test_invalid_utf8_is_kept_visible() -> None:
    body = json.dumps(
        {"httpMethod": "POST", "isBase64Encoded": True, "body": b64encode(b'{"a":"x\xff\xfey"}').decode()}
    )
    assert payload(body) == {"a": "x\ufffd\ufffdy"}
    assert payload("a=%FF%C3%A4") == {"a": "\ufffdä"}


@pytest.mark.parametrize("body", ['{"a":"\\ud83d"}', '{"a":"\ud83d"}', "a=\ud83d"])
def test_half_a_character_becomes_one_that_can_be_written(body: str) -> None:
    assert payload(body) == {"a": "\ufffd"}


def test_halves_that_belong_together_are_joined() -> None:
    assert mended("\ud83d\ude00 \ude00\ud83d") == "😀 \ufffd\ufffd"


def test_what_python_alone_reads_as_json_is_read() -> None:
    assert payload('{"a":"line\nbreak","b":NaN,"c":[Infinity]}') == {"a": "line\nbreak", "b": None, "c": [None]}


def test_a_byte_order_mark_is_no_content() -> None:
    assert payload('\ufeff {"a":1}') == {"a": 1}


def times(count: int, body: str) -> str:
    for _ in range(count):
        body = sns(body)
    return body


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "unreadable"),
        ("hello", "unreadable"),
        ("{", "bad_json"),
        ('{"a":1} x', "bad_json"),
        ("9" * 5000 + "=1&" * (FIELDS + 1), "too_many_fields"),
        ("[" * 100_000, "too_deep"),
        ("[" * (NESTED + 2) + "]" * (NESTED + 2), "too_deep"),
        ('{"a":' * 900 + "1" + "}" * 900, "too_deep"),
        (times(DEEPEST + 1, "a=1"), "too_deep"),
        (json.dumps({"httpMethod": "POST", "isBase64Encoded": True, "body": "no base64!"}), "bad_base64"),
        (json.dumps({"httpMethod": "POST", "isBase64Encoded": True, "body": {"a": 1}}), "bad_base64"),
        (json.dumps({"Records": [{}] * (RECORDS + 1)}), "too_many_records"),
        (json.dumps([{}] * (LISTED + 1)), "too_many_items"),
        ("[" + "[]," * BRACKETS + "[]]", "too_many_items"),
        (json.dumps({"a": {"b": [0] * (LISTED + 1)}}), "too_many_items"),
        (json.dumps({"a": [{"b": [{}] * 99}] * (LISTED // 99 + 1)}), "too_many_items"),
    ],
    ids=lambda value: value[:12],
)
def test_what_cannot_be_read(body: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        peel(body)
    assert caught.value.reason == reason


def test_what_is_just_short_of_too_much() -> None:
    assert payload("[" * NESTED + "]" * NESTED)
    assert payload(times(DEEPEST, "a=1")) == {"a": "1"}
    assert payload(json.dumps([{"a": {"b": {}}}] * LISTED))
    assert payload(json.dumps({str(n): "," for n in range(LISTED * 2)}))


@given(
    st.lists(
        st.sampled_from(["%", "%4", "%41", "%C3%BC", "%ff", "=", "=41", "\r\n", " ", "\t", "é", "_", '"']), max_size=9
    )
)
def test_escapes_are_read_as_urllib_reads_them(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert payload(f"a={text}&b=") == {"a": unquote(text, errors="replace"), "b": ""}


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
FIELD_NAMES = st.sampled_from(
    ["Type", "Message", "Records", "body", "detail", "detail-type", "httpMethod", "isBase64Encoded", "Sns", "Event"]
)
ENVELOPES = st.recursive(
    JSON, lambda inner: st.dictionaries(FIELD_NAMES, inner | st.just("Notification"), max_size=5), max_leaves=8
)


@given(
    st.text()
    | JSON.map(json.dumps)
    | ENVELOPES.map(json.dumps)
    | st.binary().map(lambda b: b.decode("utf-8", "surrogateescape"))
)
def test_never_anything_but_unreadable(body: str) -> None:
    try:
        found = peel(body)
    except Unreadable:
        return
    assert all(json.dumps(each.data).encode() for each in found if isinstance(each, Payload))
