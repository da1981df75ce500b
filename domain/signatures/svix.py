"""Svix, and Resend, which sends through it: several signatures over id, time and body.

Source: docs.svix.com/receiving/verifying-payloads/how-manual, read 2026-11-27. The headers may be called `webhook-`
instead of `svix-`. The secret is "whsec_" and base64. The header holds a list, for the sender rotates secrets too.
"""

import binascii
from collections.abc import Sequence

from domain.signatures.moment import MINUTES, seconds, within
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, compare_digest, hmac, prove
from domain.signatures.verdict import Refused, Unusable

VERSION = "v1,"
SIGNATURES = 16
"""Signatures in one header; a sender has two or three live secrets."""


class Svix(Scheme, frozen=True, kw_only=True):
    """tolerance: the replay window in seconds; Svix itself allows five minutes."""

    tolerance: int | None = MINUTES

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        family = "svix" if request.values("svix-id") else "webhook"
        message, stamp = request.only(f"{family}-id"), request.only(f"{family}-timestamp")
        signed_at = seconds(stamp, f"the header {family}-timestamp")
        listed = request.only(f"{family}-signature").split(" ", SIGNATURES)[:SIGNATURES]
        signatures = [octets(one.removeprefix(VERSION)) for one in listed if one.startswith(VERSION)]
        if not signatures:
            raise Refused("wrong_algorithm", f"the header {family}-signature holds no signature of version v1")
        signed = octets(f"{message}.{stamp}.") + request.body

        def holds(secret: bytes) -> bool:
            expected = binascii.b2a_base64(hmac(_key(secret), signed, "sha256"), newline=False)
            return any(compare_digest(one, expected) for one in signatures)

        prove(secrets, holds)
        within(signed_at, now, self.tolerance)


def _key(secret: bytes) -> bytes:
    try:
        key = binascii.a2b_base64(secret.removeprefix(b"whsec_"), strict_mode=True)
    except ValueError:
        raise Unusable('the configured secret is not "whsec_" and base64') from None
    if not key:
        raise Unusable("the configured secret is empty after its prefix")
    return key
