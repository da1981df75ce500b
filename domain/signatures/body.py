"""A keyed hash over the body in one header: Meta, LINE, Viber, Mailtrap, MailerSend and most who invent their own.

Sources, read 2026-11-27:
Meta: developers.facebook.com/docs/graph-api/webhooks/getting-started, "Validating payloads" (by quotation, and the
tests of peers): `X-Hub-Signature-256`, "sha256=" and hexadecimal, key is the app secret. Meta escapes what is not
ASCII, so only raw bytes fit.
LINE: developers.line.biz/en/docs/messaging-api/verify-webhook-signature: `x-line-signature`, base64, key is the channel
secret.
Viber: github.com/Viber/viber-bot-python, api.py: `X-Viber-Content-Signature`, hexadecimal, key is the bot's token.
Mailtrap: docs.mailtrap.io/email-api-smtp/advanced/webhooks: `Mailtrap-Signature`, hexadecimal, key is the webhook's
secret.
MailerSend: django-anymail, webhooks/mailersend.py: `Signature`, hexadecimal, key is the webhook's signing secret.
"""

from collections.abc import Sequence
from typing import Literal

from domain.signatures.encoding import Encoding, decoded
from domain.signatures.request import Request
from domain.signatures.scheme import Scheme, compare_digest, hmac, prove
from domain.signatures.verdict import Refused


class Body(Scheme, frozen=True, kw_only=True):
    """header: where the signature stands, after `prefix`, in `encoding`. digest: the hash below the HMAC.
    The time is not signed: a replay is recognised by the event's id alone."""

    header: str
    prefix: str = ""
    encoding: Encoding = "hex"
    digest: Literal["sha1", "sha256", "sha512"] = "sha256"

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        given = request.only(self.header)
        if not given.startswith(self.prefix):
            raise Refused("wrong_algorithm", f"the header {self.header} does not begin with {self.prefix}")
        signature = decoded(given.removeprefix(self.prefix), self.encoding, f"the header {self.header}")
        prove(secrets, lambda secret: compare_digest(signature, hmac(secret, request.body, self.digest)))
