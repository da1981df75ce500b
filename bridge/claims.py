"""The claim store: bodies too large for a Kafka record lie here, the record carries the reference and the digest (DESIGN.md 8).

References are content-addressed, so storing twice is storing once. Nothing is ever deleted from here by us.
"""

import asyncio
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from bridge.sqs.raw import ATTEMPTS
from runtime.errors import ConfigurationError
from runtime.settings import Sqs


class ClaimError(Exception):
    """The store cannot be reached or refuses. The message stays in its queue and is tried again."""


class ClaimStore(Protocol):
    """A place for bodies. Durable when `put` returns."""

    async def put(self, data: bytes) -> tuple[str, str]:
        """Keeps `data`. Gives (reference, sha256 as hex). Raises ClaimError."""

    async def get(self, reference: str) -> bytes:
        """What `put` was given. Raises ClaimError when it is not there."""


class FileClaims:
    """A folder, on a file system that all readers share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    async def put(self, data: bytes) -> tuple[str, str]:
        digest = sha256(data).hexdigest()
        path = self.folder / digest[:2] / digest
        try:
            await asyncio.to_thread(_write, path, data)
        except OSError as error:
            raise ClaimError(f"the claim store at {self.folder} cannot be written: {error.strerror}") from error
        return path.as_uri(), digest

    async def get(self, reference: str) -> bytes:
        try:
            return await asyncio.to_thread(self._read, reference)
        except OSError as error:
            raise ClaimError(f"{reference}: {error.strerror}") from error

    def _read(self, reference: str) -> bytes:
        path = Path(reference.removeprefix("file://")).resolve()
        if self.folder not in path.parents:
            raise ClaimError(f"{reference} is not in the claim store at {self.folder}")
        return path.read_bytes()


def _write(path: Path, data: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).rename(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class S3Claims:
    """A bucket and a prefix."""

    def __init__(self, bucket: str, prefix: str, sqs: Sqs, endpoint_url: str | None = None) -> None:
        self.bucket, self.prefix = bucket, prefix.strip("/")
        self.sqs, self.endpoint_url = sqs, endpoint_url

    async def put(self, data: bytes) -> tuple[str, str]:
        digest = sha256(data).hexdigest()
        key = f"{self.prefix}/{digest}" if self.prefix else digest
        await self._call("put_object", Key=key, Body=data)
        return f"s3://{self.bucket}/{key}", digest

    async def get(self, reference: str) -> bytes:
        key = reference.removeprefix(f"s3://{self.bucket}/")
        return bytes(await self._call("get_object", Key=key))

    async def _call(self, operation: str, **arguments: Any) -> Any:
        import aioboto3
        from aiobotocore.config import AioConfig
        from botocore.exceptions import BotoCoreError, ClientError

        config = AioConfig(
            connect_timeout=self.sqs.connect_timeout,
            read_timeout=self.sqs.read_timeout,
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
        )
        session = aioboto3.Session(profile_name=self.sqs.profile, region_name=self.sqs.region)
        try:
            async with session.client("s3", endpoint_url=self.endpoint_url, config=config) as client:
                answer = await getattr(client, operation)(Bucket=self.bucket, **arguments)
                return await answer["Body"].read() if "Body" in answer else answer
        except (BotoCoreError, ClientError, OSError) as error:
            raise ClaimError(f"s3://{self.bucket}: {error}") from error


def claim_store(where: str, sqs: Sqs) -> ClaimStore:
    """The store that the setting `bridge.claim_store` names. Raises ConfigurationError for a name that is none."""
    scheme, _, rest = where.partition(":")
    if scheme == "file" and rest:
        return FileClaims(Path(rest.removeprefix("//")))
    bucket, _, prefix = rest.removeprefix("//").partition("/")
    if scheme == "s3" and bucket:
        return S3Claims(bucket, prefix, sqs, os.environ.get("AWS_ENDPOINT_URL_S3"))
    raise ConfigurationError(
        f"TRUNKLINE_BRIDGE__CLAIM_STORE={where!r} is neither file:<folder> nor s3://<bucket>/<prefix>"
    )
