"""Who may come in: whether a request is its provider's own, going by the secrets that are set, and what becomes of one that
nobody can tell about."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from msgspec import Struct

from domain.channels.provider import Provider, Signature
from domain.signatures import Request, Scheme, scheme
from schemas.settings import SEALED

WEBHOOK_SECRET = "WEBHOOK_SECRET"  # noqa: S105  # the name of a setting
"""`user:password` of basic authentication: any provider can be given one in the address of its webhook."""

VERIFY_TOKEN = "verify_token"  # noqa: S105
"""What we told a provider to say in its handshake."""


def is_sealed(value: object) -> bool:
    """Whether a value of a configuration is a secret that was sealed."""
    return isinstance(value, str) and value.startswith(SEALED)


Verification = Literal["verified", "failed", "not_verifiable", "not_required"]
Policy = Literal["accept", "quarantine", "reject"]
Secrets = Mapping[str, tuple[str, ...]]
"""By the name of the setting: all live ones, so that they can be rotated."""


class Door(Struct, frozen=True):
    """What a channel's configuration says. unverified: what becomes of a message that came without URL and headers. unsigned: providers
    of which requests are taken although none of the secrets is theirs."""

    secrets: Secrets = {}
    unverified: Policy = "accept"
    unsigned: tuple[str, ...] = ()

    def lets_in_unasked(self, provider: str) -> bool:
        """Whether a request of a provider that has no secret here is taken. Where any other has one it is not: whoever cannot sign for
        the one would speak for the other."""
        return provider in self.unsigned or self.secrets.keys() <= {VERIFY_TOKEN}


class Judged(NamedTuple):
    """reason: a short name, fit for a label; text: for people. Neither holds a secret."""

    verification: Verification
    reason: str
    text: str


NOT_VERIFIABLE = Judged("not_verifiable", "not_verifiable", "URL and headers did not travel along")
VOUCHED = Judged("verified", "verified", "our door has verified the signature of Amazon SNS around it")
_NOT_REQUIRED = Judged("not_required", "no_secret", "no secret is configured, so nothing was checked")


def judge(provider: Provider, request: Request | None, secrets: Secrets, now: int) -> Judged:
    """Whether a request is its provider's own. Every secret that is set must hold. now: Unix time. Never raises."""
    if request is None:
        return NOT_VERIFIABLE
    checked: Judged | None = None
    for name, signatures in _by_secret(provider).items():
        live = secrets.get(name, ())
        if not live:
            refused = _without_secret(signatures, request, vouched=bool(secrets.get(WEBHOOK_SECRET)))
            if refused is not None:
                return refused
            continue
        checked = _checked(signatures, request, live, now)
        if checked.verification == "failed":
            return checked
    return checked or _NOT_REQUIRED


def _checked(signatures: Iterable[Signature], request: Request, live: tuple[str, ...], now: int) -> Judged:
    """By any of the schemes that go with one secret."""
    judged = _NOT_REQUIRED
    for each in signatures:
        verdict = _scheme(each.scheme, tuple(sorted(each.parameters.items()))).verify(request, live, now)
        judged = Judged(verdict.outcome, verdict.reason, verdict.text)
        if judged.verification != "failed":
            break
    return judged


def _without_secret(signatures: Iterable[Signature], request: Request, *, vouched: bool) -> Judged | None:
    for each in signatures:
        if each.mandatory == "key" or (each.mandatory == "header" and not vouched):
            text = f"this provider signs everything, and the secret {each.secret} to check it is not set"
            return Judged("failed", "unconfigured", text)
        if each.mandatory == "header" and not request.values(each.header):
            return Judged(
                "failed", "missing_header", f"this provider signs everything; the header {each.header} is missing"
            )
    return None


def _by_secret(provider: Provider) -> Mapping[str, tuple[Signature, ...]]:
    """The signatures that go with each secret, basic authentication among them."""
    found: dict[str, tuple[Signature, ...]] = {WEBHOOK_SECRET: (_BASIC,)}
    for each in provider.signatures:
        found[each.secret] = (*found.get(each.secret, ()), each)
    return found


_BASIC = Signature(WEBHOOK_SECRET, "basic")


@lru_cache(256)
def _scheme(name: str, parameters: tuple[tuple[str, object], ...]) -> Scheme:
    return scheme(name, dict(parameters))
