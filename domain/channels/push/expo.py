"""Expo's push service: tickets, its answer to a batch, and receipts, which are asked for later. Whoever sends queues both.

Sources, read 2026-11: docs.expo.dev/push-notifications/sending-notifications, and the README of expo/expo-server-sdk-node. Tickets
stand in the order of the messages, so the wrapping lists their devices (and the sender's own ids, where it has some) in that order;
receipts go by the ticket's id, and so do the devices beside them:

    {"provider": "expo", "project": "@acme/app", "tokens": ["ExponentPushToken[a1]", "ExponentPushToken[b2]"],
     "response": {"status": 200, "body": {"data": [{"status": "ok", "id": "0c2e.."},
                  {"status": "error", "message": "..", "details": {"error": "DeviceNotRegistered"}}]}}}
    {"provider": "expo", "project": "@acme/app", "tokens": {"0c2e..": "ExponentPushToken[a1]"},
     "response": {"status": 200, "body": {"data": {"0c2e..": {"status": "ok"}}}}}

A ticket says that Expo has the push, a receipt that Apple or Google has. A push is called what its ticket is, or what the sender calls
it where no ticket was given. A request that failed as a whole failed for each of its devices.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from domain.channels.provider import Given, Invalid, Item, Provider, Signature, inner, listed, text_of, texts
from domain.channels.push import report
from domain.channels.push.expo_examples import EXAMPLES

TICKET = report.Verdict("message.status", "queued")
ERRORS: dict[str, report.Verdict] = {
    "DeviceNotRegistered": report.DEAD,
    "MessageTooBig": report.WRONG,
    "MessageRateExceeded": report.BUSY,
    "MismatchSenderId": report.MISCONFIGURED,
    "InvalidCredentials": report.MISCONFIGURED,
    "TOO_MANY_REQUESTS": report.BUSY,
}


def recognises(data: Any) -> bool:
    """The wrapping names the service."""
    return report.wrapped(data, "expo")


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """One report for each ticket or receipt; for each device where the whole request failed."""
    response = inner(data, "response")
    if not report.http_status(response):
        raise report.missing("response.status")
    told = inner(response, "body").get("data")
    if isinstance(told, dict):
        return list(_receipts(data, told))
    if isinstance(told, list):
        return list(_tickets(data, told))
    return list(_failed(data, response))


def _tickets(data: dict[str, Any], tickets: list[Any]) -> Iterator[Item | Invalid]:
    tokens, ids = listed(data, "tokens"), listed(data, "message_ids")
    for place, ticket in enumerate(tickets):
        fields, details = texts(ticket), texts(inner({"ticket": ticket}, "ticket", "details"))
        token = _at(tokens, place) or details.get("expoPushToken")
        id_ = fields.get("id") or _at(ids, place)
        if id_ is None:
            yield _unnamed(place)
        else:
            yield _reported(_about(data, id_, token), ticket, TICKET, "ticket")


def _receipts(data: dict[str, Any], receipts: dict[str, Any]) -> Iterator[Item | Invalid]:
    tokens = texts(inner(data, "tokens"))
    for place, (id_, receipt) in enumerate(receipts.items()):
        details = texts(inner({"receipt": receipt}, "receipt", "details"))
        push = _about(data, id_, tokens.get(id_) or details.get("expoPushToken"))
        yield _reported(push, receipt, report.TAKEN, "receipt") if id_ else _unnamed(place)


def _failed(data: dict[str, Any], response: dict[str, Any]) -> Iterator[Item | Invalid]:
    first = next(iter(listed(response.get("body"), "errors")), None)
    error = texts(first)
    status = report.http_status(response)
    code = error.get("code", f"http-{status}")
    tokens, ids = listed(data, "tokens"), listed(data, "message_ids")
    if not ids:
        raise report.missing("message_ids")
    for place in range(len(ids)):
        id_ = _at(ids, place)
        if id_ is None:
            yield _unnamed(place)
            continue
        verdict = report.by_answer(status, ERRORS.get(code))
        if verdict is report.TAKEN:
            verdict = report.WRONG if error else report.UNKNOWN
        yield report.item(_about(data, id_, _at(tokens, place)), verdict, code, error.get("message"))


def _reported(push: report.About, told: Any, good: report.Verdict, what: str) -> Item:
    fields, details = texts(told), texts(inner({"told": told}, "told", "details"))
    status = fields.get("status")
    if status == "ok":
        return report.item(push, good, what)
    if status != "error":
        return report.item(push, report.UNKNOWN, f"{what}:{status or 'unnamed'}")
    code = details.get("error", f"{what}-error")
    return report.item(push, ERRORS.get(code, report.WRONG), code, fields.get("message"), told_by=what)


def _about(data: dict[str, Any], id_: str, token: str | None) -> report.About:
    time = data.get("time")
    return report.About("expo", texts(data).get("project", ""), id_, token, report.time_of(time), text_of(time) or "")


def _at(values: list[Any], place: int) -> str | None:
    return text_of(values[place]) if place < len(values) else None


def _unnamed(place: int) -> Invalid:
    return Invalid("missing_field", "Push event missing required field: id", index=place)


PROVIDER = Provider(
    channel="push",
    label="Push",
    name="expo",
    source=("https://docs.expo.dev/push-notifications/sending-notifications/",),
    recognises=recognises,
    items=items,
    personal=report.PERSONAL,
    examples=EXAMPLES,
    signatures=(Signature("push_secret", "hmac_stamped"),),
)
