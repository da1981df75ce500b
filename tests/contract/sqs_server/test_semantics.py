"""What an SQS server promises, held against ours and ElasticMQ alike, through boto3."""

import json
import time
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from hashlib import md5
from typing import Any

import pytest
from botocore.exceptions import ClientError

from benchmarks.sqs_server.checksums import of_attributes
from benchmarks.sqs_server.wire import AttributeValue

NewQueue = Callable[..., str]


def send(sqs: Any, url: str, *bodies: str) -> None:
    entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]
    assert not sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")


def receive(sqs: Any, url: str, wait: int = 2, **options: Any) -> list[dict[str, Any]]:
    options = {"MaxNumberOfMessages": 10, "MessageSystemAttributeNames": ["All"], **options}
    return list(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=wait, **options).get("Messages", []))


def refused(call: Callable[..., Any], **parameters: Any) -> str:
    """The code with which a call is refused, without the query protocol's prefix."""
    with pytest.raises(ClientError) as error:
        call(**parameters)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return str(error.value.response["Error"]["Code"]).removeprefix("AWS.SimpleQueueService.")


def test_a_queue_is_created_once_and_found(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue(VisibilityTimeout="7")
    name = url.rsplit("/", 1)[1]
    assert sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "7"})["QueueUrl"] == url
    assert sqs.get_queue_url(QueueName=name)["QueueUrl"] == url
    assert sqs.list_queues(QueueNamePrefix=name)["QueueUrls"] == [url]
    assert refused(sqs.get_queue_url, QueueName=name + "-none") in ("NonExistentQueue", "QueueDoesNotExist")
    sqs.delete_queue(QueueUrl=url)
    assert name not in json.dumps(sqs.list_queues())


def test_attributes_of_a_queue(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue()
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "11"})
    send(sqs, url, "a", "b", "c")
    receive(sqs, url, MaxNumberOfMessages=1)
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "11"
    assert attributes["QueueArn"].endswith(":" + url.rsplit("/", 1)[1])
    assert attributes["ApproximateNumberOfMessages"] == "2"
    assert attributes["ApproximateNumberOfMessagesNotVisible"] == "1"
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "0"
    one = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    assert one == {"VisibilityTimeout": "11"}


