"""Twilio: SMS, MMS, WhatsApp, voice, Event Streams.

Sources, read 2026-11-27: twilio.com/docs/usage/security "Validating requests"; twilio-python request_validator.py;
twilio-node examples/WebhookSignatureValidation.md (the settings header of Webhooks Rules).
`X-Twilio-Signature` is the base64 of an HMAC over the full URL and, for a form, each name and value, sorted. A
JSON body is not in it: the URL carries its hash as `bodySHA256`. The URL is what Twilio has, which may differ in scheme
and port from what arrives.
"""

import re
from collections.abc import Sequence
from hashlib import sha256

from domain.signatures.encoding import decoded
from domain.signatures.form import parameters
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, compare_digest, hmac, prove
from domain.signatures.verdict import Refused

HEADER = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
ALGORITHMS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
PORTS = {"https": ":443", "http": ":80"}

_URL = re.compile(r"(https?)://([^/?#]*?)(:[0-9]*)?([/?#].*)?", re.IGNORECASE | re.DOTALL)


class Twilio(Scheme, frozen=True, kw_only=True):
    """A secret is an auth token, or the shared key of a Webhooks Rule. Twilio signs no time."""

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        signature = decoded(request.only(HEADER), "base64", f"the header {HEADER}")
        digest, tail = _digest(request), _signed_body(request)
        signed = [octets(url) + tail for url in spellings(request.url)]
        prove(secrets, lambda secret: any(compare_digest(signature, hmac(secret, one, digest)) for one in signed))


def spellings(url: str) -> list[str]:
    """The URL as it is, without its port, and with the usual one; then the same for the other scheme."""
    found = _URL.fullmatch(url)
    if found is None:
        return [url]
    given, host, port, path = found[1].lower(), found[2], found[3] or "", found[4] or ""
    schemes = (given, "http" if given == "https" else "https")
    return list(
        dict.fromkeys([url, *(f"{name}://{host}{at}{path}" for name in schemes for at in (port, "", PORTS[name]))])
    )


def _digest(request: Request) -> str:
    if not request.values(SETTINGS):
        return "sha1"
    settings = dict(piece.strip().partition("=")[::2] for piece in request.only(SETTINGS).split(","))
    try:
        return ALGORITHMS[settings["algorithm"]]
    except KeyError:
        raise Refused("wrong_algorithm", f"the header {SETTINGS} names no algorithm that is known") from None


def _signed_body(request: Request) -> bytes:
    """What follows the URL in the signed text. Raises Refused for a body that neither road covers: the signature of a
    bare URL must not vouch for a body that somebody else has put under it."""
    hashes = [value for name, value in parameters(octets(request.query)) if name == b"bodySHA256"]
    if hashes:
        if not compare_digest(hashes[0].lower(), octets(sha256(request.body).hexdigest())):
            raise Refused("wrong_hash", "the body is not the one whose hash stands in the URL")
        return b""
    if not request.body:
        return b""
    if request.media_type != "application/x-www-form-urlencoded":
        raise Refused("body_not_signed", "the body is no form and the URL has no bodySHA256, so nothing covers it")
    return b"".join(name + value for name, value in sorted(set(parameters(request.body))))
