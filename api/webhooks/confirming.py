"""Confirms subscriptions of Amazon SNS, and only those to topics that the settings name (T-13, T-56).

Source: docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html, read 2026-11: a GET of SubscribeURL confirms. That URL
comes from whoever calls us, so it must be what SNS would have sent for this very topic, and what it leads to a public address; redirects
are not followed.
"""

import asyncio
import ipaddress
import re
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

import structlog

ARN = re.compile(
    r"arn:aws(?P<part>|-cn|-us-gov):sns:(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d):\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?"
)
SECONDS = 5.0
"""For all of it; SNS waits 15 seconds for our answer."""
LONGEST_URL = 2_048
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones (RFC 6052)."""
LINE = 8 * 1024
log = structlog.get_logger(__name__)
Resolve = Callable[[str], Awaitable[Sequence[str]]]


class Confirmer:
    """topics: ARNs that may be confirmed. resolve: from a host's name to its addresses."""

    def __init__(
        self,
        topics: frozenset[str],
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        port: int = 443,
    ) -> None:
        self.topics, self._resolve, self._tls, self._port = topics, resolve or addresses, tls, port

    def allows(self, fields: Mapping[str, str]) -> bool:
        """Whether this is the confirmation of a topic of ours."""
        topic = fields.get("TopicArn", "")
        return topic in self.topics and is_of(fields.get("SubscribeURL", ""), topic)

    async def confirm(self, fields: Mapping[str, str]) -> bool:
        """Calls the SubscribeURL of a confirmation that is allowed; whether SNS said yes."""
        url = urlsplit(fields["SubscribeURL"])
        host = url.hostname or ""
        try:
            async with asyncio.timeout(SECONDS):
                status = await self._get(host, f"{url.path or '/'}?{url.query}")
        except (OSError, TimeoutError, ValueError) as error:
            log.warning("a subscription could not be confirmed", topic=fields["TopicArn"], error=repr(error))
            return False
        if status != 200:
            log.warning("a subscription was not confirmed", topic=fields["TopicArn"], status=status)
        return status == 200

    async def _get(self, host: str, target: str) -> int:
        """The status. Raises OSError, also for a host that has no public address; ValueError for what is no HTTP."""
        where = next(filter(is_public, await self._resolve(host)), None)
        if where is None:
            raise OSError(f"{host} has no public address")
        # The address that was looked at is the one that is called: a second look-up could give another.
        tls = self._tls or ssl.create_default_context()
        reader, writer = await asyncio.open_connection(where, self._port, ssl=tls, server_hostname=host, limit=LINE)
        try:
            writer.write(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("ascii"))
            version, status, _ = (await reader.readline()).split(b" ", 2)
            if not version.startswith(b"HTTP/1."):
                raise ValueError("no HTTP answer")
            return int(status)
        finally:
            writer.transport.abort()


def is_of(url: str, topic: str) -> bool:
    """Whether SNS would send this SubscribeURL for the topic: its own host in the topic's region, over https, confirming this topic."""
    arn = ARN.fullmatch(topic)
    if arn is None or len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return False
    host = f"sns.{arn['region']}.amazonaws.com{'.cn' if arn['part'] == '-cn' else ''}"
    try:
        parts = urlsplit(url)
        asked = parse_qs(parts.query, strict_parsing=True)
    except ValueError:
        return False
    return (
        (parts.scheme, parts.netloc, parts.path or "/", parts.fragment) == ("https", host, "/", "")
        and asked.get("Action") == ["ConfirmSubscription"]
        and asked.get("TopicArn") == [topic]
        and set(asked) == {"Action", "TopicArn", "Token"}
    )


def is_public(address: str) -> bool:
    """Whether an address is on the internet: neither private nor loopback, link-local, multicast, reserved or mapped to such a one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


async def addresses(host: str) -> list[str]:
    """What the host's name resolves to."""
    found = await asyncio.get_running_loop().getaddrinfo(host, 443, proto=6)
    return [str(each[4][0]) for each in found]
