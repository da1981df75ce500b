"""Mailgun: events, inbound messages, and the forms of before 2018.

Source: documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks, read 2026-11-27. The signature is
the hexadecimal HMAC-SHA256 over timestamp and token, nothing else: the rest of the body is not covered. Events carry it
as an object of JSON, with `parent-signature` beside it for a subaccount; forms carry three fields, and where a variable
of the customer has the same name, the last one is Mailgun's.
"""

from collections.abc import Sequence

from domain.signatures.encoding import decoded
from domain.signatures.form import fields, last
from domain.signatures.moment import DAY, seconds, within
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, compare_digest, hmac, prove
from domain.signatures.verdict import Refused


class Mailgun(Scheme, frozen=True, kw_only=True):
    """A secret is a webhook signing key. tolerance: the replay window in seconds; Mailgun asks for a wide one. Inside it,
    whoever has seen one signature can put any body under it: only remembering the tokens that came would stop that."""

    tolerance: int | None = DAY

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        timestamp, token, signatures = _json(request) if request.media_type == "application/json" else _form(request)
        signed_at = seconds(timestamp, "the timestamp of the signature")
        given = [decoded(one, "hex", "the signature in the body", "malformed_body") for one in signatures]
        signed = octets(timestamp + token)
        prove(secrets, lambda secret: any(compare_digest(one, hmac(secret, signed, "sha256")) for one in given))
        within(signed_at, now, self.tolerance)


def _json(request: Request) -> tuple[str, str, list[str]]:
    signature = request.json().get("signature")
    if not isinstance(signature, dict):
        raise Refused("missing_field", "the body has no signature object")
    names = ("timestamp", "token", "signature")
    found = [str(signature[name]) for name in names if isinstance(signature.get(name), str | int)]
    if len(found) < len(names):
        raise Refused("missing_field", "the signature object lacks timestamp, token or signature")
    parent = signature.get("parent-signature")
    return found[0], found[1], [found[2], parent] if isinstance(parent, str) else [found[2]]


def _form(request: Request) -> tuple[str, str, list[str]]:
    form = fields(request)
    timestamp, token, signature = (
        last(form, name).decode("utf-8", "replace") for name in (b"timestamp", b"token", b"signature")
    )
    return timestamp, token, [signature]
