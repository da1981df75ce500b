"""Every wrapping in which a body may reach a queue: name -> (wrapped body, layers)."""

import json
from base64 import b64encode
from collections.abc import Callable


def raw(body: str) -> str:
    return body


def sns(body: str) -> str:
    envelope = {"Type": "Notification", "MessageId": "8f6dee70-c885-558a-be7d-bd48bbf5335e", "Message": body}
    return json.dumps(
        envelope | {"TopicArn": "arn:aws:sns:us-east-1:123456789012:events", "Timestamp": "2026-11-24T10:07:24.123Z"}
    )


def api_gateway(body: str) -> str:
    """Payload format 1.0, the body in base64."""
    request = {"resource": "/hook", "path": "/hook", "httpMethod": "POST", "headers": {"Content-Type": "text/plain"}}
    encoded = b64encode(body.encode("utf-8", "surrogatepass")).decode()
    return json.dumps(request | {"queryStringParameters": None, "body": encoded, "isBase64Encoded": True})


def api_gateway_2(body: str) -> str:
    """Payload format 2.0, the body as text."""
    context = {"http": {"method": "POST", "path": "/hook"}, "requestId": "JKJaXmPLvHcESHA="}
    request = {
        "version": "2.0",
        "routeKey": "POST /hook",
        "rawPath": "/hook",
        "rawQueryString": "",
        "requestContext": context,
    }
    return json.dumps(request | {"body": body, "isBase64Encoded": False}, ensure_ascii=False)


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


def in_both(outer: Callable[[str], str], inner: Callable[[str], str]) -> Callable[[str], str]:
    return lambda body: outer(inner(body))


WRAPPINGS: dict[str, tuple[Callable[[str], str], tuple[str, ...]]] = {
    "raw": (raw, ()),
    "sns": (sns, ("sns",)),
    "api_gateway": (api_gateway, ("api_gateway",)),
    "api_gateway_2": (api_gateway_2, ("api_gateway",)),
    "eventbridge": (eventbridge, ("eventbridge",)),
    "sns_in_sns": (in_both(sns, sns), ("sns", "sns")),
    "eventbridge_in_sns": (in_both(sns, eventbridge), ("sns", "eventbridge")),
    "api_gateway_in_eventbridge": (in_both(eventbridge, api_gateway), ("eventbridge", "api_gateway")),
    "sqs_record": (sqs_record, ("sqs",)),
    "lambda_sns": (lambda_sns, ("lambda", "sns")),
    "json_text": (json.dumps, ("json_text",)),
}
