"""The shapes of the JSON 1.0 protocol that we speak (Amazon SQS API reference; botocore's service model sqs/2012-11-05)."""

from typing import Any

from msgspec import Struct, field


class AttributeValue(Struct, frozen=True, omit_defaults=True, rename="pascal", gc=False):
    """A message attribute. `binary_value` is base64 text on the wire and stays so."""

    data_type: str
    string_value: str | None = None
    binary_value: str | None = None


Attributes = dict[str, AttributeValue]


class Request(Struct, frozen=True, rename="pascal"):
    """What calls about one queue have in common."""

    queue_url: str


class CreateQueue(Struct, frozen=True, rename="pascal"):
    queue_name: str
    attributes: dict[str, str] = {}


class GetQueueUrl(Struct, frozen=True, rename="pascal"):
    queue_name: str


class ListQueues(Struct, frozen=True, rename="pascal"):
    queue_name_prefix: str = ""


class GetQueueAttributes(Request, frozen=True, rename="pascal"):
    attribute_names: list[str] = []


class SetQueueAttributes(Request, frozen=True, rename="pascal"):
    attributes: dict[str, str]


class Outgoing(Struct, frozen=True, rename="pascal", kw_only=True):
    """A message to send."""

    message_body: str
    delay_seconds: int | None = None
    message_attributes: Attributes = {}
    message_system_attributes: Attributes = {}
    message_group_id: str = ""
    message_deduplication_id: str = ""


class SendMessage(Outgoing, frozen=True, rename="pascal", kw_only=True):
    queue_url: str


class SendEntry(Outgoing, frozen=True, rename="pascal", kw_only=True):
    id: str


class SendMessageBatch(Request, frozen=True, rename="pascal"):
    entries: list[SendEntry]


class ReceiveMessage(Request, frozen=True, rename="pascal"):
    max_number_of_messages: int = 1
    visibility_timeout: int | None = None
    wait_time_seconds: int | None = None
    attribute_names: list[str] = []
    message_system_attribute_names: list[str] = []
    message_attribute_names: list[str] = []


class DeleteMessage(Request, frozen=True, rename="pascal"):
    receipt_handle: str


class DeleteEntry(Struct, frozen=True, rename="pascal", gc=False):
    id: str
    receipt_handle: str


class DeleteMessageBatch(Request, frozen=True, rename="pascal"):
    entries: list[DeleteEntry]


class ChangeMessageVisibility(Request, frozen=True, rename="pascal"):
    receipt_handle: str
    visibility_timeout: int


class ChangeEntry(Struct, frozen=True, rename="pascal", gc=False):
    id: str
    receipt_handle: str
    visibility_timeout: int


class ChangeMessageVisibilityBatch(Request, frozen=True, rename="pascal"):
    entries: list[ChangeEntry]


class QueueUrl(Struct, frozen=True, rename="pascal"):
    queue_url: str


class QueueUrls(Struct, frozen=True, rename="pascal"):
    queue_urls: list[str]


class QueueAttributes(Struct, frozen=True, rename="pascal"):
    attributes: dict[str, str]


class Sent(Struct, frozen=True, omit_defaults=True):
    """The answer to a send, alone (`Id` left out) or as one entry of a batch."""

    message_id: str = field(name="MessageId")
    md5_of_body: str = field(name="MD5OfMessageBody")
    md5_of_attributes: str | None = field(name="MD5OfMessageAttributes", default=None)
    id: str | None = field(name="Id", default=None)


class Done(Struct, frozen=True, rename="pascal", gc=False):
    """A batch entry that was carried out."""

    id: str


class Failed(Struct, frozen=True, rename="pascal"):
    """A batch entry that was not."""

    id: str
    code: str
    message: str
    sender_fault: bool


class BatchAnswer(Struct, frozen=True, rename="pascal"):
    successful: list[Any]
    failed: list[Failed]


class Received(Struct, frozen=True, omit_defaults=True):
    """One delivery."""

    message_id: str = field(name="MessageId")
    receipt_handle: str = field(name="ReceiptHandle")
    md5_of_body: str = field(name="MD5OfBody")
    body: str = field(name="Body")
    attributes: dict[str, str] = field(name="Attributes", default_factory=dict)
    message_attributes: Attributes = field(name="MessageAttributes", default_factory=dict)
    md5_of_attributes: str | None = field(name="MD5OfMessageAttributes", default=None)


class ReceiveAnswer(Struct, frozen=True, omit_defaults=True, rename="pascal"):
    messages: list[Received] = []
