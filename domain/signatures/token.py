"""A secret that simply comes along in a header: Telegram, bearer tokens, anybody's own header.

Source: core.telegram.org/bots/api/methods/setwebhook, read 2026-11-27: `X-Telegram-Bot-Api-Secret-Token` holds the
`secret_token` that was set. It proves who sends, not what: nothing of the request is signed.
"""

from collections.abc import Sequence

from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, compare_digest, prove
from domain.signatures.verdict import Refused


class Token(Scheme, frozen=True, kw_only=True):
    """header: where the secret stands, after `prefix` (in any case, as the name of an authentication scheme is)."""

    header: str
    prefix: str = ""

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        given = request.only(self.header)
        start = len(self.prefix)
        if given[:start].lower() != self.prefix.lower():
            raise Refused("wrong_algorithm", f"the header {self.header} does not begin with {self.prefix.strip()}")
        prove(secrets, lambda secret: compare_digest(octets(given[start:]), secret))
