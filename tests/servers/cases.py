"""Examples of every provider on their way: as the provider posts them to our door, and as somebody puts them on a queue."""

import json
import time
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator
from itertools import repeat
from typing import NamedTuple
from urllib.parse import urlsplit

from domain.channels.provider import Example, Provider, Signature
from domain.channels.registry import channels, providers
from domain.signatures import Request
from schemas.meanings import MEANINGS
from tests.contract.channels.signing import SIGNERS, request_of
from tests.contract.channels.wrappings import needs_http

KEY = "first"
"""The name of the key by which providers sign here (tests/contract/channels/signing.py)."""
PROVIDERS = [each for channel in channels() for each in providers(channel)]


class Case(NamedTuple):
    """An example on its way. told: what it comes to, item by item: meanings, or why it is refused. request: as its provider posts it to our
    door. body: as somebody puts it on the queue."""

    provider: Provider
    told: tuple[str, ...]
    request: Request
    body: str


def mandatory(one: Provider) -> list[Signature]:
    """What this provider's requests must bear."""
    return [each for each in one.signatures if each.mandatory]


def meant(door: str, *, named: bool = True) -> Iterator[Case]:
    """Of each provider, of each thing that it can tell, the first example. named: whether the address says which provider it is."""
    for one in PROVIDERS:
        seen: set[str] = set()
        for example in one.examples.values():
            told = tuple(outcome.partition(":")[0] for outcome in example.outcome)
            if example.method == "POST" and MEANINGS.keys() >= set(told) and not seen.issuperset(told):
                seen.update(told)
                yield case(one, example, told, door, named=named)


def refused(door: str) -> Iterator[Case]:
    """Of each provider, of each reason why nothing in a body is taken, the first example."""
    for one in PROVIDERS:
        seen: set[str] = set()
        for example in one.examples.values():
            told = tuple(outcome.removeprefix("rejected:") for outcome in example.outcome)
            if all(map(str.startswith, example.outcome, repeat("rejected:"))) and not seen.issuperset(told):
                seen.update(told)
                yield case(one, example, told, door)


def case(one: Provider, example: Example, told: tuple[str, ...], door: str = "", *, named: bool = True) -> Case:
    query = urlsplit(example.url).query
    path = f"{one.channel}/{one.name}" if named else one.channel
    url = f"{door}/webhooks/{path}" + (f"?{query}" if query else "")
    request = request_of(one, example._replace(url=url))
    for each in mandatory(one):
        request = SIGNERS[each.scheme].sign(request, KEY, int(time.time()), each.parameters)
    return Case(one, told, request, in_a_queue(request) if needs_http(example) else example.body)


def in_a_queue(request: Request) -> str:
    """A request with all that the body does not say."""
    told = {"method": request.method, "url": request.url, "headers": request.headers}
    return json.dumps({**told, "body_b64": b64encode(request.body).decode()})


def secrets() -> dict[str, dict[str, str]]:
    """What has to be configured for providers that sign everything: channel -> name of the secret -> its value."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for one in PROVIDERS:
        for each in mandatory(one):
            found[one.channel][each.secret] = SIGNERS[each.scheme].secret(KEY)
    return found
