"""What `trunkline normalize` does: requests from files and lines, as the bridge would read them."""

import sys
import time
from base64 import b64decode
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

import msgspec
from msgspec import Struct

from domain.normalised import Asked, Plain, normalised
from domain.signatures import Request
from runtime.errors import UsageError

QUEUE = "SQS"
"""The method of what came through a queue and has no URL and headers."""


class Line(Struct, frozen=True):
    """One object of the input. headers: name -> text, or -> {"b64": ...} for what is no UTF-8. secrets: name -> one or several."""

    id: Any = None
    channel: str = ""
    provider: str = ""
    method: str = "POST"
    url: str = ""
    headers: dict[str, Any] | list[tuple[str, str]] = {}
    body_b64: str = ""
    secrets: dict[str, Any] = {}
    country: str | None = None


_lines = msgspec.json.Decoder(Line)
_encode = msgspec.json.Encoder(enc_hook=str).encode


def answer_lines(lines: Iterable[bytes], out: IO[bytes]) -> None:
    """One answer per line, in order. A line that is no such object is answered `rejected`, and the next one is read."""
    for line in lines:
        if line.strip():
            out.write(_encode(answer_line(line)) + b"\n")
    out.flush()


def answer_line(line: bytes) -> Plain:
    """The answer to one line; never raises on what it says."""
    try:
        asked = _lines.decode(line)
        body = b64decode(asked.body_b64, validate=True)
        headers = _headers(asked.headers)
    except (ValueError, msgspec.MsgspecError) as error:
        return {"id": _id_of(line), "outcome": "rejected", "reason": "bad_line", "text": str(error), "events": []}
    secrets = {name: _several(value) for name, value in asked.secrets.items()}
    return {"id": asked.id, **_answer(asked, headers, body, secrets)}


def _answer(
    asked: Line, headers: tuple[tuple[str, str], ...], body: bytes, secrets: dict[str, tuple[str, ...]]
) -> Plain:
    common: dict[str, Any] = {
        "channel": asked.channel,
        "provider": asked.provider,
        "secrets": secrets,
        "country": asked.country,
        "now": int(time.time()),
    }
    try:
        if asked.method == QUEUE:
            return normalised(Asked(body=body.decode("utf-8", "surrogateescape"), **common))
        request = Request(method=asked.method, url=asked.url, headers=headers, body=body)
        return normalised(Asked(request=request, **common))
    except KeyError as unknown:
        text = f"there is no channel or provider {unknown}"
        return {"outcome": "rejected", "reason": "unknown_provider", "text": text, "events": []}


def answer_file(
    path: Path,
    *,
    channel: str,
    provider: str,
    url: str,
    headers: Sequence[str],
    secrets: Sequence[str],
    country: str | None,
) -> Plain:
    """The answer to the body in one file. Raises UsageError for a file that cannot be read, a header or a secret that is none, a
    channel or provider that does not exist."""
    try:
        body = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    given = [_pair(text, ":", "--header must be `NAME: VALUE`") for text in headers]
    if body.startswith(b"--") and not any(name.lower() == "content-type" for name, _ in given):
        boundary = body[2:].split(b"\n", 1)[0].strip().decode("latin-1")
        given.append(("Content-Type", f'multipart/form-data; boundary="{boundary}"'))
    known = [_pair(text, "=", "--secret must be NAME=VALUE") for text in secrets]
    live = {name: tuple(value for each, value in known if each == name) for name, _ in known}
    asked = Line(channel=channel, provider=provider, url=url, country=country, method="POST" if given or url else QUEUE)
    answer = _answer(asked, tuple(given), body, live)
    if answer["reason"] == "unknown_provider":
        raise UsageError(answer["text"])
    return answer


def _pair(text: str, between: str, complaint: str) -> tuple[str, str]:
    name, found, value = text.partition(between)
    if not found or not name.strip():
        raise UsageError(f"{complaint}, not {text!r}")
    return name.strip(), value.strip()


def _headers(given: dict[str, Any] | list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    pairs = given.items() if isinstance(given, dict) else given
    return tuple((name, _header(value)) for name, value in pairs)


def _header(value: Any) -> str:
    if isinstance(value, dict) and isinstance(value.get("b64"), str):
        return b64decode(value["b64"], validate=True).decode("utf-8", "replace")
    return value if isinstance(value, str) else str(value)


def _several(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),) if value not in (None, "") else ()


def _id_of(line: bytes) -> Any:
    """The id of a line that has one, however wrong the rest is."""
    try:
        return msgspec.json.decode(line).get("id")
    except (msgspec.MsgspecError, AttributeError, UnicodeDecodeError):
        return None
