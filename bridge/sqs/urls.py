"""Queue URLs (F-109): `https://sqs.{region}.amazonaws.com/{account}/{name}`; any host when an endpoint is set."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from runtime.errors import ConfigurationError
from runtime.settings import Sqs

_REGION = r"(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d)"
_HOSTS = [
    re.compile(pattern)
    for pattern in (
        rf"sqs(?:-fips)?\.{_REGION}\.(?:amazonaws\.com(?:\.cn)?|api\.aws)",
        rf"(?:vpce-[a-z0-9-]+\.)sqs\.{_REGION}\.vpce\.amazonaws\.com(?:\.cn)?",
        rf"(?:{_REGION}\.)?queue\.amazonaws\.com(?:\.cn)?",
    )
]
_PATH = re.compile(r"/\d{12}/[A-Za-z0-9_-]{1,80}(?:\.fifo)?")
EXPECTED = "https://sqs.<region>.amazonaws.com/<account>/<name>"


class QueueUrl(NamedTuple):
    """A queue and where its calls go. url: as every call names it. endpoint: scheme and host to connect to."""

    url: str
    name: str
    endpoint: str
    region: str

    @property
    def is_fifo(self) -> bool:
        return self.name.endswith(".fifo")

    @classmethod
    def parse(cls, url: str, sqs: Sqs) -> "QueueUrl":
        """Raises ConfigurationError that says what is wrong with the URL and what was expected."""
        parts = urlsplit(url)
        name = parts.path.rpartition("/")[2]
        if sqs.endpoint_url:
            if parts.scheme not in ("http", "https") or not name:
                raise ConfigurationError(f"queue URL {url!r} is none; expected http(s)://<host>/<account>/<name>")
            return cls(url, name, sqs.endpoint_url.rstrip("/"), sqs.region or "us-east-1")
        match = next(filter(None, (host.fullmatch(parts.netloc) for host in _HOSTS)), None)
        if parts.scheme != "https" or match is None or not _PATH.fullmatch(parts.path) or parts.query or parts.fragment:
            raise ConfigurationError(
                f"queue URL {url!r} is not of the form {EXPECTED}; for another server set AWS_ENDPOINT_URL as well"
            )
        return cls(url, name, f"https://{parts.netloc}", match["region"] or sqs.region or "us-east-1")
