"""What SQS answers, decoded by msgspec straight into the port's types; both clients read with it (Amazon SQS API reference, JSON 1.0)."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct

from bridge.sqs.port import Failure, Message, SqsError

T = TypeVar("T")


class _Received(Struct):
    Messages: list[Message] | None = None


class _Failed(Struct, gc=False):
    Id: str
    Code: str = ""
    Message: str = ""
    SenderFault: bool = False


class _Batch(Struct):
    Failed: list[_Failed] | None = None


class _Attributes(Struct):
    Attributes: dict[str, str] = {}


_received = msgspec.json.Decoder(_Received)
_batch = msgspec.json.Decoder(_Batch)
_attributes = msgspec.json.Decoder(_Attributes)


def messages(data: bytes) -> Sequence[Message]:
    """Of ReceiveMessage. Raises SqsError for what is no answer at all."""
    try:
        return _received.decode(data).Messages or ()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _odd_messages(data)


def failures(data: bytes) -> Sequence[Failure]:
    """Of any batch call: the entries that were refused. Raises SqsError."""
    failed = _decoded(_batch, data).Failed
    return [Failure(int(f.Id), f.Code, f.Message, f.SenderFault) for f in failed] if failed else ()


def attributes(data: bytes) -> dict[str, str]:
    """Of GetQueueAttributes. Raises SqsError."""
    return _decoded(_attributes, data).Attributes


def _decoded(decoder: "msgspec.json.Decoder[T]", data: bytes) -> T:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SqsError("BadAnswer", f"{error}: {data[:80]!r}", transient=True) from error


def _odd_messages(data: bytes) -> list[Message]:
    """An answer that is no strict JSON: lone surrogates or bytes that are no UTF-8 in one message must not hold up the others (T-22, T-23).
    Such bytes come back as surrogates U+DC80 to U+DCFF."""
    try:
        answer = json.loads(data.decode("utf-8", "surrogateescape"))
        return [msgspec.convert(message, Message) for message in answer.get("Messages") or ()]
    except (ValueError, AttributeError, binascii.Error) as error:
        raise SqsError("BadAnswer", f"{error}: {base64.b64encode(data[:60])!r}", transient=True) from error
