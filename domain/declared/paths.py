"""Where a value stands: names and list positions with dots between, `messages.0.from`. `$.` before it: seen from the whole body, where
the rest of a kind is seen from one item. In forms and queries, which are flat, a path is the name itself.

Compiled once into functions of (item, body), so that reading takes no parsing.
"""

from collections.abc import Callable, Iterable
from typing import Any

from domain.channels.provider import text_of
from domain.declared.description import When

Find = Callable[[Any, Any], Any]
"""(item, body) -> the value there, None where there is none."""
Read = Callable[[Any, Any], str | None]
"""The same as text."""
Holds = Callable[[Any, Any], bool]

WHOLE = "$."


def each(paths: str | tuple[str, ...]) -> tuple[str, ...]:
    """One or several, as a tuple."""
    return (paths,) if isinstance(paths, str) else paths


def is_path(path: str) -> bool:
    """Whether each part says something."""
    return all(part.strip() == part and part for part in path.removeprefix(WHOLE).split("."))


def steps(path: str, flat: bool) -> tuple[str, ...]:
    """The parts of a path."""
    inside = path.removeprefix(WHOLE)
    return (inside,) if flat else tuple(inside.split("."))


def find(path: str, flat: bool) -> Find:
    """The value at a path. Null is nothing."""
    whole, parts = path.startswith(WHOLE), steps(path, flat)
    if len(parts) == 1 and not whole:
        name = parts[0]
        return lambda item, body: item.get(name) if isinstance(item, dict) else None

    def found(item: Any, body: Any) -> Any:
        value = body if whole else item
        for part in parts:
            if isinstance(value, dict):
                value = value.get(part)
            elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
                value = value[int(part)]
            else:
                return None
        return value

    return found


def read(paths: str | tuple[str, ...], flat: bool) -> Read:
    """The first value that says something, as text."""
    walks = tuple(find(path, flat) for path in each(paths))
    if not walks:
        return lambda item, body: None
    if len(walks) == 1:
        only = walks[0]
        return lambda item, body: text_of(only(item, body))

    def found(item: Any, body: Any) -> str | None:
        for walk in walks:
            text = text_of(walk(item, body))
            if text is not None:
                return text
        return None

    return found


def said(paths: str | tuple[str, ...], flat: bool) -> Read:
    """As `read`, but where all that is there is an empty text, that is what was said."""
    full, walks = read(paths, flat), tuple(find(path, flat) for path in each(paths))

    def found(item: Any, body: Any) -> str | None:
        text = full(item, body)
        return "" if text is None and any(walk(item, body) == "" for walk in walks) else text

    return found


def holds(when: When, flat: bool) -> Holds:
    """Whether everything does that a condition asks for."""
    present = tuple(find(path, flat) for path in each(when.present))
    absent = tuple(find(path, flat) for path in each(when.absent))
    equals = tuple((find(path, flat), frozenset(each(values))) for path, values in when.equals.items())
    begins = tuple((find(path, flat), each(values)) for path, values in when.begins.items())

    def met(item: Any, body: Any) -> bool:
        for walk in present:
            if walk(item, body) is None:
                return False
        for walk, values in equals:
            if text_of(walk(item, body)) not in values:
                return False
        for walk, heads in begins:
            if not (text_of(walk(item, body)) or "").startswith(heads):
                return False
        return all(walk(item, body) is None for walk in absent)

    return met


def last_names(paths: Iterable[str], flat: bool) -> frozenset[str]:
    """What the fields at these paths are called."""
    names = (steps(path, flat) for path in paths)
    return frozenset(next((name for name in reversed(parts) if not name.isdigit()), parts[-1]) for parts in names)
