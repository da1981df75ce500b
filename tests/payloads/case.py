"""One recorded case: the request as it was, what it becomes here, and how that differs from what its own suite expects."""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from domain.normalised import Asked, Plain, normalised
from domain.peeling import Unreadable, peel
from domain.signatures import Request
from tests.payloads.fields import EVENT_FIELDS, MESSAGE_FIELDS, STATUS_FIELDS

Case = Mapping[str, Any]


def differences(case: Case, body: bytes) -> tuple[list[str], Plain]:
    """Every difference in words, and the plain form."""
    request = _request(case["request"], body)
    settings = case["request"].get("settings", {})
    secrets = {name: tuple([value] if isinstance(value, str) else value) for name, value in settings.items()}
    if request is None:
        plain = normalised(Asked(body=body.decode("utf-8", "replace"), secrets=secrets))
    else:
        plain = normalised(Asked(request=request, secrets=secrets))
    return list(_differences(case["expect"], plain, body)), plain


def _request(recorded: Case, body: bytes) -> Request | None:
    if recorded["method"] == "SQS":
        return None
    headers = {
        name: b64decode(value["b64"]).decode() if isinstance(value, dict) else str(value)
        for name, value in recorded["headers"].items()
    }
    if recorded.get("content_type"):
        headers.setdefault("Content-Type", recorded["content_type"])
    return Request(method=recorded["method"], url=recorded["url"], headers=tuple(headers.items()), body=body)


def _differences(expect: Case, plain: Plain, body: bytes) -> Iterator[str]:
    outcome, events = expect["outcome"], plain["events"]
    match outcome:
        case "signature":
            if (plain["verification"] == "verified") != expect["valid"]:
                yield f"verification is {plain['verification']} ({plain['reason']}), expected valid={expect['valid']}"
        case "rejected":
            if plain["outcome"] != "rejected":
                yield f"outcome is {plain['outcome']}, expected rejected ({expect.get('reason')})"
        case "ignored":
            if plain["outcome"] not in ("ignored", "control"):
                yield f"outcome is {plain['outcome']}, expected nothing to follow"
        case "envelope":
            yield from _envelope(expect["envelope"], body)
        case _ if plain["outcome"] != "events":
            yield f"outcome is {plain['outcome']} ({plain['reason']}: {plain.get('text')}), expected {outcome}"
        case "provider_error":
            told = [event["error"] or event["extra"] for event in events]
            for error in expect["provider_errors"]:
                if not any(error["msg"] in str(each) or str(error["ext_code"]) in str(each) for each in told):
                    yield f"nothing tells of {error}"
        case "status":
            yield from _each(expect["statuses"], events, STATUS_FIELDS)
        case _:
            if any("event_type" in each for each in expect.get("events", ())):
                yield from _each(expect["events"], events, EVENT_FIELDS)
            elif "events" in expect:
                yield from _each(expect["events"], _together(events), EVENT_FIELDS)
            if "message" in expect:
                yield from _each([expect["message"]], events, MESSAGE_FIELDS)


def _together(events: list[Plain]) -> list[Plain]:
    """One mail to several is several events here and one for a suite that lists its recipients."""
    return [events[0] | {"all": [event["contact"] for event in events]}] if events else []


def _each(expected: list[Case], events: list[Plain], fields: Mapping[str, Any]) -> Iterator[str]:
    if len(events) < len(expected):
        yield f"{len(events)} events, expected {len(expected)}"
    for wanted, event in zip(expected, events, strict=False):
        asserted = wanted.get("asserted_by_peer_test")
        for name, value in wanted.items():
            check = fields.get(name)
            if check is None or (asserted and name not in asserted and "message" not in asserted):
                continue
            if problem := check(value, event):
                yield f"{name}: {problem}"


def _envelope(expected: Case, body: bytes) -> Iterator[str]:
    """The body that an SQS record holds."""
    try:
        layers = peel(body.decode())[0].layers
    except Unreadable as unreadable:  # what is in it is no provider's; its wrapping is what counts
        layers = unreadable.layers
    if "sqs" not in layers or ("sns" in layers) != expected["sns_wrapped"]:
        yield f"layers are {layers}, expected sns={expected['sns_wrapped']}"
