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
    octets: Mapping[str, bytes] = {}
    """Bytes of texts that are no UTF-8: another field may tell their character set, or a mail in them does itself."""


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


def octets(data: Mapping[str, Any], name: str) -> bytes:
    """The bytes of a field as they came, empty where it is no text."""
    if isinstance(data, Form) and name in data.octets:
        return data.octets[name]
    value = data.get(name)
    return value.encode("utf-8", "replace") if isinstance(value, str) else b""
