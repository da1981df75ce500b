"""docs/reference/events.md from schemas: every record and event with its fields."""

import inspect
from typing import Any, get_args

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec import inspect as types

from schemas.events import AnyEvent
from schemas.records import RECORDS
from schemas.topics import TOPICS
from trunkline.reference.markdown import code, table


def render() -> str:
    shown: list[type[Struct]] = []
    parts = [
        "# Records and events\n",
        "Every value is a JSON object. A field may be absent while it has its default; readers ignore fields they do not know. "
        "Times are RFC 3339 text in UTC with milliseconds.\n",
        "The events of a decision: "
        + ", ".join(f"[{tag(each)}](#{anchor(each)})" for each in get_args(AnyEvent))
        + ".\n",
    ]
    for topic in TOPICS:
        parts.append(f"## {topic.name}\n")
        parts.append(f"{topic.holds[0].upper()}{topic.holds[1:]}. Written by {', '.join(topic.producers)}.\n")
        record = RECORDS[topic.name].type
        roots = get_args(record) or (record,)
        for each in _reachable(roots):
            if each not in shown:
                shown.append(each)
                parts.append(_record(each))
    return "\n".join(parts)


def tag(struct: type[Struct]) -> str:
    """The value of a tagged record's `type`."""
    return str(struct.__struct_config__.tag)


def anchor(struct: type[Struct]) -> str:
    """The id of a record's heading."""
    return struct.__name__.lower()


def _reachable(roots: tuple[Any, ...]) -> list[type[Struct]]:
    """The structs of a record, outermost first."""
    found: list[type[Struct]] = []
    waiting = list(roots)
    while waiting:
        struct = waiting.pop(0)
        if struct in found:
            continue
        found.append(struct)
        for field in types.type_info(struct).fields:  # type: ignore[attr-defined]
            waiting += _structs(field.type)
    return found


def _structs(type_: types.Type) -> list[type[Struct]]:
    if isinstance(type_, types.StructType):
        return [type_.cls]
    inner = [getattr(type_, name) for name in ("item_type", "value_type", "key_type") if hasattr(type_, name)]
    inner += [*getattr(type_, "types", ()), *getattr(type_, "item_types", ())]
    return [struct for each in inner for struct in _structs(each)]


def _record(struct: type[Struct]) -> str:
    info = types.type_info(struct)
    assert isinstance(info, types.StructType)
    rows = [(code(f.encode_name), words(f.type), _presence(f)) for f in info.fields]
    if info.tag is not None:
        rows.insert(0, (code(info.tag_field), code(f'"{info.tag}"'), "yes"))
    said = inspect.cleandoc(struct.__doc__ or "") if struct.__doc__ != msgspec.Struct.__doc__ else ""
    return f"### {struct.__name__}\n\n{said}\n\n" + table(("field", "type", "always there"), rows)


def _presence(field: types.Field) -> str:
    if field.default_factory is not NODEFAULT:
        default = field.default_factory()
    elif field.default is not NODEFAULT:
        default = field.default
    else:
        return "yes"
    if isinstance(default, Struct):
        return "default: an object of defaults"
    return f"default: {code(msgspec.json.encode(default).decode())}"


def words(type_: types.Type) -> str:
    """A type as a reader of the JSON sees it."""
    match type_:
        case types.StructType(cls=cls):
            return f"[{cls.__name__}](#{anchor(cls)})"
        case types.LiteralType(values=values):
            return ", ".join(code(f'"{value}"') for value in values)
        case types.UnionType(types=members):
            return " or ".join(words(each) for each in members)
        case types.VarTupleType(item_type=item) | types.ListType(item_type=item):
            return f"list of {words(item)}" if not isinstance(item, types.UnionType) else "list of events"
        case types.TupleType(item_types=items):
            return "[" + ", ".join(words(each) for each in items) + "]"
        case types.DictType(value_type=value):
            return "object" if isinstance(value, types.AnyType) else f"object of {words(value)}"
    names = {types.StrType: "text", types.IntType: "integer", types.FloatType: "number", types.BoolType: "boolean"}
    names |= {types.NoneType: "null", types.AnyType: "anything"}
    return names[type(type_)]
