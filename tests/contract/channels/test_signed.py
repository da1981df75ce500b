"""Every provider's examples as it signs them: taken when they are its own, refused when anything is changed that a signature covers."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest

from domain.channels.provider import Item, Provider, Signature
from domain.channels.registry import channels, provider, providers
from domain.door import WEBHOOK_SECRET, Door, Judged, Secrets, judge
from domain.intake import QueueMessage, Routes, Taken, take
from domain.peeling import Payload, peel
from domain.reading import given_with, read
from domain.signatures import SCHEMES, Request
from schemas.times import milliseconds_of
from tests.contract.channels.signing import SIGNERS, request_of
from tests.contract.channels.wrappings import needs_http
from tests.unit.domain.signatures.signing import header

SENT_AT = "2026-11-24T10:07:24.540Z"
NOW = milliseconds_of(SENT_AT) // 1000
NAMESPACES = {"acme": UUID(int=1), "bistro": UUID(int=2)}

PROVIDERS = [each for channel in channels() for each in providers(channel)]
BASIC = Signature(WEBHOOK_SECRET, "basic")
OF_THE_ROAD = [
    (provider("email", "ses"), Signature("SNS_CERTIFICATE", "sns")),
    (provider("sms", "aws"), Signature("SNS_CERTIFICATE", "sns")),
]
"""Schemes of what providers send through."""
SIGNED = [
    *((each, signature) for each in PROVIDERS for signature in (*each.signatures, BASIC)),
    *((each._replace(signatures=(signature,)), signature) for each, signature in OF_THE_ROAD),
]


class Case:
    """One example of a provider, signed under one scheme with the key of this name."""

    def __init__(self, provider: Provider, signature: Signature, name: str) -> None:
        self.provider, self.signature, self.name = provider, signature, name
        self.signer = SIGNERS[signature.scheme]
        self.example = provider.examples[name]
        self.plain = request_of(provider, self.example)

    def __str__(self) -> str:
        return f"{self.provider.channel}/{self.provider.name}/{self.name} by {self.signature.scheme}"

    def signed(self, key: str) -> Request:
        request = self.signer.sign(self.plain, key, NOW, self.signature.parameters)
        for each in self._besides():
            request = SIGNERS[each.scheme].sign(request, key, NOW, each.parameters)
        return request

    def secrets(self, *keys: str) -> Secrets:
        found = {self.signature.secret: tuple(map(self.signer.secret, keys))}
        return found | {each.secret: tuple(map(SIGNERS[each.scheme].secret, keys)) for each in self._besides()}

    def covered(self) -> set[str]:
        """The parts of a request that the scheme covers."""
        signer = self.signer
        parts = {"body": signer.body, "url": signer.url, "header": signer.headers(self.signature.parameters)}
        return {part for part, covered in parts.items() if covered}

    def changes(self, request: Request) -> list[tuple[str, str, Request]]:
        found = self.signer.changes(request, self.signature.parameters)
        return [(part, f"{self}: {part}, {where}", changed) for part, where, changed in found]

    def missing(self, request: Request) -> list[tuple[str, Request]]:
        return [(f"{self}: {where}", less) for where, less in self.signer.missing(request, self.signature.parameters)]

    def _besides(self) -> list[Signature]:
        """What this provider must bear, whatever else vouches for it."""
        return [each for each in self.provider.signatures if each.mandatory and each.secret != self.signature.secret]


def cases(provider: Provider, signature: Signature) -> Iterator[Case]:
    """The examples from which something follows."""
    for name, example in provider.examples.items():
        if all(not each.startswith(("rejected", "ignored")) for each in example.outcome):
            case = Case(provider, signature, name)
            if case.signer.fits(case.plain):
                yield case


each_signature = pytest.mark.parametrize(
    ("provider", "signature"), SIGNED, ids=[f"{each.channel}/{each.name}/{by.scheme}" for each, by in SIGNED]
)


@pytest.fixture(autouse=True)
def _schemes_of_the_road(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Providers in this table sign by a scheme that their own files do not name."""
    asked = getattr(request.node, "callspec", None)
    if asked is None or asked.params["signature"] not in [signature for _, signature in OF_THE_ROAD]:
        return

    def by_the_table(provider: Provider, given: Request | None, secrets: Secrets, now: int) -> Judged:
        return judge(provider._replace(signatures=(asked.params["signature"],)), given, secrets, now)

    monkeypatch.setattr("domain.intake.judge", by_the_table)


def taken(case: Case, request: Request, doors: Mapping[str, Door], **routes: Any) -> Taken:
    """As our own door queues it."""
    queued = {"method": request.method, "url": request.url, "headers": request.headers}
    body = json.dumps({**queued, "body_b64": b64encode(request.body).decode()})
    message = QueueMessage(channel=case.provider.channel, body=body, sent_at=SENT_AT)
    return take(message, Routes(NAMESPACES, doors=doors, **({"queue": "acme"} | routes)))


