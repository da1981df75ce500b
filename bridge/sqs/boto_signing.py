"""Our signature beneath aiobotocore: the same as botocore's, without deriving the key and reading the clock's parts anew for every call.

A signature version of our own, which the clients of boto.py choose for their calls; botocore's are left as they are.
"""

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import AUTH_TYPE_MAPS, BaseSigner
from botocore.exceptions import NoCredentialsError

from bridge.sqs.credentials import Keys
from bridge.sqs.signing import Signer

VERSION = "trunkline-sqs"


class QueueAuth(BaseSigner):  # type: ignore[misc]  # botocore has no types
    """Signs calls to SQS. botocore makes one per call, so what lasts is kept beside it."""

    REQUIRES_REGION = True

    def __init__(self, credentials: Any, service_name: str, region_name: str) -> None:
        if credentials is None:
            raise NoCredentialsError
        self._keys = Keys(credentials.access_key, credentials.secret_key, credentials.token)
        self._region = region_name

    def add_auth(self, request: Any) -> None:
        headers = request.headers
        signer = _signer(self._keys, self._region, request.url)
        headers["X-Amz-Date"], headers["Authorization"] = signer.headers(headers["X-Amz-Target"], request.data)
        if self._keys.token:
            headers["X-Amz-Security-Token"] = self._keys.token


@lru_cache(16)
def _signer(keys: Keys, region: str, url: str) -> Signer:
    parts = urlsplit(url)
    return Signer(keys, region, parts.netloc, parts.path or "/")


def choose(session: Any) -> None:
    """From now on clients for SQS of this session sign with it."""
    AUTH_TYPE_MAPS[VERSION] = QueueAuth
    session.register("choose-signer.sqs", _chosen)


def _chosen(**_: Any) -> str:
    return VERSION
