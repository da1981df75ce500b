"""A provider from its description."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from domain.channels.provider import Given, Invalid, Item, Provider, Reply, Signature
from domain.declared.description import Description
from domain.declared.document import Document
from domain.declared.examples import example
from domain.declared.kinds import Compiled, compiled_kind
from domain.declared.paths import Find, each, holds, last_names
from domain.declared.problems import checked
from schemas.values import Content


@lru_cache(256)
def described(text: str) -> Provider:
    """The provider that a text describes. Raises ValueError with every problem, one a line: its place, what is wrong, what to write
    instead."""
    document = Document(text)
    description = checked(document)
    if description is None:
        raise ValueError("\n".join(document.problems))
    return compiled(description)


def compiled(description: Description) -> Provider:
    """The same of a description without problems."""
    kinds = tuple(compiled_kind(description, kind) for kind in description.kinds)
    lists = _lists(description, kinds)
    return Provider(
        channel=description.channel,
        label=description.label,
        name=description.name,
        source=each(description.source),
        recognises=_recognises(description, lists),
        items=_items(description, lists),
        personal=_personal(description),
        examples={shown.name: example(description, shown) for shown in description.examples},
        headers=frozenset(name.lower() for name in each(description.headers)),
        signatures=tuple(
            Signature(each_.secret, each_.scheme, each_.parameters, each_.mandatory or "", each_.header or "")
            for each_ in description.signatures
        ),
        reply=Reply(description.reply.body, description.reply.content_type, description.reply.status),
        not_covered=each(description.not_covered),
    )


Lists = Sequence[tuple[Find | None, tuple[Compiled, ...]]]
"""Where lists of items stand, and the kinds that each holds."""


def _lists(description: Description, kinds: tuple[Compiled, ...]) -> Lists:
    found: dict[str | None, list[Compiled]] = {}
    for kind, compiled_ in zip(description.kinds, kinds, strict=True):
        found.setdefault(kind.items or description.items, []).append(compiled_)
    return [(of[0].items, tuple(of)) for of in found.values()]


def _elements(body: Any, where: Find | None) -> Sequence[Any]:
    """The items of one list. A body that is a list itself, and of which nothing else is said, is one."""
    if where is None:
        return body if isinstance(body, list) else (body,)
    found = where(body, body)
    return found if isinstance(found, list) else ()


def _items(description: Description, lists: Lists) -> Callable[[Any, Given], Sequence[Item | Invalid]]:
    label = description.label
    wanted = description.items or next((kind.items for kind in description.kinds if kind.items), None) or "anything"

    def items(body: Any, given: Given) -> Sequence[Item | Invalid]:
        found: list[Item | Invalid] = []
        unmatched: Item | Invalid | None = None
        listed = False
        for where, kinds in lists:
            elements = _elements(body, where)
            listed = listed or isinstance(elements, list)
            for index, item in enumerate(elements):
                for kind in kinds:
                    if kind.matches(item, body):
                        found.append(kind.reader(item, body, index, given))
                        break
                else:
                    other = _unmatched(description, kinds, item, body, index)
                    if item is body:
                        unmatched = other  # of no account where the same body has a list
                    else:
                        found.append(other)
        if found or listed:
            return found
        if unmatched is None:
            raise Invalid("missing_field", f"{label} event missing required field: {wanted}")
        return [unmatched]

    return items


def _unmatched(
    description: Description, kinds: tuple[Compiled, ...], item: Any, body: Any, index: int
) -> Item | Invalid:
    """An item of no kind that is described: kept, where it can be told apart from others."""
    id_ = next((found for kind in kinds if (found := kind.id(item, body))), None)
    if id_ is None:
        name = "".join(each(description.kinds[0].id)[:1])
        return Invalid("missing_field", f"{description.label} event missing required field: {name}", (), index)
    return Item(
        meaning="unknown",
        account="",
        provider_id=id_,
        kind="unknown",
        contact=None,
        ours=f"{description.name}:unknown",
        direction="inbound",
        claims=(),
        content=Content(kind="event", fields=item if isinstance(item, dict) else {}),
    )


def _recognises(description: Description, lists: Lists) -> Callable[[Any], bool]:
    """Whether a body has what the description says that all have; where it says nothing, whether an item is of any kind."""
    if description.when is not None:
        whole = holds(description.when, description.form != "json")
        return lambda body: whole(body, body)

    def recognises(body: Any) -> bool:
        return any(
            kind.matches(item, body) for where, kinds in lists for item in _elements(body, where) for kind in kinds
        )

    return recognises


def _personal(description: Description) -> frozenset[str]:
    """What the description names, and every field that says who somebody is or what was said."""
    paths: list[str] = []
    for kind in description.kinds:
        media = kind.media
        for of in (
            kind.sender, kind.receiver, kind.person, kind.successor, kind.text, kind.subject, kind.html, kind.error_text,
            media.url if media else (), media.name if media else (),
        ):  # fmt: skip
            paths += each(of)
    return last_names(paths, description.form != "json") | frozenset(each(description.personal))
