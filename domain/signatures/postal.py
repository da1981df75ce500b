"""Postal: events and relayed messages of one's own mail server.

Source: github.com/postalserver/postal, lib/postal/http.rb and its tests, read 2026-11-27. RSA over the body: with
SHA-256 in `X-Postal-Signature-256`, with SHA-1 in `X-Postal-Signature`, which is all that older servers send. The
public key is that of the server's default DKIM record.
"""

from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from domain.signatures import keys
from domain.signatures.encoding import decoded
from domain.signatures.request import Request
from domain.signatures.scheme import Scheme, prove

STRONG = "X-Postal-Signature-256"
WEAK = "X-Postal-Signature"


class Postal(Scheme, frozen=True, kw_only=True):
    """A secret is the public key, PEM or bare base64. sha1: whether the older signature is enough where the newer one
    is missing; where both are there only the newer one counts. The time stands in the signed body and is not
    checked."""

    sha1: bool = True

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        strong = bool(request.values(STRONG)) or not self.sha1
        header = STRONG if strong else WEAK
        signature = decoded(request.only(header), "base64", f"the header {header}")
        digest = SHA256() if strong else SHA1()  # noqa: S303 - the provider's choice
        prove(secrets, lambda secret: keys.rsa(secret, signature, request.body, digest))
