"""Signature Version 4 for POST to one host, and the request head around it.

AWS "Signature Version 4 signing process". The signing key holds for a day, all text that does not depend on the body for a second.
"""

import hmac
import time
from collections.abc import Callable
from hashlib import sha256

from bridge.sqs.credentials import Keys

CONTENT_TYPE = "application/x-amz-json-1.0"


class Signer:
    """Signs for one set of keys. `clock` gives seconds since 1970."""

    def __init__(
        self, keys: Keys, region: str, host: str, path: str = "/", clock: Callable[[], float] = time.time
    ) -> None:
        self.keys = keys
        self.region = region
        self.host = host
        self.path = path
        self.clock = clock
        self._second = -1
        self._day = ""
        self._key = b""
        token = "x-amz-security-token;" if keys.token else ""
        self._signed = f"content-type;host;x-amz-date;{token}x-amz-target"

    def head(self, target: str, body: bytes) -> bytes:
        """The request line and all headers for a POST of `body` to the operation `target`."""
        signature = self._signature(target, body)
        return f"{self._fixed}{signature}\r\nX-Amz-Target: {target}\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    def headers(self, target: str, body: bytes) -> tuple[str, str]:
        """The values of X-Amz-Date and Authorization for the same request."""
        signature = self._signature(target, body)
        return self._date, self._authorization + signature

    def _signature(self, target: str, body: bytes) -> str:
        second = int(self.clock())
        if second != self._second:
            self._roll(second)
        canonical = f"{self._canonical}{target}\n\n{self._signed}\n{sha256(body).hexdigest()}"
        to_sign = f"{self._to_sign}{sha256(canonical.encode()).hexdigest()}"
        return hmac.digest(self._key, to_sign.encode(), "sha256").hex()

    def _roll(self, second: int) -> None:
        keys = self.keys
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
        day = date[:8]
        if day != self._day:
            self._key = ("AWS4" + keys.secret).encode()
            for part in (day, self.region, "sqs", "aws4_request"):
                self._key = hmac.digest(self._key, part.encode(), "sha256")
            self._day = day
        scope = f"{day}/{self.region}/sqs/aws4_request"
        token = f"x-amz-security-token:{keys.token}\n" if keys.token else ""
        self._canonical = f"POST\n{self.path}\n\ncontent-type:{CONTENT_TYPE}\nhost:{self.host}\nx-amz-date:{date}\n{token}x-amz-target:"
        self._to_sign = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n"
        self._date = date
        self._authorization = (
            f"AWS4-HMAC-SHA256 Credential={keys.access}/{scope}, SignedHeaders={self._signed}, Signature="
        )
        self._fixed = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: {CONTENT_TYPE}\r\nUser-Agent: trunkline\r\n"
            f"X-Amz-Date: {date}\r\n"
            + (f"X-Amz-Security-Token: {keys.token}\r\n" if keys.token else "")
            + f"Authorization: {self._authorization}"
        )
        self._second = second
