"""Firebase Cloud Messaging, HTTP v1: its answers to what was sent, in the wrapping of domain/channels/push/report.py.

Sources, read 2026-11: firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode and /docs/cloud-messaging/error-codes. Taken, and not:

    {"provider": "fcm", "project": "acme", "token": "dQw4..", "message_id": "m-1", "response": {"status": 200,
     "body": {"name": "projects/acme/messages/0:1764.."}}}
    {"provider": "fcm", "project": "acme", "token": "dQw4..", "message_id": "m-2", "response": {"status": 404, "body": {"error":
     {"code": 404, "status": "NOT_FOUND", "message": "..", "details": [{"@type": "..FcmError", "errorCode": "UNREGISTERED"}]}}}}

FCM's own code stands in the details; without one the status of the error counts. An invalid argument may be the token or anything else of
the request: only the message says which.
"""

from collections.abc import Sequence
from typing import Any

from domain.channels.provider import Given, Invalid, Item, Provider, Signature, inner, listed, text_of, texts
from domain.channels.push import report
from domain.channels.push.fcm_examples import EXAMPLES

CODES: dict[str, report.Verdict] = {
    "UNREGISTERED": report.DEAD,
    "INVALID_ARGUMENT": report.WRONG,
    "SENDER_ID_MISMATCH": report.UNREACHABLE,
    "QUOTA_EXCEEDED": report.BUSY,
    "UNAVAILABLE": report.LATER,
    "INTERNAL": report.LATER,
    "THIRD_PARTY_AUTH_ERROR": report.MISCONFIGURED,
}


def recognises(data: Any) -> bool:
    """The wrapping names the service."""
    return report.wrapped(data, "fcm")


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """The one answer of a body."""
    response = inner(data, "response")
    status = report.http_status(response)
    if not status:
        raise report.missing("response.status")
    body = response.get("body")
    error = inner(body, "error")
    name = texts(body).get("name")
    push = report.about(data, "fcm", text_of(data.get("project")) or _project(name), name)
    if push.token is None:
        push = push._replace(token=texts(inner(data, "request", "message")).get("token"))
    if not error:
        verdict = report.by_answer(status, None)
        return [report.item(push, verdict, "accepted" if verdict is report.TAKEN else f"http-{status}", name=name)]
    code, reason = _code(error), texts(error).get("message")
    known = report.DEAD if _is_the_token(code, reason) else CODES.get(code)
    retry = texts(inner(response, "headers")).get("retry-after")
    return [report.item(push, report.by_answer(status, known), code or f"http-{status}", reason, retry_after=retry)]


def _code(error: dict[str, Any]) -> str:
    codes = (texts(each).get("errorCode") for each in listed(error, "details"))
    return next((code for code in codes if code), texts(error).get("status", ""))


def _is_the_token(code: str, reason: str | None) -> bool:
    return code == "INVALID_ARGUMENT" and "registration token" in (reason or "").lower()


def _project(name: str | None) -> str:
    parts = (name or "").split("/")
    return parts[1] if parts[0] == "projects" and len(parts) > 1 else ""


PROVIDER = Provider(
    channel="push",
    label="Push",
    name="fcm",
    source=(
        "https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode",
        "https://firebase.google.com/docs/cloud-messaging/error-codes",
    ),
    recognises=recognises,
    items=items,
    personal=report.PERSONAL,
    examples=EXAMPLES,
    signatures=(Signature("push_secret", "hmac_stamped"),),
    not_covered=("the legacy HTTP API, and exports of delivery data to BigQuery",),
)
