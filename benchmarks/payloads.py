"""Every provider's example payloads, as requests and as the queue messages that they become."""

from base64 import b64encode
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from domain.channels.provider import Example, Provider
from domain.channels.registry import channels, providers


class Sample(Struct, frozen=True, kw_only=True):
    """body: as the provider posts it, with its content type. message: as the bridge gets it: the body alone where it says all, else the
    request as our door queues it. report: whether it tells of a message of ours or of an address, and is no mail itself, nor about a
    call. items: how many."""

    name: str
    content_type: str
    body: str
    message: str
    report: bool
    items: int


def samples() -> dict[str, list[Sample]]:
    """Of every provider (`email/ses`) those that are read unsigned; what is rejected or ignored is quickly done with."""
    return {
        f"{channel}/{provider.name}": list(_of(provider)) for channel in channels() for provider in providers(channel)
    }


def _of(provider: Provider) -> Iterator[Sample]:
    signed = any(signature.mandatory for signature in provider.signatures)
    for name, example in provider.examples.items():
        request = example.headers or example.url or example.method != "POST"
        if any(word.startswith(("rejected", "ignored")) for word in example.outcome) or (request and signed):
            continue
        headers = {name.lower(): value for name, value in example.headers.items()}
        type_ = "application/json" if example.body[:1] in ("{", "[") else "application/x-www-form-urlencoded"
        body = example.body
        if provider.name == "ses" and not request:
            body = msgspec.json.encode({**SNS, "Message": body}).decode()
        yield Sample(
            name=name,
            content_type=headers.get("content-type", type_),
            body=body,
            message=_queued(example) if request else body,
            report=not any(
                word.startswith(("message.received", "call.")) or _is_mail(name) for word in example.outcome
            ),
            items=len(example.outcome),
        )


def _queued(example: Example) -> str:
    """As our door queues it."""
    request = {
        "method": example.method,
        "url": example.url or "https://hooks.acme.example/",
        "headers": example.headers,
    }
    body = b64encode(example.body.encode()).decode()
    return msgspec.json.encode({**request, "headers": dict(example.headers), "body_b64": body}).decode()


def _is_mail(name: str) -> bool:
    """Reports of other servers come as mails."""
    return name.startswith(("received", "inbound"))


SNS = {
    "Type": "Notification",
    "MessageId": "8f6dee70-c885-558a-be7d-bd48bbf5335e",
    "TopicArn": "arn:aws:sns:us-east-1:123456789012:events",
    "Timestamp": "2026-11-24T10:07:24.123Z",
}
"""The notification by which SES' events travel."""
