"""What our server alone does: faults happen when they are armed, and a few things that ElasticMQ does otherwise than AWS."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from benchmarks.sqs_server.process import SqsServer
from tests.contract.sqs_server.conftest import client, queue_name


@pytest.fixture
def sqs(fast: SqsServer) -> Iterator[Any]:
    yield client(fast.endpoint_url)
    fast.arm()


@pytest.fixture
def url(sqs: Any) -> str:
    return str(sqs.create_queue(QueueName=queue_name(), Attributes={"VisibilityTimeout": "30"})["QueueUrl"])


def arm(fast: SqsServer, url: str, **faults: float) -> None:
    fast.arm(queues=[url.rsplit("/", 1)[1]], **faults)


def receive(sqs: Any, url: str) -> list[dict[str, Any]]:
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"])
    return list(answer.get("Messages", []))


def test_a_duplicate_has_a_message_id_of_its_own(fast: SqsServer, sqs: Any, url: str) -> None:
    arm(fast, url, duplicates=1)
    sqs.send_message(QueueUrl=url, MessageBody="twice")
    first, second = receive(sqs, url)
    assert first["Body"] == second["Body"] == "twice"
    assert first["MessageId"] != second["MessageId"]
    assert fast.happened()["duplicates"] == 1


def test_a_deleted_message_reappears_under_its_own_id(fast: SqsServer, sqs: Any, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="undead")
    (message,) = receive(sqs, url)
    arm(fast, url, reappearances=1)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    arm(fast, url)
    (again,) = receive(sqs, url)
    assert again["MessageId"] == message["MessageId"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])
    assert not receive(sqs, url)


def test_an_entry_fails_within_a_good_answer(fast: SqsServer, sqs: Any, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="stays")
    (message,) = receive(sqs, url)
    arm(fast, url, partial_failures=1)
    entry = {"Id": "0", "ReceiptHandle": message["ReceiptHandle"]}
    answer = sqs.delete_message_batch(QueueUrl=url, Entries=[entry])
    assert not answer.get("Successful")
    assert [(failure["Id"], failure["SenderFault"]) for failure in answer["Failed"]] == [("0", False)]
    arm(fast, url)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    assert len(receive(sqs, url)) == 1


@pytest.mark.parametrize(("fault", "sent"), [("errors_before", 0), ("errors_after", 1)])
def test_a_server_error_before_or_after_the_work(fast: SqsServer, sqs: Any, url: str, fault: str, sent: int) -> None:
    arm(fast, url, **{fault: 1})
    with pytest.raises(ClientError) as error:
        sqs.send_message(QueueUrl=url, MessageBody="unknown outcome")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    arm(fast, url)
    assert len(receive(sqs, url)) == sent


def test_a_connection_ends_without_an_answer(fast: SqsServer, sqs: Any, url: str) -> None:
    arm(fast, url, hang_ups=1)
    with pytest.raises(ConnectionClosedError):
        sqs.send_message(QueueUrl=url, MessageBody="done")
    arm(fast, url)
    assert [message["Body"] for message in receive(sqs, url)] == ["done"]


def test_a_receipt_expires_behind_the_receivers_back(fast: SqsServer, sqs: Any, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="mine?")
    arm(fast, url, expiries=1)
    (first,) = receive(sqs, url)
    arm(fast, url)
    (second,) = receive(sqs, url)
    assert first["MessageId"] == second["MessageId"]
    with pytest.raises(ClientError, match="not in flight"):
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=9)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=second["ReceiptHandle"], VisibilityTimeout=0)
    assert len(receive(sqs, url)) == 1


def test_other_queues_are_left_alone(fast: SqsServer, sqs: Any, url: str) -> None:
    arm(fast, url + "-other", errors_before=1)
    sqs.send_message(QueueUrl=url, MessageBody="fine")
    assert fast.happened()["errors_before"] == 0


def test_a_fault_that_there_is_not(fast: SqsServer) -> None:
    with pytest.raises(ValueError, match="`meteor`"):
        fast.arm(meteor=1)
    with pytest.raises(ValueError, match="<= 1"):
        fast.arm(duplicates=2)


def test_deleting_again_is_fine(sqs: Any, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="gone")
    (message,) = receive(sqs, url)
    for _ in range(2):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_an_empty_batch_is_refused(sqs: Any, url: str) -> None:
    with pytest.raises(ClientError, match="EmptyBatchRequest"):
        sqs.send_message_batch(QueueUrl=url, Entries=[])
