"""Any bytes into any provider's file: an outcome, never an exception, and soon, whatever comes.

What `test_fuzz.py` runs on every test for some seconds runs here as long as you like, with other bodies each time:

    python -m tests.contract.channels.fuzz --minutes 30 [--only email/mailgun] [--seed 7]

It tells what raises, what takes long and what grows big, with the seed that shows it again. A finding that was mended is kept in corpus/.
"""

import argparse
import json
import sys
import time
import tracemalloc
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from unittest.mock import patch
from urllib.parse import parse_qsl, urlencode

from msgspec.structs import replace

from domain.channels.promises import ODD
from domain.channels.provider import Provider
from domain.channels.registry import channels, providers
from domain.door import Judged, Secrets, judge
from domain.normalised import Asked, Plain, normalised
from domain.signatures import Request
from tests.contract.channels.signing import FORM, posted, request_of

SIZE = 2**20
"""Bytes of the longest body: SQS takes no more."""
SECONDS = 0.05
"""Of processor time for one body, on the machine that the project is made on. The best of three counts; where the machine is slower or
busier than that one (YARDSTICK), the time is taken as it would have been there."""
YARDSTICK = 0.003
"""Seconds that `_yardstick` takes on that machine when nobody else works there."""
SECONDS_OF_ITEMS = 0.4
"""For a body that is full of items, each of which is read: a thousand and their lists are allowed (domain/peeling.py LISTED)."""
MEMORY = 64 * 2**20
"""Bytes that are held for one body at most, the body itself apart."""
OUTCOMES = frozenset({"events", "ignored", "rejected", "control"})
PROVIDERS = [each for channel in channels() for each in providers(channel)]
CORPUS = Path(__file__).parent / "corpus"
BOUNDARY = "b-1"
MULTIPART = "multipart/form-data"


class Way(NamedTuple):
    """By which file a body is read; neither: by the one that is found for it."""

    channel: str = ""
    provider: str = ""


class Cost(NamedTuple):
    seconds: float
    plain: Plain


GUESSED = Way()


def forced(provider: Provider) -> Way:
    return Way(provider.channel, provider.name)


def asked(request: Request, way: Way = GUESSED) -> Asked:
    return Asked(request=request, channel=way.channel, provider=way.provider)


def unsigned(provider: Provider, request: Request | None, secrets: Secrets, now: int) -> Judged:
    """Instead of `judge`: lets in whoever signs everything, so that its file is reached."""
    return judge(provider._replace(signatures=()), request, secrets, now)


letting_in = patch("domain.normalised.judge", unsigned)


def outcome(request: Request, way: Way = GUESSED) -> str:
    """Also that it can be written: what is kept must be JSON."""
    told = normalised(asked(request, way))
    json.dumps(told)
    assert told["outcome"] in OUTCOMES
    return str(told["outcome"])


def cost(request: Request, way: Way = GUESSED, limit: float = SECONDS) -> Cost:
    """The best of three, where the first one is not good enough."""
    best = float("inf")
    told: Plain = {}
    for _ in range(3):
        with _untraced():
            start = time.process_time()
            told = normalised(asked(request, way))
            best = min(best, time.process_time() - start)
        if best <= limit:
            return Cost(best, told)
    return Cost(best / max(1.0, _yardstick() / YARDSTICK), told)


def _yardstick() -> float:
    """How long the same work takes here and now: some of C, some of Python."""
    best = float("inf")
    for _ in range(3):
        with _untraced():
            start = time.process_time()
            held = json.loads(_FIELDS)
            len({name.upper(): each + 1 for name, each in held.items()})
            best = min(best, time.process_time() - start)
    return best


_FIELDS = json.dumps({f"a{n}": n for n in range(10_000)})