def test_a_message_comes_as_it_was_sent(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue()
    body = 'grüße 👋 "quoted" \\ \t\n'
    attributes = {
        "text": {"DataType": "String", "StringValue": "é"},
        "number": {"DataType": "Number", "StringValue": "12"},
        "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    sent = sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)
    (message,) = receive(sqs, url, MessageAttributeNames=["All"])
    assert message["MessageId"] == sent["MessageId"]
    assert message["Body"] == body
    assert message["MD5OfBody"] == sent["MD5OfMessageBody"] == md5(body.encode()).hexdigest()
    assert message["MessageAttributes"] == attributes
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    system = message["Attributes"]
    assert system["ApproximateReceiveCount"] == "1"
    assert abs(int(system["SentTimestamp"]) / 1000 - time.time()) < 60
    assert int(system["ApproximateFirstReceiveTimestamp"]) >= int(system["SentTimestamp"])


def test_digest_of_attributes() -> None:
    # a value that Amazon's own clients compute
    attributes = {"a": AttributeValue("String", "v")}
    assert of_attributes(attributes) == "a18cbb58171ebf4ce88d9fb787f9210b"
    assert of_attributes({}) is None


def test_only_attributes_that_were_asked_for(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue()
    values = {name: {"DataType": "String", "StringValue": name} for name in ("trace", "tenant")}
    sqs.send_message(QueueUrl=url, MessageBody="x", MessageAttributes=values)
    options: dict[str, Any] = {"MessageSystemAttributeNames": ["SentTimestamp"], "MessageAttributeNames": ["trace"]}
    (message,) = receive(sqs, url, **options)
    assert set(message["Attributes"]) == {"SentTimestamp"}
    assert set(message["MessageAttributes"]) == {"trace"}


def test_the_trace_header_travels(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue()
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    system = {"AWSTraceHeader": {"DataType": "String", "StringValue": trace}}
    sqs.send_message(QueueUrl=url, MessageBody="x", MessageSystemAttributes=system)
    (message,) = receive(sqs, url)
    assert message["Attributes"]["AWSTraceHeader"] == trace


def test_a_received_message_is_hidden_until_its_timeout_and_counted(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue(VisibilityTimeout="1")
    send(sqs, url, "once more")
    (first,) = receive(sqs, url)
    assert not receive(sqs, url, wait=0)
    (second,) = receive(sqs, url, wait=5)
    assert second["MessageId"] == first["MessageId"]
    assert second["ReceiptHandle"] != first["ReceiptHandle"]
    assert second["Attributes"]["ApproximateReceiveCount"] == "2"
    assert (
        second["Attributes"]["ApproximateFirstReceiveTimestamp"]
        == first["Attributes"]["ApproximateFirstReceiveTimestamp"]
    )


def test_a_deleted_message_does_not_come_again(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue(VisibilityTimeout="1")
    send(sqs, url, "gone")
    (message,) = receive(sqs, url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert not receive(sqs, url, wait=2)


def test_a_batch_tells_which_entries_failed(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue()
    send(sqs, url, "a", "b")
    good = receive(sqs, url)
    entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(good)]
    answer = sqs.delete_message_batch(QueueUrl=url, Entries=[*entries, {"Id": "bad", "ReceiptHandle": "nonsense"}])
    assert {entry["Id"] for entry in answer["Successful"]} == {"0", "1"}
    (failure,) = answer["Failed"]
    assert (failure["Id"], failure["Code"], failure["SenderFault"]) == ("bad", "ReceiptHandleIsInvalid", True)


def test_visibility_is_changed_both_ways(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue(VisibilityTimeout="1")
    send(sqs, url, "held")
    (message,) = receive(sqs, url)
    entry = {"Id": "0", "ReceiptHandle": message["ReceiptHandle"]}
    longer = sqs.change_message_visibility_batch(QueueUrl=url, Entries=[{**entry, "VisibilityTimeout": 60}])
    assert [each["Id"] for each in longer["Successful"]] == ["0"]
    assert not receive(sqs, url, wait=2)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    assert [each["Body"] for each in receive(sqs, url)] == ["held"]


def test_a_long_poll_ends_with_the_first_message(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(receive, sqs, url, 15)
        assert not futures.wait([waiting], timeout=0.3).done, "an empty queue answered a long poll at once"
        start = time.monotonic()
        send(sqs, url, "now")
        assert [message["Body"] for message in waiting.result()] == ["now"]
    assert time.monotonic() - start < 5


def test_a_long_poll_ends_when_a_hidden_message_comes_back(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue(VisibilityTimeout="1")
    send(sqs, url, "back")
    receive(sqs, url)
    start = time.monotonic()
    assert [message["Body"] for message in receive(sqs, url, 15)] == ["back"]
    assert 0.3 < time.monotonic() - start < 5


def test_a_delayed_message_comes_late(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue()
    sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=1)
    assert not receive(sqs, url, wait=0)
    assert [message["Body"] for message in receive(sqs, url, wait=5)] == ["late"]


def test_too_many_receives_lead_to_the_dead_letter_queue(sqs: Any, new_queue: NewQueue) -> None:
    dead = new_queue()
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    url = new_queue(VisibilityTimeout="0", RedrivePolicy=policy)
    send(sqs, url, "poison")
    (first,) = receive(sqs, url)
    (second,) = receive(sqs, url)
    assert second["Attributes"]["ApproximateReceiveCount"] == "2"
    assert not receive(sqs, url, wait=1)
    (message,) = receive(sqs, dead)
    assert (message["MessageId"], message["Body"]) == (first["MessageId"], "poison")


def test_a_purge_empties_the_queue(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue()
    send(sqs, url, "a", "b")
    sqs.purge_queue(QueueUrl=url)
    assert not receive(sqs, url, wait=1)


def test_every_message_is_delivered_to_one_of_many_receivers(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue()
    for n in range(12):
        send(sqs, url, *(f"{n}-{m}" for m in range(10)))
    with ThreadPoolExecutor(4) as pool:
        batches = list(pool.map(lambda _: receive(sqs, url, 0), range(16)))
    bodies = [message["Body"] for batch in batches for message in batch]
    assert sorted(bodies) == sorted(f"{n}-{m}" for n in range(12) for m in range(10))


def test_a_fifo_group_waits_for_its_first(sqs: Any, new_queue: NewQueue) -> None:
    url = new_queue(FifoQueue="true")
    for n, group in enumerate("aab"):
        for _ in range(2):
            message = {"MessageBody": f"{group}{n}", "MessageGroupId": group, "MessageDeduplicationId": str(n)}
            sqs.send_message(QueueUrl=url, **message)
    (first,) = receive(sqs, url, MaxNumberOfMessages=1)
    assert [message["Body"] for message in receive(sqs, url)] == ["b2"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    assert [message["Body"] for message in receive(sqs, url)] == ["a1"]
    assert first["Attributes"]["MessageGroupId"] == "a"


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("receive_message", {"MaxNumberOfMessages": 11}, "InvalidParameterValue"),
        ("receive_message", {"WaitTimeSeconds": 21}, "InvalidParameterValue"),
        ("send_message", {"MessageBody": "a\x00b"}, "InvalidMessageContents"),
        ("delete_message", {"ReceiptHandle": "nonsense"}, "ReceiptHandleIsInvalid"),
        ("delete_message_batch", {"Entries": [{"Id": "same", "ReceiptHandle": "x"}] * 2}, "BatchEntryIdsNotDistinct"),
        (
            "send_message_batch",
            {"Entries": [{"Id": str(n), "MessageBody": "x"} for n in range(11)]},
            "TooManyEntriesInBatchRequest",
        ),
    ],
)
def test_what_is_refused(sqs: Any, new_queue: NewQueue, operation: str, parameters: dict[str, Any], code: str) -> None:
    # ElasticMQ calls every bad value InvalidAttributeValue; ours uses the names of the API reference.
    assert refused(getattr(sqs, operation), QueueUrl=new_queue(), **parameters) in (code, "InvalidAttributeValue")
