"""Mandrill (Mailchimp Transactional).

Source: mandrill.zendesk.com/hc/en-us/articles/360039232513 "How to Authenticate Webhook Requests", read 2026-11-27:
`X-Mandrill-Signature` is the base64 of the HMAC-SHA1 over the URL exactly as it was entered and each POST variable,
sorted by key.
"""

from collections.abc import Sequence

from domain.signatures.encoding import decoded
from domain.signatures.form import fields
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, compare_digest, hmac, prove
from domain.signatures.verdict import Refused

HEADER = "X-Mandrill-Signature"


class Mandrill(Scheme, frozen=True, kw_only=True):
    """A secret is the webhook's key. url: as it was entered at Mandrill (with user and password, if it has them);
    empty: the request's own. Mandrill signs no time."""

    url: str = ""

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        signature = decoded(request.only(HEADER), "base64", f"the header {HEADER}")
        form = fields(request)
        if len(dict(form)) < len(form):
            raise Refused(
                "repeated_field", "a field of the form is repeated, and only one of its values would be signed"
            )
        signed = octets(self.url or request.url) + b"".join(name + value for name, value in sorted(form))
        prove(secrets, lambda secret: compare_digest(signature, hmac(secret, signed, "sha1")))
