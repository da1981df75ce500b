"""aioboto3 behind the port, for those who need what only botocore has (HTTP proxies, its own endpoints). Chosen by `sqs.client`."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from bridge.sqs.credentials import MISSING
from bridge.sqs.port import Failure, Message, Outgoing, SqsError
from bridge.sqs.raw import ATTEMPTS, THROTTLED
from bridge.sqs.urls import QueueUrl
from runtime.settings import Sqs


class BotoQueue:
    """One queue. See port.Queue for what each call promises."""

    def __init__(self, url: str, sqs: Sqs) -> None:
        self.queue = QueueUrl.parse(url, sqs)
        self.sqs = sqs
        self._stack = AsyncExitStack()
        self._lock = asyncio.Lock()
        self._clients: dict[int, Any] = {}

    async def receive(self, limit: int = 10, wait: int = 20, visibility: int | None = None) -> Sequence[Message]:
        more = {} if visibility is None else {"VisibilityTimeout": visibility}
        messages: Sequence[Message] = await self._call(
            "receive_message",
            wait,
            MaxNumberOfMessages=limit,
            WaitTimeSeconds=wait,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
            **more,
        )
        return messages

    async def delete_batch(self, handles: Sequence[str]) -> Sequence[Failure]:
        entries = [{"Id": str(i), "ReceiptHandle": handle} for i, handle in enumerate(handles)]
        return await self._batch("delete_message_batch", entries)

    async def change_visibility_batch(self, handles: Sequence[tuple[str, int]]) -> Sequence[Failure]:
        entries = [
            {"Id": str(i), "ReceiptHandle": handle, "VisibilityTimeout": seconds}
            for i, (handle, seconds) in enumerate(handles)
        ]
        return await self._batch("change_message_visibility_batch", entries)

    async def send_batch(self, messages: Sequence[Outgoing]) -> Sequence[Failure]:
        return await self._batch("send_message_batch", [_entry(i, message) for i, message in enumerate(messages)])

    async def attributes(self) -> dict[str, str]:
        attributes: dict[str, str] = await self._call("get_queue_attributes", AttributeNames=["All"])
        return attributes

    async def close(self) -> None:
        async with self._lock:
            self._clients.clear()
            await self._stack.aclose()

    async def _batch(self, operation: str, entries: list[dict[str, Any]]) -> Sequence[Failure]:
        failures: Sequence[Failure] = await self._call(operation, Entries=entries)
        return failures

    async def _call(self, operation: str, wait: int = 0, **arguments: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

        from bridge.sqs.boto_answers import READ_AS

        try:
            client = self._clients.get(wait) or await self._client(wait)
            return (await getattr(client, operation)(QueueUrl=self.queue.url, **arguments))[READ_AS]
        except NoCredentialsError as error:
            raise SqsError("NoCredentials", MISSING) from error
        except ClientError as error:
            raise _failure(error) from error
        except (BotoCoreError, OSError, TimeoutError) as error:
            raise SqsError("Unreachable", f"{self.queue.endpoint}: {error}", transient=True) from error

    async def _client(self, wait: int) -> Any:
        """The client whose read timeout fits a long poll of `wait` seconds; botocore knows one timeout per client."""
        async with self._lock:
            if wait not in self._clients:
                import aioboto3
                from aiobotocore.config import AioConfig
                from aiobotocore.session import get_session

                from bridge.sqs import boto_signing
                from bridge.sqs.boto_answers import AnswersFactory

                sqs = self.sqs
                config = AioConfig(
                    connect_timeout=sqs.connect_timeout,
                    read_timeout=sqs.read_timeout + wait,
                    max_pool_connections=sqs.pool_size,
                    retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
                    parameter_validation=False,
                    user_agent="trunkline",
                )
                core = get_session()
                core.register_component("response_parser_factory", AnswersFactory())
                boto_signing.choose(core)
                session = aioboto3.Session(
                    botocore_session=core, profile_name=sqs.profile, region_name=self.queue.region
                )
                client = session.client(
                    "sqs",
                    endpoint_url=self.queue.endpoint,
                    config=config,
                    verify=str(sqs.ca_bundle) if sqs.ca_bundle else None,
                )
                self._clients[wait] = await self._stack.enter_async_context(client)
            return self._clients[wait]


def _failure(error: Any) -> SqsError:
    said = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = str(said.get("QueryErrorCode") or said.get("Code") or f"HTTP{status}").rpartition("#")[2]
    transient = status >= 500 or status == 429 or code in THROTTLED
    return SqsError(code, said.get("Message", ""), transient=transient)


def _entry(position: int, message: Outgoing) -> dict[str, Any]:
    entry: dict[str, Any] = {"Id": str(position), "MessageBody": message.body}
    if message.attributes:
        entry["MessageAttributes"] = {
            name: {"DataType": "String", "StringValue": value} for name, value in message.attributes.items()
        }
    if message.group is not None:
        entry["MessageGroupId"] = message.group
    if message.deduplication is not None:
        entry["MessageDeduplicationId"] = message.deduplication
    return entry
