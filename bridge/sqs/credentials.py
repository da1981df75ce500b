"""AWS credentials from botocore's chain: environment, profile, SSO, web identity, container, instance role (F-030).

Credentials that expire are renewed in a thread, so that a slow metadata service never stops the event loop.
"""

import asyncio
from typing import Any, NamedTuple

from runtime.errors import ConfigurationError

MISSING = (
    "no AWS credentials found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile by AWS_PROFILE, "
    "or run with an instance, task or pod role"
)


class Keys(NamedTuple):
    """What signs a request. Never printed: it has no place in a log or an error."""

    access: str
    secret: str
    token: str | None

    def __repr__(self) -> str:
        return "Keys(...)"


class Credentials:
    """The chain's credentials. `keys` are current as of the last `renew`."""

    def __init__(self, profile: str | None = None) -> None:
        self.profile = profile
        self.keys: Keys | None = None
        self._chain: Any = None
        self._lock = asyncio.Lock()

    @property
    def stale(self) -> bool:
        """Whether `renew` must be awaited before the next request; asking is cheap."""
        return self.keys is None or (self._refreshable and self._chain.refresh_needed())

    async def renew(self, rejected: Keys | None = None) -> Keys:
        """Current keys. `rejected`: the server refused these, so the chain is asked from the start unless somebody has done so.
        Raises ConfigurationError when the chain finds none or a profile does not exist."""
        async with self._lock:
            if rejected is not None and self.keys == rejected:
                self._chain = None
                self.keys = None
            if self.keys is None or self.stale:
                self.keys = await asyncio.to_thread(self._load)
            return self.keys

    @property
    def _refreshable(self) -> bool:
        return hasattr(self._chain, "refresh_needed")

    def _load(self) -> Keys:
        from botocore.exceptions import BotoCoreError
        from botocore.session import Session

        try:
            if self._chain is None:
                self._chain = Session(profile=self.profile).get_credentials()
            if self._chain is None:
                raise ConfigurationError(MISSING)
            frozen = self._chain.get_frozen_credentials()
        except BotoCoreError as error:
            raise ConfigurationError(f"AWS credentials: {error}") from error
        return Keys(frozen.access_key, frozen.secret_key, frozen.token)
