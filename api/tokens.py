"""Who may read: static Bearer tokens, one tenant each, until there is full identity (DESIGN.md 8, Names).

The setting holds `tenant:sha256` pairs, so that reading the settings gives nobody access. Without tokens everybody may read
everything, which is only allowed on loopback.
"""

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Mapping, Sequence

from runtime.errors import ConfigurationError
from runtime.settings import Api
from schemas.identity import TENANT

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Tokens:
    """digests: SHA-256 of a token in hex -> its tenant; several tokens may belong to one tenant (rotation)."""

    def __init__(self, digests: Mapping[str, str]) -> None:
        self._digests = {bytes.fromhex(digest): tenant for digest, tenant in digests.items()}

    def __bool__(self) -> bool:
        return bool(self._digests)

    def tenant(self, token: str) -> str | None:
        """The tenant that a token may read, None for a token that nobody has. Takes the same time for any token."""
        asked = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        found = None
        for digest, tenant in self._digests.items():
            if hmac.compare_digest(digest, asked):
                found = tenant
        return found


def tokens(api: Api) -> Tokens:
    """The tokens of the settings. Raises ConfigurationError for a malformed one, and for none on an address that others can reach."""
    text = api.tokens.get_secret_value() if api.tokens else ""
    found = Tokens(
        dict(_pair(number, each) for number, each in enumerate(filter(None, map(str.strip, text.split(","))), 1))
    )
    if not found and not is_loopback(api.host):
        raise ConfigurationError(
            f"TRUNKLINE_API__HOST={api.host} can be reached by others, but TRUNKLINE_API_TOKENS is not set. Set it to tenant:sha256 "
            "pairs (`printf %s my-token | sha256sum`), or listen on 127.0.0.1"
        )
    return found


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bearer(authorization: Sequence[str]) -> str | None:
    """The token in `Authorization: Bearer <token>` (RFC 6750); None for none, another scheme, or several headers."""
    if len(authorization) != 1:
        return None
    scheme, _, token = authorization[0].partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _pair(number: int, text: str) -> tuple[str, str]:
    tenant, _, digest = text.partition(":")
    if not TENANT.fullmatch(tenant) or not _SHA256.fullmatch(digest.lower()):
        # The text itself may be a token that somebody forgot to hash.
        raise ConfigurationError(f"TRUNKLINE_API_TOKENS: entry {number} is not tenant:sha256 (64 hexadecimal digits)")
    return digest.lower(), tenant
