"""Whether the examples of a description come to what they say: the last thing that can be wrong with one."""

from collections.abc import Iterator

from domain.channels.provider import Example, Item, Provider
from domain.declared.compiled import described
from domain.peeling import Payload, Unreadable, peel
from domain.reading import given_with, read
from domain.signatures import Request


def problems(text: str) -> list[str]:
    """Everything that is wrong with a description, its examples included; empty when it is good. For whoever writes one: a
    description that was good stays one, so what loads it calls `described`."""
    try:
        provider = described(text)
    except ValueError as error:
        return str(error).splitlines()
    return [problem for name, each in provider.examples.items() for problem in _problems(provider, name, each)]


def _problems(provider: Provider, name: str, example: Example) -> Iterator[str]:
    payloads = _payloads(example)
    if payloads is None:
        yield f"example {name}: is nothing that can be read; is the form right?"
        return
    found = tuple(outcome for payload in payloads for outcome in _outcome(provider, payload))
    if found != example.outcome:
        yield f"example {name}: comes to {_words(found)}, not to {_words(example.outcome)}"
    taken = not example.outcome[0].startswith(("rejected:", "ignored:"))
    if taken and not all(provider.recognises(payload.data) for payload in payloads):
        yield f"example {name}: is not recognised; what holds for it must be in the description's `when`, or in one of a kind"


def _words(outcome: tuple[str, ...]) -> str:
    return ", ".join(outcome) or "nothing"


def _payloads(example: Example) -> list[Payload] | None:
    headers = tuple({"Content-Type": "text/plain", **example.headers}.items())
    request = Request(method=example.method, url=example.url, headers=headers, body=example.body.encode())
    try:
        return [found for found in peel(example.body, request) if isinstance(found, Payload)]
    except Unreadable:
        return None


def _outcome(provider: Provider, payload: Payload) -> list[str]:
    """As examples put it; what is rejected stands first, and what is told twice counts once."""
    reading = read(provider, payload, given_with(payload.request))
    if reading.nothing is not None:
        return [f"ignored:{reading.nothing}"]
    rejected = [f"rejected:{each.reason}" for each in reading.items if not isinstance(each, Item)]
    items = {
        (each.event or each.provider_id, each.kind, each.moment): each
        for each in reversed(reading.items)
        if isinstance(each, Item)
    }
    taken = [
        f"{each.meaning}:{each.status.status}" if each.status else each.meaning for each in reversed(items.values())
    ]
    return rejected + taken
