"""Plivo: voice (version 3) and messages (version 2).

Sources, read 2026-11-27: docs.plivo.com/docs/voice/xml/request/validation; plivo-python utils/signature_v3.py;
docs.plivo.com/docs/messaging/concepts/signature-validation; plivo-go utils.go.
Version 3: base64 of the HMAC-SHA256 over the URL with its query sorted, ".", the sorted form, "." and the nonce;
headers may list several, and `-Ma-` is the main account's. Version 2: over the URL without its query, and the nonce:
the body is not covered.
"""

from collections.abc import Sequence
from typing import Literal

from domain.signatures.encoding import decoded
from domain.signatures.form import Field, parameters
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, compare_digest, hmac, prove
from domain.signatures.verdict import Refused

SIGNATURES = 16


class Plivo(Scheme, frozen=True, kw_only=True):
    """A secret is an auth token, of the account or of the main account. Plivo signs no time; the nonce differs per
    request."""

    version: Literal["V2", "V3"] = "V3"

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        name, main = f"X-Plivo-Signature-{self.version}", f"X-Plivo-Signature-Ma-{self.version}"
        listed = [request.only(header) for header in (name, main) if request.values(header)] or [request.only(name)]
        signatures = [
            decoded(one.strip(), "base64", f"the header {name}") for one in ",".join(listed).split(",")[:SIGNATURES]
        ]
        nonce = octets(request.only(f"{name}-Nonce"))
        base = octets(request.url.partition("#")[0].partition("?")[0])
        signed = base + nonce if self.version == "V2" else base + _rest(request) + b"." + nonce
        prove(secrets, lambda secret: any(compare_digest(one, hmac(secret, signed, "sha256")) for one in signatures))


def _rest(request: Request) -> bytes:
    query, form = sorted(parameters(octets(request.query))), _form(request)
    if not query and not form:
        return b""
    pairs = b"&".join(name + b"=" + value for name, value in query)
    return b"?" + pairs + (b"." if query and form else b"") + b"".join(name + value for name, value in form)


def _form(request: Request) -> list[Field]:
    if not request.body:
        return []
    if request.method.upper() == "GET" or request.media_type != "application/x-www-form-urlencoded":
        raise Refused("body_not_signed", "the body is not a posted form, so the signature does not cover it")
    return sorted(parameters(request.body))
