"""How AWS hands a provider's body on to a queue. Shapes: docs.aws.amazon.com, SNS "HTTP/HTTPS notification JSON format", API Gateway
"Lambda proxy integration" (payload format 1.0), EventBridge "AWS service event metadata"."""

import json
from base64 import b64encode

ACCOUNT = "123456789012"
TIME = "2026-11-24T10:07:24.123Z"


def sns(body: str, id_: str) -> str:
    """An SNS notification without raw delivery."""
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:provider-events"
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": id_,
            "TopicArn": topic,
            "Message": body,
            "Timestamp": TIME,
            "SignatureVersion": "1",
        }
    )


def api_gateway(body: str, content_type: str) -> str:
    """The event of a proxy integration that was put on a queue as it came."""
    return json.dumps(
        {
            "resource": "/events",
            "path": "/events",
            "httpMethod": "POST",
            "headers": {"Content-Type": content_type, "X-Forwarded-Proto": "https"},
            "requestContext": {"accountId": ACCOUNT, "stage": "prod", "httpMethod": "POST"},
            "body": b64encode(body.encode()).decode(),
            "isBase64Encoded": True,
        }
    )


def event_bridge(body: str, id_: str) -> str:
    """An EventBridge event whose detail is the JSON object in `body`."""
    detail = json.loads(body)
    head = {"version": "0", "id": id_, "detail-type": f"Email {detail['eventType']}", "source": "aws.ses"}
    return json.dumps(
        {**head, "account": ACCOUNT, "time": TIME, "region": "us-east-1", "resources": [], "detail": detail}
    )


def subscription(id_: str) -> str:
    """SNS asking whether the queue wants its messages: nothing follows from it."""
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:provider-events"
    asked = {
        "Type": "SubscriptionConfirmation",
        "MessageId": id_,
        "Token": id_.replace("-", ""),
        "TopicArn": topic,
        "Message": f"You have chosen to subscribe to the topic {topic}.",
        "SubscribeURL": f"https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={topic}",
        "Timestamp": TIME,
    }
    return json.dumps(asked)
