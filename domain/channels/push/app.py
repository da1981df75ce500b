"""What an app of ours reports of the pushes on its device, in a form of our own. Nothing else knows whether a push was seen.

What an app can learn at all: w3.org/TR/push-api and notifications.spec.whatwg.org, read 2026-11. One object, or a list of up to 1,000
under `push`; signed like our other own webhooks (scheme hmac_stamped, secret `push_secret`):

    {"push": {"event": "opened", "id": "0c1f..", "app": "acme-ios", "message_id": "m-1", "provider": "apns", "token": "8a3f..",
              "time": "2026-11-24T10:07:24.123Z", "url": "acme://orders/42", "action": "track"}}

event: delivered, opened, dismissed, failed or token_invalid; any other is kept as unknown. message_id: what the sender or the push
service calls the push; needed, save for token_invalid. token: the device's, as the push service gave it; provider: which service that
is (apns, fcm, expo, onesignal; `app` where it is left out), so that the device is the same contact as in the service's own reports.
id: the app's own id of the report, by which one that is sent again is known; without one, event and time tell reports apart. app: the
account. code, reason: why it failed. url, action, and whatever else: kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from domain.channels.provider import Given, Invalid, Item, Provider, Signature, needed, text_of, texts, without
from domain.channels.push import report
from domain.channels.push.app_examples import EXAMPLES, body
from schemas.meanings import Meaning
from schemas.values import Content

REPORTS = {
    "delivered": report.DELIVERED,
    "failed": report.WRONG,
    "token_invalid": report.DEAD,
}
SEEN: dict[str, Meaning] = {"opened": "push.opened", "dismissed": "push.dismissed"}
SERVICES = frozenset({"apns", "fcm", "expo", "onesignal"})

_NORMALISED = ("event", "id", "app", "message_id", "provider", "token", "time", "reason", "code")


def recognises(data: Any) -> bool:
    """Everything is under one name."""
    return isinstance(data, dict) and isinstance(data.get("push"), dict | list)


def items(data: Any, given: Given) -> Sequence[Item | Invalid]:
    """One item for each report."""
    told = data.get("push") if isinstance(data, dict) else None
    if told is None:
        raise report.missing("push")
    return [_read(each, place) for place, each in enumerate(told if isinstance(told, list) else [told])]


def _read(told: Any, place: int) -> Item | Invalid:
    fields = texts(told)
    event, token = fields.get("event"), fields.get("token")
    push_id = fields.get("message_id") or (token if event == "token_invalid" else None)
    absent = next(
        (name for name, value in (("event", event), ("message_id", push_id), ("token", token)) if not value), None
    )
    if absent or event is None or push_id is None:
        return Invalid("missing_field", f"Push event missing required field: {absent}", index=place)
    service = fields.get("provider", "")
    time = told.get("time")
    moment = "" if "id" in fields else f"{text_of(time) or ''}@{token}"
    called = service if service in SERVICES else "app"
    push = report.About(called, fields.get("app", ""), push_id, token, report.time_of(time), moment)
    item = report.item(push, REPORTS.get(event, report.UNKNOWN), event, fields.get("reason"))
    return _completed(item, told, fields, event)


def _completed(item: Item, told: Mapping[str, Any], fields: Mapping[str, str], event: str) -> Item:
    """With what only an app says."""
    status = item.status
    if status is not None and status.status == "failed":
        status = replace(status, code=fields.get("code"))
    return replace(
        item,
        meaning=SEEN.get(event, item.meaning),
        event=fields.get("id", ""),
        status=status,
        content=Content(kind=item.content.kind, fields=without(told, *_NORMALISED)),
    )


def _opened(fields: Mapping[str, str], token: str) -> str:
    """Builds a report about the device whose token is the contact's address."""
    (device,) = needed(fields, "to_email")
    return body("opened", id=token, message_id=f"m-{token}", token=device)


PROVIDER = Provider(
    channel="push",
    label="Push",
    name="app",
    source=("https://www.w3.org/TR/push-api/", "https://notifications.spec.whatwg.org/"),
    recognises=recognises,
    items=items,
    personal=report.PERSONAL,
    examples=EXAMPLES,
    build={"push_opened": _opened},
    signatures=(Signature("push_secret", "hmac_stamped"),),
)
