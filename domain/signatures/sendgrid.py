"""Twilio SendGrid: the signed event webhook. Inbound Parse is not signed (use basic authentication there).

Source: twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features, read
2026-11-27. ECDSA (P-256, SHA-256) over the timestamp header and the body; the console shows the public key as base64 of
DER.
"""

from collections.abc import Sequence

from domain.signatures import keys
from domain.signatures.encoding import decoded
from domain.signatures.moment import DAY, seconds, within
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, prove

HEADER = "X-Twilio-Email-Event-Webhook-Signature"
STAMP = "X-Twilio-Email-Event-Webhook-Timestamp"


class SendGrid(Scheme, frozen=True, kw_only=True):
    """A secret is a verification key. tolerance: the replay window in seconds; SendGrid names none."""

    tolerance: int | None = DAY

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        stamp = request.only(STAMP)
        signed_at = seconds(stamp, f"the header {STAMP}")
        signature = decoded(request.only(HEADER), "base64", f"the header {HEADER}")
        prove(secrets, lambda secret: keys.ecdsa(secret, signature, octets(stamp) + request.body))
        within(signed_at, now, self.tolerance)
