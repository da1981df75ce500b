"""The settings in effect, one row each, with where the value came from."""

import re
from typing import Any, NamedTuple

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from runtime.settings import Group, settings, variables
from trunkline import environment

MASK = "********"
PASSWORD = re.compile(r"(?<=:)[^:/@]+(?=@)|(?<=password=)[^&]+")
"""What is secret in a URL."""


class Setting(NamedTuple):
    """One setting. `source`: `default`, or the variable and where that was found."""

    name: str
    value: Any
    source: str
    description: str


def effective() -> list[Setting]:
    """All settings. Raises ConfigurationError when one is malformed."""
    found = settings()
    rows = [
        _plain("profile", found.profile, "TRUNKLINE_PROFILE", "settings profile"),
        _plain(
            "data_folder",
            str(found.data_folder.absolute()),
            "TRUNKLINE_DATA",
            "data, logs and secrets of local servers",
        ),
        _plain("secret_key", found.secret_key and MASK, "TRUNKLINE_SECRET_KEY", "wraps the tenants' namespaces"),
    ]
    for name in found.GROUPS:
        group: Group = getattr(found, name)
        rows.extend(
            _row(name, field, info, getattr(group, field), group) for field, info in type(group).model_fields.items()
        )
    return rows


def _row(name: str, field: str, info: FieldInfo, value: Any, group: Group) -> Setting:
    shown = value if isinstance(value, int | float | str | bool | None) else str(value)
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        shown = PASSWORD.sub(MASK, secret) if "://" in secret else secret and MASK
    return Setting(f"{name}.{field}", shown, _source(variables(type(group), field)), info.description or "")


def _plain(name: str, value: Any, variable: str, description: str) -> Setting:
    return Setting(name, value, _source((variable,)), description)


def _source(names: tuple[str, ...]) -> str:
    return next((f"{name} ({environment.source(name)})" for name in names if environment.is_set(name)), "default")
