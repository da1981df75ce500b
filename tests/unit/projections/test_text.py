"""What PostgreSQL refuses in text, and the bytes that stay as they were (T-22)."""

import json

import msgspec
import pytest

from projections.text import clean, json_text, original_bytes
from schemas.values import Raw


@pytest.mark.parametrize(
    "value",
    [{"a": "x\0y"}, {"a\0": ["\0", "\0\0"]}, {"a": "\\u0000"}, {"a": "\\\0"}, {"a": "\\\\u0000"}, {"a": "\\\\\0\\"}],
)
def test_a_nul_leaves_json_and_nothing_else_changes(value: object) -> None:
    def without(x: object) -> object:
        if isinstance(x, str):
            return x.replace("\0", "")
        if isinstance(x, list):
            return [without(each) for each in x]
        return {without(k): without(v) for k, v in x.items()} if isinstance(x, dict) else x

    text = json_text(msgspec.Raw(json.dumps(value).encode()), nul=True)
    assert text is not None and json.loads(text) == without(value)


def test_an_absent_branch_is_null() -> None:
    assert json_text(msgspec.Raw(), False) is None
    assert json_text(msgspec.Raw(b"null"), False) is None
    assert json_text(msgspec.Raw(b"{}"), False) == "{}"


def test_text_without_nul() -> None:
    assert clean("a\0b") == "ab"
    assert clean(None) is None


def test_raw_bytes_keep_everything() -> None:
    assert original_bytes(Raw("a\0b")) == (b"a\0b", None)
    assert original_bytes(Raw("/wA=", "base64")) == (b"\xff\0", None)
    assert original_bytes(Raw("s3://bucket/key", "claim")) == (None, "s3://bucket/key")
    assert original_bytes(None) == (None, None)
    with pytest.raises(ValueError, match="no base64"):
        original_bytes(Raw("!", "base64"))
