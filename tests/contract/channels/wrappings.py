"""Every wrapping in which a request may reach a queue: name -> how it is wrapped. `http` ones carry method, URL and headers along."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from domain.channels.provider import Example


class Wrapping(NamedTuple):
    wrap: Callable[[Example], str]
    layers: tuple[str, ...]
    http: bool = False


def _bytes(example: Example) -> bytes:
    return example.body.encode("utf-8", "surrogatepass")


def raw(example: Example) -> str:
    return example.body


def sns(body: str) -> str:
    envelope = {"Type": "Notification", "MessageId": "8f6dee70-c885-558a-be7d-bd48bbf5335e", "Message": body}
    return json.dumps(
        envelope | {"TopicArn": "arn:aws:sns:us-east-1:123456789012:events", "Timestamp": "2026-11-24T10:07:24.123Z"}
    )


def webhook(example: Example) -> str:
    """As our own door queues it."""
    request = {
        "method": example.method,
        "url": example.url or "https://hooks.acme.example/",
        "headers": _headers(example),
    }
    return json.dumps(request | {"body_b64": b64encode(_bytes(example)).decode()})


def needs_http(example: Example) -> bool:
    """Whether the body alone does not say all."""
    return bool(example.headers or example.url or example.method != "POST")


def queued(example: Example) -> str:
    """As it reaches a queue: alone where the body says all, else with its request."""
    return webhook(example) if needs_http(example) else example.body


def api_gateway(example: Example) -> str:
    """Payload format 1.0, the body in base64."""
    url = urlsplit(example.url or "https://hooks.acme.example/hook")
    request: dict[str, Any] = {
        "resource": "/hook",
        "path": url.path,
        "httpMethod": example.method,
        "headers": _headers(example),
    }
    request["headers"] |= {"Host": url.netloc}
    query = dict(parse_qsl(url.query, keep_blank_values=True)) or None
    encoded = b64encode(_bytes(example)).decode() or None
    return json.dumps(request | {"queryStringParameters": query, "body": encoded, "isBase64Encoded": bool(encoded)})


def api_gateway_2(example: Example) -> str:
    """Payload format 2.0, the body as text."""
    url = urlsplit(example.url or "https://hooks.acme.example/hook")
    context = {
        "http": {"method": example.method, "path": url.path},
        "requestId": "JKJaXmPLvHcESHA=",
        "domainName": url.netloc,
    }
    request = {
        "version": "2.0",
        "routeKey": "POST /hook",
        "rawPath": url.path,
        "rawQueryString": url.query,
        "headers": _headers(example),
        "requestContext": context,
    }
    return json.dumps(request | {"body": example.body or None, "isBase64Encoded": False}, ensure_ascii=False)


def _headers(example: Example) -> dict[str, str]:
    return {"Content-Type": "text/plain", **example.headers}


def eventbridge(body: str) -> str:
    try:
        detail = json.loads(body)
    except ValueError:
        detail = body
    event = {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Message",
        "source": "acme.hooks",
    }
    return json.dumps(
        event | {"account": "123456789012", "time": "2026-11-24T10:07:24Z", "resources": [], "detail": detail}
    )


def sqs_record(body: str) -> str:
    record = {
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
        "receiptHandle": "AQEB",
        "body": body,
        "attributes": {},
    }
    return json.dumps(record | {"eventSource": "aws:sqs", "awsRegion": "us-east-1"})


def lambda_sns(body: str) -> str:
    return json.dumps({"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": json.loads(sns(body))}]})


def of(outer: Callable[[str], str], inner: Callable[[Example], str] = raw) -> Callable[[Example], str]:
    return lambda example: outer(inner(example))


WRAPPINGS: Mapping[str, Wrapping] = {
    "raw": Wrapping(raw, ()),
    "sns": Wrapping(of(sns), ("sns",)),
    "webhook": Wrapping(webhook, ("webhook",), http=True),
    "api_gateway": Wrapping(api_gateway, ("api_gateway",), http=True),
    "api_gateway_2": Wrapping(api_gateway_2, ("api_gateway",), http=True),
    "eventbridge": Wrapping(of(eventbridge), ("eventbridge",)),
    "sns_in_sns": Wrapping(of(sns, of(sns)), ("sns", "sns")),
    "eventbridge_in_sns": Wrapping(of(sns, of(eventbridge)), ("sns", "eventbridge")),
    "api_gateway_in_eventbridge": Wrapping(of(eventbridge, api_gateway), ("eventbridge", "api_gateway"), http=True),
    "webhook_in_sns": Wrapping(of(sns, webhook), ("sns", "webhook"), http=True),
    "sqs_record": Wrapping(of(sqs_record), ("sqs",)),
    "lambda_sns": Wrapping(of(lambda_sns), ("lambda", "sns")),
    "json_text": Wrapping(of(json.dumps), ("json_text",)),
}
