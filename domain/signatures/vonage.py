"""Vonage: signed webhooks of Messages, Voice and others.

Sources, read 2026-11-27: developer.nexmo.com/messages/concepts/signed-webhooks; api.support.vonage.com article
19033783342876 (of a GET the parameters of the query are hashed, as JSON without spaces).
A bearer token (HS256, key is the account's signature secret) with `iat` and `payload_hash`, the SHA-256 of the body.
"""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from domain.signatures import jwt
from domain.signatures.form import parameters
from domain.signatures.moment import DAY, within
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme
from domain.signatures.verdict import Refused


class Vonage(Scheme, frozen=True, kw_only=True):
    """A secret is a signature secret. api_key: whose token it must be; empty: anyone's that the secret has signed.
    tolerance: the replay window in seconds; Vonage names none."""

    api_key: str = ""
    tolerance: int | None = DAY
    leeway: int = 60

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        token = jwt.read(jwt.bearer(request), ("HS256",))
        jwt.prove_keyed(token, secrets)
        if self.api_key and token.claims.get("api_key") != self.api_key:
            raise Refused("wrong_account", "the token was made for another account")
        jwt.check_times(token.claims, now, self.leeway, ("iat",))
        within(jwt.moment(token.claims, "iat") or 0, now, self.tolerance)
        bare = request.method.upper() == "GET" and not request.body
        if request.body or (bare and request.query) or token.claims.get("payload_hash") is not None:
            signed = _query(request) if bare else request.body
            jwt.check_hash(token.claims, "payload_hash", sha256(signed).hexdigest(), "body or query")


def _query(request: Request) -> bytes:
    fields = parameters(octets(request.query))
    return msgspec.json.encode(
        {name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in fields}
    )
