"""Where a request comes from and which URL it was sent to, when there may be proxies between the provider and us.

What a proxy says (X-Forwarded-*) counts only from addresses that the settings trust: anybody can send those headers.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from runtime.errors import ConfigurationError

Header = tuple[str, str]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NOT_PASSED_ON = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"),
        *("transfer-encoding", "upgrade", "expect", "cookie", "set-cookie"),
    }
)
"""Headers of one hop (RFC 9110, 7.6.1), and cookies, which no provider sends on purpose."""


class Arrived(NamedTuple):
    """A request as the server has it. peer: address of who is connected; path, query: still encoded."""

    peer: str
    scheme: str
    path: str
    query: str
    headers: Sequence[Header]


class Origin:
    """public_url: scheme and host (and path, where a proxy takes it away) that providers were told; empty: as each request says.
    trusted: comma separated addresses and networks of our proxies. Raises ConfigurationError for what is neither."""

    def __init__(self, public_url: str | None, trusted: str) -> None:
        self._public = (public_url or "").rstrip("/")
        if self._public and not self._public.startswith(("https://", "http://")):
            raise ConfigurationError(f"WEBHOOKS_PUBLIC_URL={public_url!r} must begin with https:// (or http://)")
        self._trusted = [_network(each) for each in filter(None, map(str.strip, trusted.split(",")))]

    def url(self, arrived: Arrived) -> str:
        """The URL as the provider has it: signatures cover it (T-38)."""
        tail = f"{arrived.path}?{arrived.query}" if arrived.query else arrived.path
        return f"{self._public or self._base(arrived)}{tail}"

    def client(self, arrived: Arrived) -> str:
        """The address of the nearest hop that is none of our proxies."""
        hops = [*_listed(arrived.headers, "x-forwarded-for"), arrived.peer]
        while len(hops) > 1 and self._trusts(hops[-1]):
            hops.pop()
        return hops[-1]

    def _base(self, arrived: Arrived) -> str:
        scheme, host = arrived.scheme, next(iter(_listed(arrived.headers, "host")), "")
        if self._trusts(arrived.peer):
            told = next(iter(_listed(arrived.headers, "x-forwarded-proto")), "").lower()
            scheme = told if told in ("http", "https") else scheme
            host = next(iter(_listed(arrived.headers, "x-forwarded-host")), host)
        return f"{scheme}://{host}"

    def _trusts(self, host: str) -> bool:
        if not self._trusted:
            return False
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._trusted)


def passed_on(headers: Iterable[Header]) -> list[Header]:
    """The headers that are kept with the request: as they came, without those of the connection and cookies."""
    headers = list(headers)
    named = {name.lower() for name in _listed(headers, "connection")}
    return [header for header in headers if header[0].lower() not in _NOT_PASSED_ON and header[0].lower() not in named]


def _listed(headers: Iterable[Header], name: str) -> list[str]:
    """All values of a header that may be a list."""
    values = [each.strip() for key, value in headers if key.lower() == name for each in value.split(",")]
    return [each for each in values if each]


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ConfigurationError(f"WEBHOOKS_TRUSTED_PROXIES: {text!r} is no address and no network") from error
