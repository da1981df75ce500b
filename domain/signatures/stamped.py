"""A keyed hash over the time of signing and the body, in two headers: Zendesk, and others with other names.

Source: developer.zendesk.com/documentation/webhooks/verifying, read 2026-11-27: `X-Zendesk-Webhook-Signature` is the
base64 of the HMAC-SHA256 over `X-Zendesk-Webhook-Signature-Timestamp` (ISO 8601, as it is written) and the body, which
may be missing.
"""

from collections.abc import Sequence
from typing import Literal

from domain.signatures.encoding import Encoding, decoded
from domain.signatures.moment import DAY, iso, seconds, within
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, compare_digest, hmac, prove


class Stamped(Scheme, frozen=True, kw_only=True):
    """header, stamp_header: where signature and time stand. separator: what is signed between time and body.
    clock: how the time is written. tolerance: the replay window in seconds."""

    header: str
    stamp_header: str
    separator: str = ""
    encoding: Encoding = "hex"
    digest: Literal["sha1", "sha256", "sha512"] = "sha256"
    clock: Literal["seconds", "iso"] = "seconds"
    tolerance: int | None = DAY

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        stamp = request.only(self.stamp_header)
        where = f"the header {self.stamp_header}"
        signed_at = iso(stamp, where) if self.clock == "iso" else seconds(stamp, where)
        signature = decoded(request.only(self.header), self.encoding, f"the header {self.header}")
        signed = octets(stamp + self.separator) + request.body
        prove(secrets, lambda secret: compare_digest(signature, hmac(secret, signed, self.digest)))
        within(signed_at, now, self.tolerance)
