"""What every provider promises, as a check that outsiders can run on theirs: `broken_promises(PROVIDER) == []`.

The project's own contract suite asks for the same and more (every wrapping, every scheme, the topic's types).
"""

import json
from collections.abc import Iterator
from typing import Any

from domain.channels.provider import Example, Invalid, Item, Nothing, Provider, redacted
from domain.peeling import Payload, Unreadable, peel
from domain.reading import Reading, given_with, read
from domain.signatures import Request
from schemas.meanings import MEANINGS
from schemas.values import MessageStatus

ODD: tuple[Any, ...] = (None, "", "x", 0, -1, 1e300, True, [], {}, [None], [[]], {"": None}, "\0", "9" * 400, 10**40)
"""What a field may hold that should hold something else."""


def broken_promises(provider: Provider) -> list[str]:
    """Every promise that is broken, in words; empty when all are kept."""
    return list(_of_the_file(provider)) + [
        f"example {name}: {problem}" for name, case in provider.examples.items() for problem in _told(provider, case)
    ]


def _told(provider: Provider, case: Example) -> list[str]:
    try:
        return list(_of_example(provider, case))
    except Exception as error:  # noqa: BLE001  # told, not swallowed
        return [f"raises {type(error).__name__}: {error}"]


def _of_the_file(provider: Provider) -> Iterator[str]:
    if not provider.source or not all(page.startswith("https://") for page in provider.source):
        yield "source: name the pages that the facts come from"
    if not provider.personal:
        yield "personal: name the fields that hold personal data"
    shown = {outcome.partition(":")[0] for each in provider.examples.values() for outcome in each.outcome}
    for needed in {"unknown", "rejected"} - shown:
        yield f"examples: none is {needed}"
    for word in sorted(shown - MEANINGS.keys() - {"rejected", "ignored"}):
        yield f"examples: {word!r} is nothing that can happen (docs/channels.md)"
    for odd in ODD:
        if provider.recognises(odd):
            yield f"recognises takes {odd!r} for its own"


def _of_example(provider: Provider, case: Example) -> Iterator[str]:
    try:
        payloads = [found for found in peel(case.body, _request(case)) if isinstance(found, Payload)]
    except Unreadable as error:
        if case.outcome != (f"rejected:{error.reason}",):
            yield f"comes to rejected:{error.reason}, not to {', '.join(case.outcome)}"
        return
    readings = [read(provider, each, given_with(each.request)) for each in payloads]
    told = tuple(word for each in readings for word in _words(each))
    if payloads and sorted(told) != sorted(case.outcome):
        yield f"comes to {', '.join(told)}, not to {', '.join(case.outcome)}"
    again = [read(provider, each, given_with(each.request)) for each in payloads]
    if [_said(each) for each in readings] != [_said(each) for each in again]:
        yield "comes to something else when it is read again"
    for payload, reading in zip(payloads, readings, strict=True):
        good = [item for item in reading.items if isinstance(item, Item)]
        if good and not provider.recognises(payload.data):
            yield "recognises does not know it"
        yield from (problem for item in good for problem in _of_item(item))
        shown = json.dumps(redacted(payload.data, provider.personal), default=str, ensure_ascii=False)
        if any(text in shown for item in good for text in _private(item)):
            yield "a field with personal data is not named in `personal`"
        yield from _of_odd_values(provider, payload)


def _request(case: Example) -> Request | None:
    if not (case.headers or case.url or case.method != "POST"):
        return None
    body = case.body.encode("utf-8", "surrogatepass")
    return Request(method=case.method, url=case.url, headers=tuple(case.headers.items()), body=body)


def _said(reading: Reading) -> list[Any]:
    """All of a reading, so that it can be compared: an exception is equal to itself only."""
    items = [item if isinstance(item, Item) else (item.reason, str(item), item.index) for item in reading.items]
    return [*items, reading.nothing, reading.challenge, reading.token]


def _words(reading: Reading) -> list[str]:
    """The same thing twice in one body is one (T-08)."""
    if reading.nothing is not None:
        return [f"ignored:{reading.nothing}"]
    items = {_identity(item): item for item in reading.items}
    return [
        f"rejected:{item.reason}"
        if isinstance(item, Invalid)
        else f"{item.meaning}:{item.status.status}"
        if item.status
        else item.meaning
        for item in items.values()
    ]


def _identity(item: Item | Invalid) -> Any:
    """What an event's id is made of."""
    if isinstance(item, Invalid):
        return item
    return item.account, item.event or item.provider_id, item.kind, item.moment, item.index


def _of_item(item: Item) -> Iterator[str]:
    type_ = MEANINGS[item.meaning][0]
    if (item.status is not None) != (type_ == "message_status"):
        yield f"{item.meaning} {'needs' if item.status is None else 'has no'} status"
    if item.status is not None and item.status.status not in set(MessageStatus):
        yield f"{item.status.status!r} is no status"
    if (item.call is not None) != (type_ == "call_reported"):
        yield f"{item.meaning} {'needs' if item.call is None else 'has no'} call"


def _private(item: Item) -> list[str]:
    content = item.content
    told = (content.text, content.subject, content.html, item.contact.name if item.contact else None)
    return [text for text in told if text and len(text) > 4]


def _of_odd_values(provider: Provider, payload: Payload) -> Iterator[str]:
    """Whatever a field holds, it is an outcome and no exception."""
    given = given_with(payload.request)
    for changed in with_odd_values(payload.data):
        try:
            provider.items(changed, given)
        except (Invalid, Nothing):
            continue
        except Exception as error:  # noqa: BLE001  # told, not swallowed
            yield f"raises {type(error).__name__} ({error}) on {changed!r:.300}"
            return


def with_odd_values(data: Any) -> Iterator[Any]:
    """The payload once for every place in it and every odd value; the rest as it is."""
    if isinstance(data, dict):
        for key, value in data.items():
            for odd in ODD:
                yield {**data, key: odd}
            for inner in with_odd_values(value):
                yield {**data, key: inner}
    elif isinstance(data, list):
        for at, value in enumerate(data[:3]):
            for odd in ODD:
                yield [*data[:at], odd, *data[at + 1 :]]
            for inner in with_odd_values(value):
                yield [*data[:at], inner, *data[at + 1 :]]
