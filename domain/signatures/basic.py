"""HTTP basic authentication, for any provider that takes a URL with user and password: Postmark, Brevo, Mailjet ...

Source: RFC 7617. It proves who sends, not what: nothing of the request is signed.
"""

from collections.abc import Sequence

from domain.signatures.encoding import decoded
from domain.signatures.request import Request
from domain.signatures.scheme import Scheme, compare_digest, prove
from domain.signatures.verdict import Refused, Unusable


class Basic(Scheme, frozen=True, kw_only=True):
    """A secret is `user:password`."""

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        kind, _, credentials = request.only("Authorization").partition(" ")
        if kind.lower() != "basic":
            raise Refused("wrong_algorithm", "the header Authorization is not of the kind Basic")
        given = decoded(credentials.strip(" "), "base64", "the header Authorization")
        prove(secrets, lambda secret: compare_digest(given, _credentials(secret)))


def _credentials(secret: bytes) -> bytes:
    if b":" not in secret:
        raise Unusable("the configured secret is not of the form user:password")
    return secret
