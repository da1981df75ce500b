"""Apple Push Notification service: its answers to what was sent, in the wrapping of domain/channels/push/report.py.

Source, read 2026-11: developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns. The account is
the topic (the app's bundle id), which stands where other services have a project. Taken, and not:

    {"provider": "apns", "topic": "com.acme.app", "token": "8a3f..", "response": {"status": 200, "headers": {"apns-id": "EABA.."}}}
    {"provider": "apns", "topic": "com.acme.app", "token": "8a3f..", "message_id": "m-2", "response": {"status": 410,
     "headers": {"apns-id": "EABB.."}, "body": {"reason": "Unregistered", "timestamp": 1764000444123}}}

The timestamp says when Apple saw that the token was dead: in milliseconds, whatever time the sender tells.
"""

from collections.abc import Sequence
from typing import Any

from domain.channels.provider import Given, Invalid, Item, Provider, Signature, inner, texts
from domain.channels.push import report
from domain.channels.push.apns_examples import EXAMPLES
from domain.provider_time import unix

REASONS: dict[str, report.Verdict] = {
    "BadDeviceToken": report.DEAD,
    "ExpiredToken": report.DEAD,
    "Unregistered": report.DEAD,
    "DeviceTokenNotForTopic": report.UNREACHABLE,
    "MissingDeviceToken": report.UNREACHABLE,
    "TooManyRequests": report.BUSY,
    "TooManyProviderTokenUpdates": report.BUSY,
    "IdleTimeout": report.LATER,
    "InternalServerError": report.LATER,
    "ServiceUnavailable": report.LATER,
    "Shutdown": report.LATER,
    "BadCertificate": report.MISCONFIGURED,
    "BadCertificateEnvironment": report.MISCONFIGURED,
    "ExpiredProviderToken": report.MISCONFIGURED,
    "Forbidden": report.MISCONFIGURED,
    "InvalidProviderToken": report.MISCONFIGURED,
    "MissingProviderToken": report.MISCONFIGURED,
    "TopicDisallowed": report.MISCONFIGURED,
    "PayloadTooLarge": report.WRONG,
    "PayloadEmpty": report.WRONG,
}
"""Those that are about the device, the sender or the moment; every other one is about the request."""


def recognises(data: Any) -> bool:
    """The wrapping names the service."""
    return report.wrapped(data, "apns")


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The one answer of a body."""
    response = inner(data, "response")
    status = report.http_status(response)
    if not status:
        raise report.missing("response.status")
    headers = {name.lower(): value for name, value in texts(inner(response, "headers")).items()}
    fields, body, apns_id = texts(data), inner(response, "body"), headers.get("apns-id")
    push = report.about(data, "apns", fields.get("topic") or fields.get("project", ""), apns_id)
    if (died := unix(body.get("timestamp"))) is not None:
        push = push._replace(time=died)
    reason = texts(body).get("reason")
    verdict = report.by_answer(status, REASONS.get(reason or ""))
    kind = reason or ("accepted" if verdict is report.TAKEN else f"http-{status}")
    return [report.item(push, verdict, kind, apns_id=apns_id, environment=fields.get("environment"))]


PROVIDER = Provider(
    channel="push",
    label="Push",
    name="apns",
    source=("https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns",),
    recognises=recognises,
    items=items,
    personal=report.PERSONAL,
    examples=EXAMPLES,
    signatures=(Signature("push_secret", "hmac_stamped"),),
    not_covered=("broadcast channels of Live Activities, which have no device",),
)
