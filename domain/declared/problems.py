"""Everything that may be wrong with a description, in words that say where it is and what to write instead."""

from collections.abc import Iterable
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from domain.declared.checks import CHECKS, did_you_mean
from domain.declared.description import Country, Description, Name, Path, Paths, Setting, Text, Values
from domain.declared.document import Document
from domain.declared.paths import each, is_path

WORDS: tuple[tuple[Any, str], ...] = (
    (Name, "write a name of small letters, digits and _ that begins with a letter"),
    (Path, "write where the value stands, like messages.0.from"),
    (Paths, "write where the value stands, like messages.0.from, or a list of such places"),
    (Country, "write the two capital letters of a country, like KE"),
    (Setting, "write the name of a setting, like LIGHTHOUSE_SECRET"),
    (Text, "write a text"),
    (Values, "write a text or a list of texts"),
    (str, "write a text"),
    (bool, "write true or false"),
)
"""What to write, by what is expected."""


def checked(document: Document) -> Description | None:
    """The description; None where it has problems, which the document has then."""
    if document.problems:
        if not isinstance(document.value, dict):
            return None
    elif not isinstance(document.value, dict):
        document.add("", "is no list of keys; write `version: 1` in the first line")
        return None
    built = _struct(Description, document.value, "", document)
    return None if document.problems else built


def _struct(cls: Any, value: Any, place: str, document: Document) -> Any:
    """One object of the description; None where a key is wrong, or one that it cannot do without is missing."""
    known = {each_.name: each_ for each_ in fields(cls)}
    built: dict[str, Any] = {}
    wrong: set[str] = set()
    for name, inside in value.items():
        where = f"{place}.{name}" if place else name
        if name not in known:
            document.add(where, f"is no key here{did_you_mean(name, known)}")
            continue
        good, converted = _value(known[name].type, inside, where, document)
        if good:
            built[name] = converted
        else:
            wrong.add(name)
    for name, each_ in known.items():
        if each_.required and name not in value:
            document.add(f"{place}.{name}" if place else name, f"is missing; {_wanted(each_)}")
            wrong.add(name)
    # Also what is not whole is looked at, so that everything is told at once; what is wrong already is told once.
    found = cls(**{name: () for name in wrong if known[name].required}, **built)
    for inside, problem in CHECKS[cls](found) if cls in CHECKS else ():
        if inside.partition(".")[0] not in wrong and not (inside == "" and wrong):
            document.add(".".join(filter(None, (place, inside))), problem)
    return None if wrong else found


def _value(type_: Any, value: Any, place: str, document: Document) -> tuple[bool, Any]:
    """(whether it is good, the value) of one key."""
    type_ = _without_none(type_)
    if isinstance(type_, type) and issubclass(type_, Struct):
        if not isinstance(value, dict):
            document.add(place, f"must have keys of its own: {', '.join(each_.name for each_ in fields(type_))}")
            return False, None
        built = _struct(type_, value, place, document)
        return built is not None, built
    arguments = get_args(type_)
    if get_origin(type_) is tuple and isinstance(arguments[0], type) and issubclass(arguments[0], Struct):
        return _list(arguments[0], value, place, document)
    if get_origin(type_) is Literal:
        return _one_of(arguments, value, place, document)
    if get_origin(type_) is dict and get_origin(arguments[1]) is Literal and isinstance(value, dict):
        judged = {
            name: _one_of(get_args(arguments[1]), each_, f"{place}.{name}", document) for name, each_ in value.items()
        }
        return all(good for good, _ in judged.values()), {name: each_ for name, (_, each_) in judged.items()}
    try:
        converted = msgspec.convert(value, type_, strict=False)
    except msgspec.ValidationError:
        document.add(place, f"is {_shown(value)}; {_expected(type_)}")
        return False, None
    return _good_paths(type_, converted, place, document), converted


def _list(cls: Any, value: Any, place: str, document: Document) -> tuple[bool, Any]:
    if not isinstance(value, list) or not value or not all(isinstance(each_, dict) for each_ in value):
        names = ", ".join(each_.name for each_ in fields(cls) if each_.required)
        document.add(place, f"must be a list, each element with a dash before it and with the keys {names}")
        return False, None
    built = [_struct(cls, each_, f"{place}.{at}", document) for at, each_ in enumerate(value)]
    return None not in built, tuple(built)


def _one_of(known: tuple[Any, ...], value: Any, place: str, document: Document) -> tuple[bool, Any]:
    if value in known:
        return True, value
    near = did_you_mean(value, known) if isinstance(value, str) else ""
    document.add(place, f"is {_shown(value)}, which is none of {', '.join(map(str, known))}{near}")
    return False, None


def _good_paths(type_: Any, value: Any, place: str, document: Document) -> bool:
    paths: Iterable[str] = ()
    if type_ in (Path, Paths):
        paths = each(value)
    elif get_origin(type_) is dict and get_args(type_)[0] == Path:
        paths = value
    wrong = [path for path in paths if not is_path(path)]
    for path in wrong:
        document.add(
            place,
            f"has {path!r}, which is no path; write names and list positions with one dot between, like messages.0.from",
        )
    return not wrong


def _without_none(type_: Any) -> Any:
    if get_origin(type_) in (Union, UnionType):
        rest = [each_ for each_ in get_args(type_) if each_ is not NoneType]
        return rest[0] if len(rest) == 1 else type_
    return type_


def _wanted(field: FieldInfo) -> str:
    type_ = _without_none(field.type)
    if get_origin(type_) is Literal:
        return f"write one of {', '.join(get_args(type_))}"
    return _expected(type_)


def _expected(type_: Any) -> str:
    for known, words in WORDS:
        if type_ == known:
            return words
    arguments = get_args(type_)
    if isinstance(type_, type) and issubclass(type_, Struct):
        return f"write its keys: {', '.join(each_.name for each_ in fields(type_))}"
    if get_origin(type_) is tuple:
        return "write a list, each element with a dash before it"
    if get_origin(type_) is dict:
        return "write names with values, one a line"
    metas = [each_ for each_ in arguments if isinstance(each_, msgspec.Meta)]
    if metas and metas[0].ge is not None:
        return f"write a number from {metas[0].ge} to {metas[0].le}"
    return "write a value"


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a set of keys"
    return repr(value) if value not in ("", None) else "empty"
