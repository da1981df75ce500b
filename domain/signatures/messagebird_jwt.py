"""MessageBird: the signed request of today.

Source: messagebird/python-rest-api, request_validator.py, and
rubydoc.info/gems/messagebird-rest/MessageBird/RequestValidator, read 2026-11-27. `MessageBird-Signature-JWT` (HS256,
HS384 or HS512) claims the SHA-256 of the URL and of the body, if there is one.
"""

from collections.abc import Sequence
from hashlib import sha256

from domain.signatures import jwt
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme
from domain.signatures.verdict import Refused

HEADER = "MessageBird-Signature-JWT"
ISSUER = "MessageBird"


class MessageBirdJwt(Scheme, frozen=True, kw_only=True):
    """A secret is a signing key. leeway: seconds that clocks may differ; how long a token lasts it says itself."""

    leeway: int = 60

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        token = jwt.read(request.only(HEADER), tuple(jwt.HASHES))
        jwt.prove_keyed(token, secrets)
        if token.claims.get("iss") != ISSUER:
            raise Refused("wrong_issuer", f"the token's issuer is not {ISSUER}")
        jwt.check_times(token.claims, now, self.leeway, ("exp", "nbf"))
        jwt.check_hash(token.claims, "url_hash", sha256(octets(request.url)).hexdigest(), "URL")
        if request.body or token.claims.get("payload_hash") is not None:
            if not request.body:
                raise Refused("wrong_hash", "the token was made for a request with a body")
            jwt.check_hash(token.claims, "payload_hash", sha256(request.body).hexdigest(), "body")
