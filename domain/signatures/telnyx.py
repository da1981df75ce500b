"""Telnyx: webhooks of API v2.

Source: developers.telnyx.com/docs/development/api-fundamentals/webhooks and telnyx-python pull request 242, read
2026-11-27. Ed25519 over the timestamp header, "|" and the body; the portal shows the public key as base64 of 32 bytes.
"""

from collections.abc import Sequence

from domain.signatures import keys
from domain.signatures.encoding import decoded
from domain.signatures.moment import MINUTES, seconds, within
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, prove

HEADER = "telnyx-signature-ed25519"
STAMP = "telnyx-timestamp"


class Telnyx(Scheme, frozen=True, kw_only=True):
    """A secret is a public key. tolerance: the replay window in seconds."""

    tolerance: int | None = MINUTES

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        stamp = request.only(STAMP)
        signed_at = seconds(stamp, f"the header {STAMP}")
        signature = decoded(request.only(HEADER), "base64", f"the header {HEADER}")
        prove(secrets, lambda secret: keys.ed25519(secret, signature, octets(f"{stamp}|") + request.body))
        within(signed_at, now, self.tolerance)
