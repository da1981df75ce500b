"""A description's text as plain values, and the line in which each stands.

Of YAML only what a list of keys needs: every value is the text as it is written (`004` stays `004`, `no` stays `no`), save in the body
of an example and a signature's parameters, where numbers, true, false and null without quotes are those of JSON. Nothing is said
twice, nothing refers to anything.
"""

from typing import Any

import msgspec
import yaml

LONGEST = 65_536
"""Characters of a description."""
DEEPEST = 20
"""Lists and mappings in each other."""


class Document:
    """value: what is written, or None. What is wrong with it as YAML is a problem; others add theirs."""

    def __init__(self, text: str) -> None:
        self._problems: list[tuple[int, str]] = []
        self._lines: dict[str, int] = {}
        self._seen: set[int] = set()
        self.value: Any = None
        if len(text) > LONGEST:
            self.add("", f"is longer than {LONGEST:,} characters; describe one provider only")
            return
        try:
            loader = yaml.CSafeLoader(text)
            try:
                node = loader.get_single_node()
            finally:
                loader.dispose()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._lines[""] = mark.line + 1 if mark else 1
            self.add("", f"is no YAML: {error.problem or error.context}; look at the signs and the indent there")
        except (yaml.YAMLError, UnicodeError, RecursionError):
            self.add("", "is no YAML: it holds signs that no text has, or lists without end")
        else:
            if node is None:
                self.add("", "is empty; write the keys of a description")
            else:
                self.value = self._plain(node, "", 0)

    @property
    def problems(self) -> list[str]:
        """All so far, by line."""
        return [text for _, text in sorted(self._problems, key=lambda problem: problem[0])]

    def add(self, place: str, text: str) -> None:
        """One more problem, with its line where one is known."""
        line = next((self._lines[each] for each in _upwards(place) if each in self._lines), None)
        head = ", ".join(filter(None, (f"line {line}" if line else "", place)))
        self._problems.append((line or 0, f"{head}: {text}" if head else f"the description {text}"))

    def _plain(self, node: Any, place: str, depth: int) -> Any:
        self._lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return _json(node) if _is_json(place) else node.value
        if id(node) in self._seen or depth > DEEPEST:
            self.add(place, "refers to something else, or is nested too deeply; write it out")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(each, _inside(place, str(at)), depth + 1) for at, each in enumerate(node.value)]
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            inside = _inside(place, name)
            self._lines[inside] = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.add(place, "has a key that is no name; write names only")
            elif name in found:
                self.add(inside, "stands there twice; keep one")
            found[name] = self._plain(value, inside, depth + 1)
        return found


def _is_json(place: str) -> bool:
    parts = place.split(".")
    return parts[0::2][:2] in (["examples", "body"], ["signatures", "parameters"])


def _json(node: Any) -> Any:
    if node.style in ("'", '"', "|", ">"):
        return node.value
    try:
        return msgspec.json.decode(node.value)
    except msgspec.DecodeError:
        return None if node.value in ("", "~") else node.value


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _upwards(place: str) -> list[str]:
    """The place, and everything that it is in."""
    parts = place.split(".")
    return [".".join(parts[:end]) for end in range(len(parts), 0, -1)]
