"""What all schemes have in common: several live secrets, and a verdict whatever comes in."""

from collections.abc import Callable, Sequence
from hmac import compare_digest
from hmac import digest as hmac

from msgspec import Struct

from domain.signatures.request import Request, octets
from domain.signatures.verdict import NOT_REQUIRED, VERIFIED, Refused, Unusable, Verdict

__all__ = ["Scheme", "compare_digest", "hmac", "prove"]


class Scheme(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way of signing. Its fields are the parameters that a provider's description may set."""

    def verify(self, request: Request, secrets: Sequence[str | bytes], now: int) -> Verdict:
        """secrets: all live ones, any of them verifies (rotation); none: "not_required". now: Unix time. Never
        raises."""
        if not secrets:
            return NOT_REQUIRED
        usable = [octets(secret) if isinstance(secret, str) else secret for secret in secrets if secret]
        try:
            if not usable:
                raise Unusable("the configured secret is empty: anybody could sign with it")
            self.judge(request, usable, now)
        except Refused as refused:
            return Verdict("failed", refused.reason, str(refused))
        return VERIFIED

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """Returns if one of the secrets, which are not empty, has signed the request; raises Refused otherwise."""
        raise NotImplementedError


def prove(secrets: Sequence[bytes], holds: Callable[[bytes], bool]) -> None:
    """Returns if `holds` for one of the secrets. Raises Refused otherwise: "unusable_secret" if it was Unusable for all
    of them."""
    broken: list[Unusable] = []
    for secret in secrets:
        try:
            if holds(secret):
                return
        except Unusable as unusable:
            broken.append(unusable)
    if len(broken) == len(secrets):
        raise broken[0]
    raise Refused("mismatch", "signed by nobody whose secret is configured, or changed on its way")
