"""The thin client: signed JSON 1.0 requests over asyncio connections, decoded by msgspec straight into the port's types.

Ten times the messages per core of aioboto3 (benchmarks/). It does not use HTTP proxies: choose `aioboto3` where one is needed.
"""

import asyncio
import random
import ssl
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from bridge.sqs import answers
from bridge.sqs.credentials import Credentials, Keys
from bridge.sqs.http import Answer, BadAnswer, Pool
from bridge.sqs.port import Failure, Message, Outgoing, SqsError
from bridge.sqs.signing import Signer
from bridge.sqs.urls import QueueUrl
from runtime.errors import ConfigurationError
from runtime.settings import Sqs

ATTEMPTS = 4
"""Times that one call is tried when the server throttles, fails or goes away; with the pauses below about two seconds."""
PAUSE, LONGEST_PAUSE = 0.1, 2.0
THROTTLED = frozenset(
    {"RequestThrottled", "Throttling", "ThrottlingException", "OverLimit", "TooManyRequestsException"}
)
REJECTED = frozenset({"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"})
"""Codes that say the credentials were valid once or are of another account: the chain is asked again, once."""


class _Error(Struct):
    type: str = msgspec.field(name="__type", default="")
    message: str = ""
    Message: str = ""


class _Handle(Struct, gc=False, omit_defaults=True):
    Id: str
    ReceiptHandle: str
    VisibilityTimeout: int | None = None


class _Handles(Struct):
    QueueUrl: str
    Entries: list[_Handle]


_error = msgspec.json.Decoder(_Error)
_encode = msgspec.json.Encoder().encode
_IDS = [str(i) for i in range(10)]


class RawQueue:
    """One queue. See port.Queue for what each call promises."""

    def __init__(self, url: str, sqs: Sqs, credentials: Credentials | None = None) -> None:
        self.queue = QueueUrl.parse(url, sqs)
        self.read_timeout = sqs.read_timeout
        self._credentials = credentials or Credentials(sqs.profile)
        self._pool = Pool(
            self.queue.endpoint,
            size=sqs.pool_size,
            connect_timeout=sqs.connect_timeout,
            tls=_tls(sqs) if self.queue.endpoint.startswith("https:") else None,
        )
        self._signer: Signer | None = None
        self._receives: dict[tuple[int, int, int | None], bytes] = {}

    async def receive(self, limit: int = 10, wait: int = 20, visibility: int | None = None) -> Sequence[Message]:
        asked = (limit, wait, visibility)
        body = self._receives.get(asked)
        if body is None:
            body = self._receives[asked] = self._receive_body(limit, wait, visibility)
        return answers.messages(await self._call("AmazonSQS.ReceiveMessage", body, wait))

    async def delete_batch(self, handles: Sequence[str]) -> Sequence[Failure]:
        entries = [_Handle(id_, handle) for id_, handle in zip(_IDS, handles, strict=False)]
        return await self._batch("AmazonSQS.DeleteMessageBatch", _Handles(self.queue.url, entries))

    async def change_visibility_batch(self, handles: Sequence[tuple[str, int]]) -> Sequence[Failure]:
        entries = [_Handle(id_, handle, seconds) for id_, (handle, seconds) in zip(_IDS, handles, strict=False)]
        return await self._batch("AmazonSQS.ChangeMessageVisibilityBatch", _Handles(self.queue.url, entries))

    async def send_batch(self, messages: Sequence[Outgoing]) -> Sequence[Failure]:
        entries = [_outgoing(id_, message) for id_, message in zip(_IDS, messages, strict=False)]
        return await self._batch("AmazonSQS.SendMessageBatch", {"QueueUrl": self.queue.url, "Entries": entries})

    async def attributes(self) -> dict[str, str]:
        body = _encode({"QueueUrl": self.queue.url, "AttributeNames": ["All"]})
        return answers.attributes(await self._call("AmazonSQS.GetQueueAttributes", body))

    async def close(self) -> None:
        await self._pool.close()

    def _receive_body(self, limit: int, wait: int, visibility: int | None) -> bytes:
        asked: dict[str, Any] = {
            "QueueUrl": self.queue.url,
            "MaxNumberOfMessages": limit,
            "WaitTimeSeconds": wait,
            "MessageSystemAttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        }
        if visibility is not None:
            asked["VisibilityTimeout"] = visibility
        return _encode(asked)

    async def _batch(self, target: str, request: Any) -> Sequence[Failure]:
        return answers.failures(await self._call(target, _encode(request)))

    async def _call(self, target: str, body: bytes, wait: int = 0) -> bytes:
        """One call with its repeats. Raises SqsError."""
        renewed = False
        for attempt in range(1, ATTEMPTS + 1):
            signer = await self._current_signer()
            try:
                answer = await self._pool.request(signer.head(target, body), body, self.read_timeout + wait)
                if answer.status == 200:
                    return answer.body
                failure = _failure(answer)
            except TimeoutError:
                failure = SqsError("Timeout", f"no answer from {self.queue.endpoint} in time", transient=True)
            except (OSError, BadAnswer) as error:
                failure = SqsError("Unreachable", f"{self.queue.endpoint}: {error}", transient=True)
            if failure.code in REJECTED and not renewed:
                await self._renew(signer.keys)
                renewed = True
            elif not failure.transient or attempt == ATTEMPTS:
                raise failure
            else:
                await asyncio.sleep(random.uniform(0, min(LONGEST_PAUSE, PAUSE * 2**attempt)))  # noqa: S311  # jitter
        raise failure

    async def _current_signer(self) -> Signer:
        if self._signer is None or self._credentials.stale:
            await self._renew(None)
        assert self._signer is not None
        return self._signer

    async def _renew(self, rejected: Keys | None) -> None:
        try:
            keys = await self._credentials.renew(rejected)
        except ConfigurationError as error:
            raise SqsError("NoCredentials", str(error)) from error
        if self._signer is None or self._signer.keys != keys:
            self._signer = Signer(keys, self.queue.region, self._pool.host)


def _tls(sqs: Sqs) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(sqs.ca_bundle) if sqs.ca_bundle else None)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"AWS_CA_BUNDLE={sqs.ca_bundle}: cannot be read: {error}") from error


def _failure(answer: Answer) -> SqsError:
    """What a status other than 200 means (SQS API reference, common errors)."""
    try:
        error = _error.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        error = _Error(message=answer.body[:200].decode("utf-8", "replace"))
    code = error.type.rpartition("#")[2] or f"HTTP{answer.status}"
    transient = answer.status >= 500 or answer.status == 429 or code in THROTTLED
    return SqsError(code, error.message or error.Message, transient=transient)


def _outgoing(id_: str, message: Outgoing) -> dict[str, Any]:
    entry: dict[str, Any] = {"Id": id_, "MessageBody": message.body}
    if message.attributes:
        entry["MessageAttributes"] = {
            name: {"DataType": "String", "StringValue": value} for name, value in message.attributes.items()
        }
    if message.group is not None:
        entry["MessageGroupId"] = message.group
    if message.deduplication is not None:
        entry["MessageDeduplicationId"] = message.deduplication
    return entry
