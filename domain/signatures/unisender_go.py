"""Unisender Go.

Source: django-anymail, webhooks/unisender_go.py and its tests, read 2026-11-27.
The body's field `auth` holds the MD5 of the body as it was when the API key stood in this field.
"""

import re
from collections.abc import Sequence
from hashlib import md5

from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, compare_digest, prove
from domain.signatures.verdict import Refused

_MD5 = re.compile(r"[0-9a-f]{32}")


class UnisenderGo(Scheme, frozen=True, kw_only=True):
    """A secret is an API key. The hash is MD5 and keyed in an old-fashioned way, because the provider has no other; no
    time is signed."""

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        auth = request.json().get("auth")
        if not isinstance(auth, str):
            raise Refused("missing_field", "the body has no field auth")
        if not _MD5.fullmatch(auth):
            raise Refused("malformed_body", "the field auth is no MD5 in hexadecimal")
        given = octets(auth)
        if request.body.count(given) != 1:
            raise Refused(
                "repeated_field", "the hash stands in the body more than once or is escaped, so its place is not known"
            )
        before, _, after = request.body.partition(given)

        def holds(secret: bytes) -> bool:
            return compare_digest(given, octets(md5(before + secret + after, usedforsecurity=False).hexdigest()))

        prove(secrets, holds)
