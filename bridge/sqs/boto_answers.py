"""Answers of SQS read by our own decoder beneath aiobotocore, which otherwise walks through its model of every field of every message:
half of what receiving costs there. Errors and all other operations are left to aiobotocore."""

from collections.abc import Callable, Mapping
from typing import Any

from aiobotocore.parsers import AioJSONParser, AioResponseParserFactory

from bridge.sqs import answers

READ: Mapping[str, Callable[[bytes], Any]] = {
    "ReceiveMessageResult": answers.messages,
    "DeleteMessageBatchResult": answers.failures,
    "ChangeMessageVisibilityBatchResult": answers.failures,
    "SendMessageBatchResult": answers.failures,
    "GetQueueAttributesResult": answers.attributes,
}
"""By the name of the shape that botocore's service model gives the answer."""
READ_AS = "trunkline"
"""Where the answer stands in the dictionary that a call returns."""


class Answers(AioJSONParser):  # type: ignore[misc]  # aiobotocore has no types
    """Reads good answers of the operations above."""

    async def parse(self, response: Any, shape: Any) -> Any:
        read = READ.get(shape.name) if shape is not None and response["status_code"] == 200 else None
        if read is None:
            return await super().parse(response, shape)
        return {READ_AS: read(response["body"]), "ResponseMetadata": {"HTTPStatusCode": 200}}


class AnswersFactory(AioResponseParserFactory):  # type: ignore[misc]  # aiobotocore has no types
    """Makes them for the protocol that SQS speaks."""

    def create_parser(self, protocol_name: str) -> Any:
        return Answers(**self._defaults) if protocol_name == "json" else super().create_parser(protocol_name)
