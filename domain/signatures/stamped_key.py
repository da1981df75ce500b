"""A private key's signature over the time of signing and the body, in two headers: SendGrid's events, Telnyx.

Sources, read 2026-11-27:
SendGrid: twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features: ECDSA
(P-256, SHA-256); the console shows the public key as base64 of DER. Inbound Parse is not signed (use basic
authentication there).
Telnyx: developers.telnyx.com/docs/development/api-fundamentals/webhooks and telnyx-python pull request 242: Ed25519,
"|" between time and body; the portal shows the public key as base64 of 32 bytes.
"""

from collections.abc import Sequence
from typing import Literal

from domain.signatures import keys
from domain.signatures.encoding import decoded
from domain.signatures.moment import DAY, seconds, within
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, prove

FITS = {"ecdsa": keys.ecdsa, "ed25519": keys.ed25519}


class StampedKey(Scheme, frozen=True, kw_only=True):
    """A secret is the public key. header, stamp_header: where signature (base64) and time (Unix seconds) stand.
    separator: what is signed between time and body. tolerance: the replay window in seconds; SendGrid names none."""

    header: str
    stamp_header: str
    algorithm: Literal["ecdsa", "ed25519"]
    separator: str = ""
    tolerance: int | None = DAY

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        stamp = request.only(self.stamp_header)
        signed_at = seconds(stamp, f"the header {self.stamp_header}")
        signature = decoded(request.only(self.header), "base64", f"the header {self.header}")
        signed, fits = octets(stamp + self.separator) + request.body, FITS[self.algorithm]
        prove(secrets, lambda secret: fits(secret, signature, signed))
        within(signed_at, now, self.tolerance)
