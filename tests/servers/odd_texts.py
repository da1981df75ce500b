"""Texts that something on the way between a provider and a reader might change, and all characters that there are."""
# ruff: noqa: RUF001  # letters that look alike are what this is about

import sys
from collections.abc import Iterator
from unicodedata import category

ODD = {
    "latin": "Grüße, señor Łukasz — ça va? Ĳßﬁ",
    "greek_cyrillic": "Καλημέρα κόσμε. Привет, мир! Ђурђевак ѣѳѵ",
    "chinese_japanese_korean": "漢字 汉字 ひらがな カタカナ ｶﾀｶﾅ 한국어 ㄅㄆㄇ 𠮷野家",
    "indic": "नमस्ते क्षत्रिय தமிழ் తెలుగు বাংলা ಕನ್ನಡ മലയാളം සිංහල",
    "thai_lao_khmer_tibetan": "สวัสดี ສະບາຍດີ សួស្តី བོད་ཡིག မြန်မာ",
    "african": "ኣማርኛ ⵜⴰⵎⴰⵣⵉⵖⵜ ߒߞߏ Yorùbá",
    "caucasian": "ქართული Հայերեն",
    "right_to_left": "مرحبا بالعالم שלום עולם ﷽ \u200fאב\u200e \u202bعربي\u202c \u2067x\u2069 \u061c",
    "combining": "e\u0301 a\u030a\u0323 Z\u0351\u036b\u0343 \u0301 n\u0303",
    "composed_and_decomposed": "\u00e9 e\u0301 \u212b \u00c5 A\u030a \ufb01 \u1e9b\u0323",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 ☺️ ☺︎ 1️⃣ 🇩🇪🇺🇳 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "astral": "𝒳 𐍈 🜁 \U0001f9ff \U00020000 \U000e01ef \U000f0000 \U0010fffd",
    "noncharacters": "\ufdd0 \ufffe \uffff \U0001fffe \U0001ffff \U0010fffe \U0010ffff",
    "replacement_and_private": "\ufffd \ufffc \ue000 \uf8ff",
    "byte_order_marks": "\ufeffx\ufeff",
    "invisible": "a\u00adb\u200bc\u200dd\u2060e\u180ef\u3164g",
    "blanks": " \t \u00a0 x \u2003 \u3000 \u2028 \u2029 \u0085 ",
    "only_blanks": " \t\n ",
    "leading_and_trailing": "\n\n  x \t\r\n ",
    "line_ends": "a\r\nb\rc\nd\n\re\u2028f\u0085g\x0bh\x0ci",
    "control_characters": "".join(map(chr, range(1, 32))) + "\x7f" + "".join(map(chr, range(0x80, 0xA0))),
    "escape_sequences": "\x1b[31mred\x1b[0m \x07\x08",
    "json": '"quoted" \\ \\n \\u0041 \\u0000 \\\\u0000 {"a": [1, null]} /\\/ \\ud83d </script>',
    "json_by_itself": '{"Type": "Notification", "Message": "not one"}',
    "form": "a=b&c=d+e%20f%2B%00%u0041;+%&=&&",
    "html": "<b>&amp; &#0; <!-- --> <![CDATA[x]]> &lt;</b>",
    "sql": "'; DROP TABLE x; -- $1 :name %s %(a)s \\' E'\\x00' $$",
    "templates": "{0} {name} {{x}} ${x} $(x) `x` %d %n #{x}",
    "surrogates_as_text": "\\ud800 \\uDFFF &#xD800; %ED%A0%80",
    "quotes": "\"' “ ” ‘ ’ « » ` ´ \\\" \\'",
    "long": "0123456789" * 1_000,
    "long_and_wide": "👩‍👩‍👧 ü" * 1_000,
    "nul": "before\0after",
    "nuls": "\0\0a\0\\u0000\\\0b\0",
}
"""Written by us: by what is odd about them."""


def everything() -> Iterator[str]:
    """Every character that Unicode has given a meaning, in texts of 10,000."""
    meaningless = ("Cn", "Co", "Cs")  # unassigned, private, halves of surrogate pairs
    characters = [
        character for character in map(chr, range(sys.maxunicode + 1)) if category(character) not in meaningless
    ]
    for start in range(0, len(characters), 10_000):
        yield "".join(characters[start : start + 10_000])


def on_sqs(text: str) -> bool:
    """Whether SQS takes it as it is (the Char of XML 1.0)."""
    return all(
        code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
        for code in map(ord, text)
    )
