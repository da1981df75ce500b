"""Requests to an official account, written by us: every kind of event, and the odd ones."""

from typing import Any

import msgspec

from domain.channels.provider import Example

ACCOUNT = "U8e742f61d673b39c7fff3cecb7536ef0"
DANA = "U4af4980629e1b9c2d7f06a35c8b1d2e3"
GROUP = {"type": "group", "groupId": "Ca56f94637c5e1f0b2d3c4a5968778695"}
_WHEN = 1_795_514_844_000


def request(*events: dict[str, Any], destination: str | None = ACCOUNT) -> str:
    """A request as LINE posts it."""
    body: dict[str, Any] = {} if destination is None else {"destination": destination}
    return msgspec.json.encode(body | {"events": list(events)}).decode()


def _event(n: int, type_: str, *, redelivered: bool = False, **more: Any) -> dict[str, Any]:
    return {
        "type": type_,
        "mode": "active",
        "timestamp": _WHEN + n,
        "source": {"type": "user", "userId": DANA},
        "webhookEventId": f"01JDFQ8ZK4M3N2P1R0S9T{n:05}",
        "deliveryContext": {"isRedelivery": redelivered},
        **more,
    }


def _message(n: int, type_: str = "text", *, redelivered: bool = False, **message: Any) -> dict[str, Any]:
    said = {"id": str(444573844083572000 + n), "type": type_, **message}
    return _event(n, "message", redelivered=redelivered, replyToken=f"38ef843bde154d9b{n:04}", message=said)


def _one(event: dict[str, Any], *outcome: str) -> Example:
    return Example(request(event), outcome)


def _said(n: int, type_: str = "text", **message: Any) -> Example:
    return _one(_message(n, type_, **message), "message.received")


def _without(event: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key != name}


_LINE = {"type": "line"}
_GROUP_DANA = {"source": GROUP | {"userId": DANA}}

EXAMPLES: dict[str, Example] = {
    "received": _said(1, text="Is my table ready?", quoteToken="yHAz4Ua2wx7"),
    "received_again": _one(_message(1, text="Is my table ready?", redelivered=True), "message.received"),
    "received_emoji_and_scripts": _said(2, text="Grüße 👩‍👩‍👧 مرحبا עברית 漢字 ﷽"),
    "received_nul": _said(3, text="before\0after"),
    "received_reply": _said(4, text="that one", quotedMessageId="444573844083572001"),
    "received_image": _said(5, "image", contentProvider=_LINE, imageSet={"id": "E0", "index": 1, "total": 2}),
    "received_video_elsewhere": _said(
        6,
        "video",
        duration=60000,
        contentProvider={"type": "external", "originalContentUrl": "https://media.acme.example/6.mp4"},
    ),
    "received_audio": _said(7, "audio", duration=3000, contentProvider=_LINE),
    "received_file": _said(8, "file", fileName="offer.pdf", fileSize=2138),
    "received_location": _said(
        9, "location", title="Acme Grill", address="1 Example Street", latitude=37.7879, longitude=-122.3917
    ),
    "received_sticker": _said(
        10, "sticker", packageId="446", stickerId="1988", stickerResourceType="ANIMATION", keywords=["cony", "thanks"]
    ),
    "received_sticker_with_words": _said(
        11, "sticker", packageId="4", stickerId="5", stickerResourceType="MESSAGE", text="See you soon"
    ),
    "received_kind_of_tomorrow": _said(12, "hologram"),
    "received_in_a_group": _one(_message(13, text="we are four") | _GROUP_DANA, "message.received"),
    "received_in_a_group_from_nobody_named": _one(_message(14, text="five") | {"source": GROUP}, "message.received"),
    "received_in_standby": _one(_message(15, text="hi") | {"mode": "standby"}, "message.received"),
    "several_in_one_body": Example(
        request(_message(16, text="one"), _message(17, text="two"), _message(16, text="one")),
        ("message.received", "message.received"),
    ),
    "good_and_bad_in_one_body": Example(
        request(_message(18, text="good"), _without(_message(19), "message")),
        ("rejected:missing_field", "message.received"),
    ),
    "received_without_destination": Example(request(_message(20, text="hi"), destination=None), ("message.received",)),
    "postback": _one(_event(30, "postback", postback={"data": "action=book&day=6"}), "message.received"),
    "postback_of_a_date": _one(
        _event(31, "postback", postback={"data": "when", "params": {"datetime": "2026-11-28T19:30"}}),
        "message.received",
    ),
    "postback_without_event_id": _one(
        _without(_event(32, "postback", postback={"data": "x"}), "webhookEventId"), "message.received"
    ),
    "unsent": _one(_event(33, "unsend", unsend={"messageId": "444573844083572001"}), "message.deleted"),
    "followed": _one(_event(34, "follow", replyToken="9f", follow={"isUnblocked": False}), "consent.changed"),
    "unblocked": _one(_event(35, "follow", replyToken="9f", follow={"isUnblocked": True}), "consent.changed"),
    "blocked": _one(_event(36, "unfollow"), "consent.changed"),
    "joined_a_group": _one(_event(37, "join", source=GROUP), "account.event"),
    "left_a_group": _one(_event(38, "leave", source=GROUP), "account.event"),
    "members_joined": _one(
        _event(
            39,
            "memberJoined",
            source=GROUP,
            joined={"members": [{"type": "user", "userId": DANA}, {"type": "user", "userId": f"{DANA[:-1]}4"}]},
        ),
        "unknown",
        "unknown",
    ),
    "members_left": _one(
        _event(40, "memberLeft", source=GROUP, left={"members": [{"type": "user", "userId": DANA}]}), "unknown"
    ),
    "beacon": _one(_event(41, "beacon", beacon={"hwid": "d41d8cd98f", "type": "enter"}), "unknown"),
    "thing": _one(_event(42, "things", things={"deviceId": "t2c449c9d1", "type": "link"}), "unknown"),
    "account_linked": _one(_event(43, "accountLink", link={"result": "ok", "nonce": "0f"}), "unknown"),
    "membership": _one(_event(44, "membership", membership={"type": "joined", "membershipId": 3189}), "unknown"),
    "video_watched": _one(_event(45, "videoPlayComplete", videoPlayComplete={"trackingId": "t1"}), "unknown"),
    "module_attached": _one(
        _without(_event(46, "module", module={"type": "attached", "botId": ACCOUNT, "scopes": []}), "source"),
        "account.event",
    ),
    "suspended": _one(_without(_event(47, "botSuspended"), "source"), "account.event"),
    "notification_delivered": _one(
        _without(_event(48, "delivery", delivery={"data": "15034552939884"}), "source"), "unknown"
    ),
    "of_tomorrow": _one(_event(49, "hologramCall"), "unknown"),
    "verification": Example(request(), ("ignored:verification",)),
    "no_message_id": _one(_event(50, "message", message={"type": "text", "text": "hi"}), "rejected:missing_field"),
    "no_source": _one(_without(_message(51, text="hi"), "source"), "rejected:missing_field"),
    "no_type": _one(_without(_message(52, text="hi"), "type"), "rejected:missing_field"),
    "unsent_nothing": _one(_event(53, "unsend", unsend={}), "rejected:missing_field"),
    "no_events": Example('{"destination": "U8e742f61d673b39c7fff3cecb7536ef0"}', ("rejected:missing_field",)),
    "garbage": Example("so this is no provider's message", ("rejected:unreadable",)),
}
