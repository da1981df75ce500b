"""May records written for one JSON Schema be read by a reader of another, and the other way round? Pure.

The promise of a topic's `.v1` (docs/topics.md): a field keeps its name, type, default and presence; values and kinds of records are
only added. What breaks that needs a new topic.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

SAID = ("title", "description", "examples", "discriminator", "$defs", "$id", "$schema", "$comment")
"""Keywords that do not decide what is valid."""
HANDLED = ("$ref", "anyOf", "enum", "properties", "required", "items", "prefixItems", "additionalProperties")


def breaks(old: Schema, new: Schema) -> list[str]:
    """Everything that breaks the promise of `old`, one sentence each with its place. Empty: compatible."""
    return list(_Comparison(old, new).nodes(old, new, "record"))


class _Comparison:
    def __init__(self, old: Schema, new: Schema) -> None:
        self.old, self.new = old, new
        self._seen: set[tuple[str, str]] = set()

    def nodes(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        pair = (old.get("$ref", ""), new.get("$ref", ""))
        if all(pair):
            if pair in self._seen:
                return
            self._seen.add(pair)
        before, after = _resolved(old, self.old), _resolved(new, self.new)
        if "anyOf" in before or "anyOf" in after:
            yield from _keywords(before, after, place, {"default"})
            yield from self._alternatives(before, after, place)
            return
        yield from _keywords(before, after, place, {*before, *after} - {*SAID, *HANDLED})
        yield from _members(before, after, place)
        yield from self._fields(before, after, place)
        yield from self._elements(before, after, place)

    def _alternatives(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        """Tagged records may become more; anything else (null, another type) may neither come nor go."""
        before = {_kind(_resolved(each, self.old)): each for each in _branches(old)}
        after = {_kind(_resolved(each, self.new)): each for each in _branches(new)}
        for kind in sorted(before.keys() & after.keys()):
            name = f"{place}<{kind}>" if kind.startswith("type=") else place
            yield from self.nodes(before[kind], after[kind], name)
        for kind in sorted(before.keys() - after.keys()):
            yield f"{place} may no longer be {kind}"
        for kind in sorted(after.keys() - before.keys()):
            if not kind.startswith("type="):
                yield f"{place} may now be {kind}, which its readers do not know"

    def _fields(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed, needs = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            if name not in after:
                yield f"{place}.{name} is gone"
            else:
                yield from self.nodes(before[name], after[name], f"{place}.{name}")
        for name in sorted(needs - needed):
            yield f"{place}.{name} is required now; records without it exist"
        for name in sorted(needed - needs):
            yield f"{place}.{name} is no longer required; its readers rely on it"

    def _elements(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        """What arrays and maps hold."""
        for word, where in (("items", "[]"), ("additionalProperties", "{}")):
            before, after = old.get(word, True), new.get(word, True)
            if isinstance(before, Mapping) and isinstance(after, Mapping):
                yield from self.nodes(before, after, place + where)
            elif before != after:
                yield f"{place}{where} changed from {before} to {after}"
        first, second = old.get("prefixItems", []), new.get("prefixItems", [])
        if len(first) != len(second):
            yield f"{place} had {len(first)} places and has {len(second)}"
        for n, (a, b) in enumerate(zip(first, second, strict=False)):
            yield from self.nodes(a, b, f"{place}[{n}]")


def _resolved(node: Schema, root: Schema) -> Schema:
    """The node with its `$ref` followed; keywords beside the `$ref` (a default) stay."""
    while "$ref" in node:
        beside = {word: value for word, value in node.items() if word != "$ref"}
        node = {**root["$defs"][node["$ref"].rpartition("/")[2]], **beside}
    return node


def _branches(node: Schema) -> list[Schema]:
    """What a node may be; its default belongs to no branch."""
    found: list[Schema] = node.get("anyOf") or [{word: value for word, value in node.items() if word != "default"}]
    return found


def _kind(node: Schema) -> str:
    """What tells alternatives apart: the tag of a record, else the type."""
    tag = node.get("properties", {}).get("type", {}).get("enum")
    if tag and len(tag) == 1:
        return f"type={tag[0]}"
    return str(node.get("type") or ("one of a list" if "enum" in node else "anything"))


def _members(old: Schema, new: Schema, place: str) -> Iterator[str]:
    """Allowed values may become more. A free value may not become a list, nor a list free."""
    if ("enum" in old) != ("enum" in new):
        yield f"{place} {'takes any value now' if 'enum' in old else 'takes only some values now'}"
    for value in old.get("enum", ()):
        if "enum" in new and value not in new["enum"]:
            yield f"{place} may no longer be {value!r}"


def _keywords(old: Schema, new: Schema, place: str, words: set[str]) -> Iterator[str]:
    """Types, limits and defaults stay. A default is what an absent field means, so a changed one changes old records."""
    for word in sorted(words):
        if old.get(word, _ABSENT) != new.get(word, _ABSENT):
            yield f"{place}: {word} was {old.get(word, 'not set')!r} and is {new.get(word, 'not set')!r}"


_ABSENT = object()
