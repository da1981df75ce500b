"""docs/reference/http.md from the API's own description."""

from typing import Any

from api.app import create
from runtime.settings import Settings
from trunkline.reference.markdown import code, table


def render() -> str:
    description = create(Settings()).openapi()
    parts = [
        "# HTTP API\n",
        "Reads the views of one tenant. The running API describes itself at `/docs`. On loopback no token is needed; any other "
        "address needs `TRUNKLINE_API_TOKENS`, and requests `Authorization: Bearer <token>`. What belongs to another tenant is "
        "answered as what does not exist: 404. Errors are problem details (RFC 9457).\n",
        'Lists are newest first, `{"items": [...], "cursor": ...}`. Pass `cursor` on to read further; it is null at the end.\n',
    ]
    for path, methods in sorted(description["paths"].items()):
        for method, operation in methods.items():
            parts.append(f"## {method.upper()} {path}\n\n{operation['summary']}.\n")
            parts.append(_parameters(operation.get("parameters", ())))
    return "\n".join(parts)


def _parameters(parameters: Any) -> str:
    rows = [(code(p["name"]), p["in"], _type(p["schema"]), p.get("description", "")) for p in parameters]
    return table(("parameter", "in", "value", "what it is"), rows) if rows else ""


def _type(schema: dict[str, Any]) -> str:
    kinds = [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]
    words = [
        each.get("format") or ", ".join(map(str, each.get("enum", ()))) or each.get("type", "any") for each in kinds
    ]
    limits = [
        f"{word} {schema[key]}" for key, word in (("minimum", "at least"), ("maximum", "at most")) if key in schema
    ]
    default = [f"default {schema['default']}"] if schema.get("default") is not None else []
    return ", ".join([" or ".join(words), *limits, *default])
