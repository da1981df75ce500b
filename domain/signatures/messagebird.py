"""MessageBird and Bird: the signature of before the JWT, and the one of Bird's own platform.

Sources, read 2026-11-27: messagebird/python-rest-api, signed_request.py (the query's parameters, sorted, are signed);
docs.bird.com/api/notifications-api/api-reference/webhooks/verifying-a-webhook (the whole URL is).
Both: `MessageBird-Signature` is the base64 of the HMAC-SHA256 over the timestamp header, that, and the body's SHA-256
as raw bytes, in three lines.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Literal
from urllib.parse import urlencode

from domain.signatures.encoding import decoded
from domain.signatures.form import parameters
from domain.signatures.moment import MINUTES, seconds, within
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, compare_digest, hmac, prove

HEADER = "MessageBird-Signature"
STAMP = "MessageBird-Request-Timestamp"


class MessageBird(Scheme, frozen=True, kw_only=True):
    """A secret is a signing key. signed: what of the URL is. tolerance: the replay window in seconds."""

    signed: Literal["query", "url"] = "query"
    tolerance: int | None = MINUTES

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        stamp = request.only(STAMP)
        signed_at = seconds(stamp, f"the header {STAMP}")
        signature = decoded(request.only(HEADER), "base64", f"the header {HEADER}")
        middle = request.url if self.signed == "url" else _query(request)
        signed = b"\n".join((octets(stamp), octets(middle), sha256(request.body).digest()))
        prove(secrets, lambda secret: compare_digest(signature, hmac(secret, signed, "sha256")))
        within(signed_at, now, self.tolerance)


def _query(request: Request) -> str:
    # sorted by name alone: the values of a repeated one stay in their order
    return urlencode(sorted(parameters(octets(request.query)), key=lambda field: field[0]))
