"""The fields of a form as provider files read them: the last value of each name; of repeated ones all; files as they came."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct


class Upload(Struct, frozen=True):
    """A file that came with a form. content_type: as sent, parameters and all."""

    name: str
    content_type: str
    content: bytes


class Form(dict[str, Any]):
    """Values are text, or Upload for a file. A plain dictionary of text does as well where nothing is repeated."""

    repeated: Mapping[str, tuple[Any, ...]] = {}


def form_of(pairs: Iterable[tuple[str, Any]]) -> Form:
    """The form of these fields in their order."""
    form = Form()
    seen: dict[str, list[Any]] = {}
    for name, value in pairs:
        seen.setdefault(name, []).append(value)
        form[name] = value
    form.repeated = {name: tuple(values) for name, values in seen.items() if len(values) > 1}
    return form


def every(data: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    """All values of a field in their order, also where it stands once, or not at all."""
    if isinstance(data, Form) and name in data.repeated:
        return data.repeated[name]
    return (data[name],) if name in data else ()
