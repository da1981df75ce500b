"""JSON Web Tokens in the compact form: taken apart, signature and times checked. The claims are the schemes' business.

Sources: RFC 7515, RFC 7519, RFC 8725 (the algorithm is ours to choose, never the token's).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from domain.signatures.encoding import base64url
from domain.signatures.request import Request, octets
from domain.signatures.scheme import compare_digest, hmac, prove
from domain.signatures.verdict import Refused

LONGEST = 16_384
"""Characters of one token; servers refuse longer headers anyhow."""
LATEST = 1e15
"""No time of a token comes near this; what does is a mistake or an attack."""
HASHES = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Token(NamedTuple):
    """signed: the bytes that the signature is over."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes


def bearer(request: Request) -> str:
    """What stands after "Bearer" in the header Authorization. Raises Refused."""
    kind, _, text = request.only("Authorization").partition(" ")
    if kind.lower() != "bearer":
        raise Refused("wrong_algorithm", "the header Authorization is not of the kind Bearer")
    return text.strip(" ")


def read(text: str, algorithms: Collection[str]) -> Token:
    """Takes a token apart; nothing in it is true yet. Raises Refused, also for an algorithm that is not one of
    `algorithms`."""
    pieces = text.split(".") if len(text) <= LONGEST else ()
    if len(pieces) != 3:
        raise Refused("malformed_header", "the token does not have three parts")
    raw = [base64url(piece, "a part of the token") for piece in pieces]
    try:
        header, claims = _decode(raw[0]), _decode(raw[1])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused("malformed_header", "a part of the token is no object of JSON") from None
    if header.get("alg") not in tuple(algorithms) or "crit" in header:
        raise Refused(
            "wrong_algorithm", f"the token is not signed with {' or '.join(algorithms)}, or asks for an extension"
        )
    return Token(header, claims, octets(f"{pieces[0]}.{pieces[1]}"), raw[2])


def prove_keyed(token: Token, secrets: Sequence[bytes]) -> None:
    """Returns if one of the secrets has made the token's HMAC. Raises Refused."""
    digest = HASHES[token.header["alg"]]
    prove(secrets, lambda secret: compare_digest(token.signature, hmac(secret, token.signed, digest)))


def check_times(claims: Mapping[str, Any], now: int, leeway: int, required: Collection[str]) -> None:
    """Raises Refused if the token has ended (exp) or not begun (nbf, iat), or one of `required` is missing."""
    ends, starts = moment(claims, "exp", required), (moment(claims, "nbf", required), moment(claims, "iat", required))
    if ends is not None and now > ends + leeway:
        raise Refused("expired", f"the token ended {int(now - ends)} s ago")
    for start in starts:
        if start is not None and start > now + leeway:
            raise Refused("from_the_future", f"the token begins in {int(start - now)} s by our clock")


def moment(claims: Mapping[str, Any], name: str, required: Collection[str] = ()) -> float | None:
    """A claim that is a time; None if it is missing and may be. Raises Refused."""
    value = claims.get(name)
    if value is None and name not in required:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LATEST:
        raise Refused("malformed_header", f"the token's claim {name} is missing or no time")
    return value


def check_hash(claims: Mapping[str, Any], name: str, digest: str, what: str) -> None:
    """Raises Refused unless the claim is this hash in hexadecimal."""
    claimed = claims.get(name)
    if not isinstance(claimed, str) or not compare_digest(octets(claimed.lower()), octets(digest)):
        raise Refused("wrong_hash", f"the token was made for another {what}, or for none")
