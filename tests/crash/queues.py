"""SQS as a sender sees it: the JSON 1.0 protocol over the standard library, one request at a time, no signature (local servers)."""

import http.client
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit


class Refused(Exception):
    """The server says that the request is wrong: nothing was sent."""


class Unknown(OSError):
    """The server failed: whether anything was sent is unknown."""


class Queues:
    """Calls to one server. Not for use from two threads at once."""

    def __init__(self, endpoint_url: str, timeout: float = 10.0) -> None:
        parts = urlsplit(endpoint_url)
        assert parts.hostname and parts.port
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)

    def create(self, name: str, visibility: int) -> str:
        """Creates a queue whose messages come back after `visibility` seconds; gives its URL."""
        answer = self._call("CreateQueue", {"QueueName": name, "Attributes": {"VisibilityTimeout": str(visibility)}})
        return str(answer["QueueUrl"])

    def send(self, url: str, bodies: Sequence[str]) -> list[str | None]:
        """Sends up to ten bodies; gives each message's id, None for a refused one. Raises OSError or HTTPException when the outcome is
        unknown."""
        entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)]
        answer = self._call("SendMessageBatch", {"QueueUrl": url, "Entries": entries})
        ids = {each["Id"]: each["MessageId"] for each in answer.get("Successful", ())}
        return [ids.get(str(n)) for n in range(len(bodies))]

    def left(self, url: str) -> int:
        """How many messages the queue still holds, whoever has them in hand."""
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        answer = self._call("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": names})
        return sum(int(number) for number in answer.get("Attributes", {}).values())

    def close(self) -> None:
        self._connection.close()

    def _call(self, action: str, request: object) -> dict[str, Any]:
        headers = {"X-Amz-Target": f"AmazonSQS.{action}", "Content-Type": "application/x-amz-json-1.0"}
        try:
            self._connection.request("POST", "/", json.dumps(request).encode(), headers)
            answer = self._connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        if answer.status >= 500:
            raise Unknown(f"{action}: {answer.status}")
        if answer.status != 200:
            raise Refused(f"{action}: {answer.status} {body[:300]!r}")
        return dict(json.loads(body or b"{}"))