@contextmanager
def _untraced() -> Iterator[None]:
    """Whoever counts lines that were run takes longer than the lines do."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


def memory(request: Request, way: Way = GUESSED) -> int:
    """Bytes that were held at once, the request apart."""
    with _untraced():
        tracemalloc.start()
        try:
            normalised(asked(request, way))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def post(
    body: bytes | str, content_type: str = "application/json", url: str = "https://hooks.acme.example/"
) -> Request:
    octets = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return Request(url=url, headers=(("Content-Type", content_type),), body=octets[:SIZE])


# What a request holds, so that it can be changed -----------------------------------------------------------------------------------

Place = tuple[str | int, ...]


def opened(request: Request) -> Any:
    """The JSON of a body, or the fields of a form, JSON in them taken apart too; None where it is neither."""
    kind = (request.values("Content-Type") or [""])[0].partition(";")[0]
    if kind == FORM:
        pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: _json(value) for name, value in pairs}
    if kind == MULTIPART and request.body.rstrip().endswith(b"--"):
        return {
            name.decode("utf-8", "replace"): _json(value.decode("utf-8", "replace")) for name, value in posted(request)
        }
    return _json(request.body.decode("utf-8", "replace")) if kind == "application/json" else None


def _json(text: str) -> Any:
    if text[:1] not in ("{", "["):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def closed(request: Request, data: Any) -> Request:
    """The request with this in its body, in the form that it came in."""
    kind = request.only("Content-Type")
    if kind == "application/json":
        return replace(request, body=_text(data).encode("utf-8", "surrogatepass"))
    fields = {str(name): value if isinstance(value, str) else _text(value) for name, value in dict(data).items()}
    if kind == FORM:
        return replace(request, body=urlencode(fields, errors="replace").encode())
    headers = tuple(each for each in request.headers if each[0].lower() != "content-type")
    content_type = ("Content-Type", f"{MULTIPART}; boundary={BOUNDARY}")
    return replace(request, headers=(*headers, content_type), body=parts(fields))


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def parts(fields: Mapping[str, str], more: str = "") -> bytes:
    """A multipart form. more: behind `form-data`, `; filename="a.txt"` for one."""
    each = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return f"{each}--{BOUNDARY}--\r\n".encode("utf-8", "surrogatepass")


def places(data: Any, at: Place = ()) -> Iterator[Place]:
    """Where values are that are neither objects nor lists; of a list's items in the first two."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from places(value, (*at, name))
    elif isinstance(data, list):
        for index, value in enumerate(data[:2]):
            yield from places(value, (*at, index))
    else:
        yield at


def lists(data: Any, at: Place = ()) -> Iterator[Place]:
    """Where lists of objects are."""
    if isinstance(data, list):
        if data and isinstance(data[0], dict):
            yield at
            yield from lists(data[0], (*at, 0))
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from lists(value, (*at, name))


def found(data: Any, at: Place) -> Any:
    for each in at:
        data = data[each]
    return data


def put(data: Any, at: Place, value: Any) -> Any:
    """The data with another value in one place."""
    if not at:
        return value
    first, *rest = at
    if isinstance(data, dict):
        return {**data, str(first): put(data[str(first)], tuple(rest), value)}
    return [put(each, tuple(rest), value) if index == first else each for index, each in enumerate(data)]


# Bodies that are hard ----------------------------------------------------------------------------------------------------------------

UNITS = tuple(
    "|\n|<|>|@|\"|'|\\|1|+1|a|=|%|&|;|,|(|[|/|-|.|:|\u200b|😀|a@|<a|<a>|</|<!--|&amp|=?utf-8?B?|=?utf-8?q?=41?= |\r\n>".split("|")
) + (
    " ", "On a 1 wrote:\n", "\n\n", "\n--\n", "-----", "From: ", "a: b\r\n", "<p>", "<blockquote>", "http://", "a.b@", "a b ", "\0",
    "a@b.example,", "A <a@b.example>, ", "<a@b.example> ", "{", '{"a":', "0 ", "\u0663", "QUFB", "whatsapp:", "=\r\n", "_ ", '";',
)  # fmt: skip
"""What regular expressions, parsers and decoders may go over again and again where it never ends."""
UNITS = tuple(unit for unit in UNITS if unit)

MAIL = "From: ann@example.org\r\nTo: sales@acme.example\r\n"
MAILS: Mapping[str, str] = {
    "multiparts in each other": "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(20_000)
    ),
    "messages in each other": "Content-Type: message/rfc822\r\n\r\n" * 40_000,
    "parts": "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 30_000,
    "headers": "".join(f"X-{n}: {n}\r\n" for n in range(80_000)),
    "recipients": "Cc: " + ", ".join(f"a{n}@example.org" for n in range(50_000)),
    "folds": "Subject: a" + "\r\n a" * 250_000,
    "words": "Subject: " + "=?utf-8?B?w7w=?= " * 60_000,
    "brackets": "Cc: " + "<" * SIZE,
    "parameters": 'Content-Type: text/plain; a="' + ";" * SIZE,
    "base64": "Content-Transfer-Encoding: base64\r\n\r\n" + "\n" * SIZE,
    "quoted-printable": "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + "=3D=\r\n" * 170_000,
    "quotations": "\r\nhi\r\n" + "> x\r\n" * 200_000,
    "report": "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    + "Final-Recipient: rfc822; a@example.org\r\nAction: failed\r\n\r\n" * 16_000,
    "punycode": "Content-Type: text/plain; charset=punycode\r\n\r\n" + "a" * SIZE,
}


