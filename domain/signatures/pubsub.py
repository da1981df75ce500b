"""Google Cloud Pub/Sub push, which Gmail's notifications come by: an OpenID Connect token of Google's.

Source: docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions, read 2026-11-27. A bearer token (RS256) of
the issuer accounts.google.com, with the subscription's service account as `email` and its audience, by default the URL
of the endpoint. Nothing of the body is signed.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from domain.signatures import jwt, keys
from domain.signatures.encoding import base64url
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, prove
from domain.signatures.verdict import Refused, Unusable

ACCOUNTS = "accounts"
ISSUERS = ("accounts.google.com", "https://accounts.google.com")

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class PubSub(Scheme, frozen=True, kw_only=True):
    """A secret is what Google publishes: its JSON Web Key Set, its object of certificates by key id, or one PEM.
    accounts: the service accounts that may push; whoever configures the secret names theirs under `accounts` in its object,
    beside Google's own names. Without one everything is refused, because any customer of Google can have a token made
    for our URL. audience: as the subscription says; empty: the request's URL. leeway: seconds that clocks may differ."""

    accounts: tuple[str, ...] = ()
    audience: str = ""
    leeway: int = 60

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        accounts = {*self.accounts, *(account for secret in secrets for account in _accounts(secret))}
        if not accounts:
            raise Refused(
                "unconfigured", "no service account is named whose pushes are ours: any Google customer could push"
            )
        token = jwt.read(jwt.bearer(request), ("RS256",))
        kid = token.header.get("kid")
        kid = kid if isinstance(kid, str) else ""
        prove(
            secrets,
            lambda secret: any(keys.rsa_fits(key, token.signature, token.signed, SHA256()) for key in _of(secret, kid)),
        )
        if token.claims.get("iss") not in ISSUERS:
            raise Refused("wrong_issuer", "the token's issuer is not Google")
        jwt.check_times(token.claims, now, self.leeway, ("exp", "iat"))
        if token.claims.get("aud") != (self.audience or request.url):
            raise Refused("wrong_audience", "the token was made for another audience")
        email = token.claims.get("email")
        if not isinstance(email, str) or email not in accounts or token.claims.get("email_verified") is not True:
            raise Refused("wrong_account", "the token is not that of a service account which may push")


def _of(secret: bytes, kid: str) -> Iterator[RSAPublicKey]:
    return (key for name, key in _published(secret) if name in ("", kid))


@lru_cache(maxsize=16)
def _accounts(secret: bytes) -> tuple[str, ...]:
    """The service accounts that a secret names beside its keys."""
    try:
        named = _decode(secret).get(ACCOUNTS)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()
    return tuple(each for each in named if isinstance(each, str)) if isinstance(named, list) else ()


@lru_cache(maxsize=16)
def _published(secret: bytes) -> tuple[tuple[str, RSAPublicKey], ...]:
    """Key ids and keys; a lone PEM has the empty id. Raises Unusable."""
    if not secret.lstrip().startswith(b"{"):
        return (("", _rsa(keys.load(secret))),)
    try:
        published = _decode(secret)
        if isinstance(published.get("keys"), list):
            return tuple(
                (key["kid"], _numbers(key["n"], key["e"])) for key in published["keys"] if key.get("kty") == "RSA"
            )
        return tuple((kid, _rsa(keys.load(octets(pem)))) for kid, pem in published.items() if kid != ACCOUNTS)
    except (msgspec.DecodeError, ValueError, KeyError, TypeError, AttributeError, RecursionError, Refused):
        raise Unusable("the configured keys are neither a JSON Web Key Set nor certificates by key id") from None


def _numbers(modulus: str, exponent: str) -> RSAPublicKey:
    e, n = (int.from_bytes(base64url(text, "a number of the key"), "big") for text in (exponent, modulus))
    return RSAPublicNumbers(e, n).public_key()


def _rsa(key: object) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey):
        raise Unusable("the configured public key is not an RSA key")
    return key