def refused(result: Taken) -> bool:
    return not result.events and {each.stage for each in result.rejected} == {"verify"}


def test_every_scheme_that_there_is_has_a_signer() -> None:
    """Whoever adds one to a provider's file or to the table writes how the provider signs (signing.py)."""
    named = {signature.scheme for each in PROVIDERS for signature in each.signatures}
    assert named | SCHEMES.keys() == SIGNERS.keys()


def test_every_signature_is_shown_by_an_example() -> None:
    assert [str(each) for each in SIGNED if not list(cases(*each))] == []


@each_signature
def test_what_a_provider_has_signed_is_taken(provider: Provider, signature: Signature) -> None:
    for case in cases(provider, signature):
        for live in (("first",), ("second", "first"), ("first", "second")):
            judged = judge(provider, case.signed("first"), case.secrets(*live), NOW)
            assert judged.verification == "verified", (str(case), live, judged)
        result = taken(case, case.signed("first"), {"acme": Door(case.secrets("second", "first"))})
        assert result.rejected == (), str(case)
        assert {event.verification for _, event in result.events} == {"verified"}, str(case)


@each_signature
def test_what_is_changed_where_a_signature_covers_it_is_refused(provider: Provider, signature: Signature) -> None:
    covered, shown = set(), set()
    for case in cases(provider, signature):
        covered |= case.covered()
        secrets = case.secrets("second", "first")
        for part, what, changed in case.changes(case.signed("first")):
            assert judge(provider, changed, secrets, NOW).verification == "failed", what
            assert refused(taken(case, changed, {"acme": Door(secrets)})), what
            shown.add(part)
    assert shown == covered != set()


@each_signature
def test_what_lacks_its_signature_is_refused(provider: Provider, signature: Signature) -> None:
    for case in cases(provider, signature):
        missing = case.missing(case.signed("first"))
        assert missing, str(case)
        for what, less in missing:
            assert judge(provider, less, case.secrets("first"), NOW).verification == "failed", what
            assert refused(taken(case, less, {"acme": Door(case.secrets("first"))})), what


@each_signature
def test_what_bears_a_signature_twice_is_refused(provider: Provider, signature: Signature) -> None:
    """Of two nobody can say which one the next reader looks at."""
    for case in cases(provider, signature):
        good, bad = case.signed("first"), case.signed("theirs")
        for name in case.signer.headers(signature.parameters):
            twice = header(good, name, good.only(name), bad.only(name))
            assert judge(provider, twice, case.secrets("first"), NOW).verification == "failed", (str(case), name)


@each_signature
def test_another_tenants_secret_proves_nothing(provider: Provider, signature: Signature) -> None:
    for case in cases(provider, signature):
        doors = {"acme": Door(case.secrets("first")), "bistro": Door(case.secrets("theirs"))}
        theirs = case.signed("theirs")
        assert judge(provider, theirs, case.secrets("first"), NOW).verification == "failed", str(case)
        assert refused(taken(case, theirs, doors)), str(case)
        assert taken(case, theirs, doors, queue="bistro").events, str(case)


@each_signature
def test_on_a_queue_of_many_the_owners_secret_counts(provider: Provider, signature: Signature) -> None:
    for case in cases(provider, signature):
        claims = claims_of(case)
        if claims is None:
            continue
        accounts = dict.fromkeys(claims, ("acme",))
        doors = {"acme": Door(case.secrets("first")), "bistro": Door(case.secrets("theirs"))}
        good = taken(case, case.signed("first"), doors, queue=None, accounts=accounts)
        assert good.rejected == () and good.events, str(case)
        assert {event.verification for _, event in good.events} == {"verified"}, str(case)
        assert refused(taken(case, case.signed("theirs"), doors, queue=None, accounts=accounts)), str(case)


def claims_of(case: Case) -> set[str] | None:
    """By what its items name their tenant; None where one of them names nothing."""
    request = case.signed("first")
    found = [each for each in peel("", request) if isinstance(each, Payload)]
    items = [item for each in found for item in read(case.provider, each, given_with(request)).items]
    named = [set(item.claims) - {""} for item in items if isinstance(item, Item)]
    return set().union(*named) if all(named) else None


@each_signature
def test_what_comes_without_its_request_cannot_be_verified(provider: Provider, signature: Signature) -> None:
    for case in cases(provider, signature):
        secrets = case.secrets("first")
        assert judge(provider, None, secrets, NOW).verification == "not_verifiable"
        if needs_http(case.example):
            continue
        message = QueueMessage(channel=provider.channel, body=case.example.body, sent_at=SENT_AT)
        result = take(message, Routes(NAMESPACES, "acme", doors={"acme": Door(secrets)}))
        assert {event.verification for _, event in result.events} == {"not_verifiable"}, str(case)