def run(unit: str, size: int) -> str:
    """So many bytes of it, or a little less."""
    return unit * (size // len(unit.encode()))


def hard_texts(size: int = SIZE) -> Iterator[tuple[str, str]]:
    for unit in UNITS:
        yield repr(unit), run(unit, size)
    for name, mail in MAILS.items():
        yield f"mail: {name}", (MAIL + mail)[:size]
        yield f"mail in base64: {name}", b64encode((MAIL + mail).encode()[: size * 3 // 4]).decode()


def hard_bodies() -> Iterator[tuple[str, Request]]:
    """A megabyte each, of nobody in particular."""
    for unit in UNITS:
        yield f"a text of JSON: {unit!r}", post(_text({"text": run(unit, SIZE // 2)}))
        yield f"a field: {unit!r}", post("a=" + run(unit, SIZE), FORM)
    for name, mail in MAILS.items():
        yield f"a mail: {name}", post(MAIL + mail, "message/rfc822")
    yield "deep objects", post('{"a":' * 200_000)
    yield "deep lists", post("[" * SIZE)
    yield "deep lists that end", post("[" * (SIZE // 2) + "]" * (SIZE // 2))
    yield "deep JSON in JSON", post(_text(_text(_text("{" * 200_000))))
    yield "fields of JSON", post(_text({f"a{n}": n for n in range(75_000)}))
    yield "fields of a form", post("&".join(f"a{n}={n}" for n in range(100_000)), FORM)
    yield "one field again and again", post("a=1&" * 990, FORM)
    yield "ampersands", post("&" * SIZE, FORM)
    yield "escapes", post("a=" + "%FF" * 300_000, FORM)
    yield "broken escapes", post("a=" + "%F" * 300_000, FORM)
    yield "objects", post("[" + "{}," * 340_000 + "{}]")
    yield "lists", post("[" + "[]," * 340_000 + "[]]")
    yield "numbers", post("[" + "0," * 500_000 + "0]")
    yield "a number", post("1" * SIZE)
    yield "a number in JSON", post('{"a":' + "1" * 500_000 + "}")
    yield "a text that is escaped", post('{"a":"' + "\\u0041" * 170_000 + '"}')
    yield "half characters", post('{"a":"' + "\\ud83d" * 170_000 + '"}')
    yield "in punycode", post("a=1-" + "a" * SIZE, "text/plain; charset=punycode")
    yield "in UTF-7", post("a=" + "+AGE-" * 200_000, "text/plain; charset=utf-7")
    yield "records", post(_text({"Records": [{"Sns": {"Message": "{}"}}] * 20_000}))
    wrapped = _text({"a": run("a", SIZE // 16)})
    for _ in range(6):
        wrapped = _text({"Type": "Notification", "Message": wrapped})
    yield "wrappings", post(wrapped)
    kind = f"{MULTIPART}; boundary={BOUNDARY}"
    yield "parts of a form", post(parts({f"a{n}": "x" for n in range(20_000)}), kind)
    yield "a part", post(parts({"a": run("a", SIZE - 200)}), kind)
    yield "a file", post(parts({"a": run("\xff", SIZE - 200)}, '; filename="a.bin"'), kind)
    yield "a file's name", post(parts({"a": "x"}, '; filename="' + '\\"' * 500_000), kind)
    yield "a boundary that never ends", post(f"--{BOUNDARY}\r\n" * 80_000, kind)
    yield "heads without an end", post(f"--{BOUNDARY}\r\n" + ";" * SIZE, kind)
    yield "a boundary that is not there", post("--" * (SIZE // 2), kind)


def richest(provider: Provider, most: int = 1) -> list[Request]:
    """Its examples with the most values."""
    requests = [request_of(provider, each) for each in provider.examples.values()]
    known = [each for each in requests if each.body and isinstance(opened(each), dict | list)]
    return sorted(known, key=lambda each: -len(list(places(opened(each)))))[:most]


def full_of(provider: Provider, text: str) -> Iterator[Request]:
    """Its richest example with a share of this text in each of its values, as long as a body may be."""
    for request in richest(provider):
        plain = opened(request)
        at = list(places(plain))
        share = len(text) // len(at)
        while True:
            data = plain
            for each in at:
                data = put(data, each, text[:share])
            full = closed(request, data)
            if len(full.body) <= SIZE:
                break
            share = share * SIZE // (len(full.body) + SIZE // 50)
        yield full


def full_of_items(provider: Provider) -> Iterator[tuple[Place, Request]]:
    """Its richest example with one of its lists as long as a megabyte lets it be."""
    for request in richest(provider, 2):
        data = opened(request)
        for at in lists(data):
            items = found(data, at)
            length = len(_text(items).encode("utf-8", "surrogatepass")) + 2
            yield at, closed(request, put(data, at, items * (SIZE // length)))


# The findings --------------------------------------------------------------------------------------------------------------------------


class Kept(NamedTuple):
    """found: what was wrong with it, and when."""

    name: str
    found: str
    request: Request
    way: Way


def corpus() -> Iterator[Kept]:
    """Each file: {"found", "channel", "provider", "content_type", "body": [text or [text, times], ...]}."""
    for path in sorted(CORPUS.glob("*.json")):
        told = json.loads(path.read_text())
        body = "".join(piece if isinstance(piece, str) else piece[0] * piece[1] for piece in told["body"])
        way = Way(told.get("channel", ""), told.get("provider", ""))
        yield Kept(path.stem, told["found"], post(body, told["content_type"]), way)


# As long as you like -------------------------------------------------------------------------------------------------------------------


def drawn(random: Random, provider: Provider) -> tuple[str, Request]:
    """A body that nobody has thought of: an example of the provider, changed in one place or several."""
    request = request_of(provider, random.choice(list(provider.examples.values())))
    data = opened(request)
    if not isinstance(data, dict | list) or random.random() < 0.1:
        body = bytearray(request.body or b"{}")
        for _ in range(random.randint(1, 8)):
            body[random.randrange(len(body))] = random.randrange(256)
        return "bytes", replace(request, body=bytes(body))
    if random.random() < 0.1 and (long := list(lists(data))):
        at = random.choice(long)
        items = found(data, at)
        return f"items in {at}", closed(request, put(data, at, items * random.choice((2, 100, 999, 4_000))))
    told = []
    for _ in range(random.choice((1, 1, 1, 2, 5))):
        at = random.choice(list(places(data)) or [()])
        what, value = random.choice([*_TEXTS, *((repr(odd)[:20], odd) for odd in ODD)])
        told.append(f"{what} in {at}")
        data = put(data, at, value)
        if not isinstance(data, dict | list):
            break
    if not isinstance(data, dict) and request.only("Content-Type") != "application/json":
        data = {"": data}
    return ", ".join(told), replace(bounded := closed(request, data), body=bounded.body[:SIZE])


_TEXTS: list[tuple[str, str]] = []


def main() -> int:
    parser = argparse.ArgumentParser(description="Any bytes into any provider's file.")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--only", default="", help="<channel>/<provider>, or a part of it")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    _TEXTS[:] = [*hard_texts(), *hard_texts(SIZE // 50)]
    known = [each for each in PROVIDERS if given.only in f"{each.channel}/{each.name}"]
    seed, end, wrong = given.seed, time.monotonic() + given.minutes * 60, 0
    with letting_in:
        while time.monotonic() < end:
            random, provider = Random(seed), known[seed % len(known)]
            what, request = drawn(random, provider)
            for way in (forced(provider), GUESSED):
                if problem := _problem(request, way, "items" in what):
                    wrong += 1
                    sys.stdout.write(f"seed {seed}: {provider.channel}/{provider.name} by {way}: {what}: {problem}\n")
                    sys.stdout.flush()
            seed += 1
    sys.stdout.write(f"{seed - given.seed} bodies, {wrong} findings\n")
    return int(wrong > 0)


def _problem(request: Request, way: Way, items: bool) -> str:
    limit = SECONDS_OF_ITEMS if items else SECONDS
    try:
        outcome(request, way)
        spent = cost(request, way, limit).seconds
    except Exception as error:  # noqa: BLE001  # told, not swallowed
        return repr(error)[:300]
    return f"{spent * 1000:.0f} ms" if spent > limit else ""


if __name__ == "__main__":
    sys.exit(main())
