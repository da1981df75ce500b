"""The examples of a description as requests."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from domain.channels.provider import Example, text_of
from domain.declared.description import Description, Shown
from domain.declared.paths import each

ADDRESS = "https://hooks.acme.example/"
"""Where requests go whose fields stand in the address."""


def example(description: Description, shown: Shown) -> Example:
    """The request. A body that is a text is sent as it is written, one of names and values in the provider's form."""
    outcome, body = each(shown.outcome), shown.body
    if description.form == "query":
        return Example("", outcome, shown.headers, f"{ADDRESS}?{body if isinstance(body, str) else form(body)}", "GET")
    if isinstance(body, str):
        return Example(body, outcome, shown.headers)
    if description.form == "form":
        return Example(form(body), outcome, shown.headers)
    return Example(msgspec.json.encode(body).decode(), outcome, shown.headers)


def form(fields: Any) -> str:
    """Names and values as a form. A list repeats its name."""
    pairs = fields.items() if isinstance(fields, Mapping) else ()
    return urlencode(
        [
            (name, text_of(each_) or "")
            for name, value in pairs
            for each_ in (value if isinstance(value, list) else [value])
        ]
    )
