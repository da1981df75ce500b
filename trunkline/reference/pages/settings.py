"""docs/reference/settings.md from runtime.settings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from runtime.settings import PROFILE_VARIABLE, PROFILES, Group, Settings, variables
from trunkline.reference.markdown import code, table

SIGNS = {Ge: "at least", Gt: "more than", Le: "at most", Lt: "less than"}


def render() -> str:
    sections = [f"## {name}\n\n{_group(group)}" for name, group in Settings.GROUPS.items()]
    return (
        "# Settings\n\n"
        "Read from the environment, then from `.env.<profile>` and `.env` in the working folder. Where several names are given, the first "
        "that is set wins. A value that cannot be meant ends the program with exit code 78 and a text that names the variable.\n\n"
        "## Process\n\n"
        + table(("variable", "value", "default", "what it does"), _process())
        + "\n"
        + "\n".join(sections)
    )


def _process() -> list[tuple[str, str, str, str]]:
    key = "wraps the namespaces of tenants on the settings topic; the same for all processes, kept like a password"
    return [
        (
            code(PROFILE_VARIABLE),
            ", ".join(PROFILES),
            code("local"),
            "settings profile: which `.env.<profile>` is read",
        ),
        (code("TRUNKLINE_SECRET_KEY"), "secret text", "", key),
        (code("TRUNKLINE_DATA"), "path", code(".trunkline"), "folder for everything that is kept locally"),
    ]


def _group(group: type[Group]) -> str:
    return table(("variable", "value", "default", "what it does"), _rows(group))


def _rows(group: type[Group]) -> Iterator[tuple[str, str, str, str]]:
    for name, field in group.model_fields.items():
        names = " ".join(code(each) for each in variables(group, name))
        yield names, _value(field), _default(field.default), field.description or ""


def _value(field: FieldInfo) -> str:
    """What may be said, in words."""
    kinds = [kind for kind in (get_args(field.annotation) or (field.annotation,)) if kind is not type(None)]
    if get_origin(field.annotation) is Literal:
        return ", ".join(map(str, get_args(field.annotation)))
    limits = [f"{SIGNS[type(m)]} {_bound(m)}" for m in field.metadata if type(m) in SIGNS]
    return ", ".join([*(_kind(kind) for kind in kinds), *limits])


def _bound(limit: Any) -> Any:
    return next(value for value in (getattr(limit, n, None) for n in ("ge", "gt", "le", "lt")) if value is not None)


def _kind(kind: Any) -> str:
    words = {
        str: "text",
        SecretStr: "secret text",
        int: "whole number",
        float: "number",
        bool: "true or false",
        Path: "path",
    }
    return words[kind]


def _default(value: Any) -> str:
    """Secrets show as pydantic masks them, unless there is nothing to hide: the default is public."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        value = str(value).lower()
    return code(value)
