"""Encoded words and address lists of mail headers."""

import time

import pytest

from domain.mail_text import LONGEST_LIST, LONGEST_WORDS, addressed, words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no words", "no words"),
        ("=?utf-8?B?w7w=?= x", "ü x"),
        ("a =?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?Q?_b?= c", "a Grüße b c"),
        ("=?utf-8?q?=E2=9C?=\r\n =?UTF-8?q?=93?=", "✓"),
        ("=?iso-8859-1?q?=E4?= =?utf-8?B?w7w=?=", "äü"),
        ("=?utf-8*en?q?a?=", "a"),
        ("=?utf-8?Q?How are you??= there", "How are you? there"),
        ("日本 =?utf-8?q?x?= é", "日本 x é"),
        ("=?utf-8?B?w7w", "=?utf-8?B?w7w"),
        ("=?utf-8?B?a?= b", "=?utf-8?B?a?= b"),
        ("=?klingon?q?=41?=", "A"),
        ("=?punycode?q?a-b?=", "a-b"),
        ("=?ascii?q?=FF?=", "\ufffd"),
        ("=?x?z?=", "=?x?z?="),
    ],
)
def test_words(text: str, said: str) -> None:
    assert words(text) == said


def test_addresses() -> None:
    assert addressed(['"Ann, B." <ann@example.org>, bob@example.org', None, "Eve <eve@example.org>"]) == [
        ("Ann, B.", "ann@example.org"),
        ("", "bob@example.org"),
        ("Eve", "eve@example.org"),
    ]
    assert addressed([None, "", "undisclosed-recipients:;"]) == []
    assert addressed(["(" * 5_000]) == []


def test_a_list_without_an_end_is_read_as_far_as_anybody_writes_one() -> None:
    many = ", ".join(f"a{n}@example.org" for n in range(50_000))
    found = addressed([many, "late@example.org"])
    assert 250 < len(found) <= LONGEST_LIST and found[-1] == ("", f"a{len(found) - 1}@example.org")


@pytest.mark.parametrize("unit", ["=?utf-8?q?=41?= ", "=?utf-8?B?", "=?a?b?x", "=?", "<", "@", '"', "(", "a,"])
def test_long_ones_keep_nobody_waiting(unit: str) -> None:
    start = time.process_time()
    for length in (LONGEST_WORDS, 2**20):
        words((unit * length)[:length])
        addressed([(unit * length)[:length]])
    assert time.process_time() - start < 1
