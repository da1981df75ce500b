"""Bodies of Messenger and Instagram, written by us: every kind that both have, and the odd ones."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from domain.channels.provider import Example

THEIRS = "7214305561880127"
CHALLENGE = "1158201444"
_WHEN = 1_795_514_844_000


class Page(NamedTuple):
    """One of ours, by its id, and as which object Meta posts about it."""

    object: str
    id: str

    def post(self, *items: Mapping[str, Any], name: str = "messaging") -> str:
        """A post of one entry with these items."""
        return encoded({"object": self.object, "entry": [{"id": self.id, "time": _WHEN, name: list(items)}]})

    def theirs(self, n: int, **event: Any) -> dict[str, Any]:
        """The n-th thing that the person did."""
        return _item(THEIRS, self.id, n) | event

    def ours(self, n: int, **event: Any) -> dict[str, Any]:
        """The n-th thing that we did."""
        return _item(self.id, THEIRS, n) | event

    def message(self, n: int, **message: Any) -> dict[str, Any]:
        """A message from the person."""
        return self.theirs(n, message={"mid": mid(n), **message})


def _item(sender: str, recipient: str, n: int) -> dict[str, Any]:
    return {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": _WHEN + n}


def mid(n: int) -> str:
    """What Meta calls the n-th message."""
    return f"m_WbJ7qeXk4sYd0aFz{n:03}Tn2rLh9VuoPiQ"


def encoded(body: Any) -> str:
    """As Meta posts it."""
    return msgspec.json.encode(body).decode()


def attached(type_: str, **payload: Any) -> dict[str, Any]:
    """One attachment."""
    return {"type": type_, "payload": payload} if payload else {"type": type_}


def media(name: str) -> str:
    """An address that a file is fetched from."""
    return f"https://media.acme.example/{name}?sig=0f"


def shared(page: Page) -> dict[str, Example]:
    """The examples of what both have in common."""
    elsewhere = Page(page.object, "108877665544332")

    def one(item: Mapping[str, Any], outcome: str = "message.received", name: str = "messaging") -> Example:
        return Example(page.post(item, name=name), (outcome,))

    return {
        "received": one(page.message(1, text="Is my table ready?")),
        "received_again": one(page.message(1, text="Is my table ready?")),
        "received_in_standby": one(page.message(2, text="Anybody there?"), name="standby"),
        "received_emoji_and_scripts": one(page.message(3, text="Grüße 👩‍👩‍👧 مرحبا עברית 漢字 ﷽")),
        "received_nul": one(page.message(4, text="before\0after")),
        "received_image_and_text": one(
            page.message(5, text="the damage", attachments=[attached("image", url=media("5.jpg"))])
        ),
        "received_images": one(
            page.message(6, attachments=[attached("image", url=media(f"6{n}.jpg")) for n in range(3)])
        ),
        "received_audio": one(page.message(7, attachments=[attached("audio", url=media("7.mp4"))])),
        "received_video": one(page.message(8, attachments=[attached("video", url=media("8.mp4"))])),
        "received_file": one(page.message(9, attachments=[attached("file", url=media("offer.pdf"))])),
        "received_reel": one(
            page.message(10, attachments=[attached("ig_reel", url=media("10"), reel_video_id=77, title="Our kitchen")])
        ),
        "received_attachment_of_tomorrow": one(page.message(11, attachments=[attached("hologram", url=media("11"))])),
        "received_quick_reply": one(page.message(12, text="Saturday", quick_reply={"payload": "DAY_6"})),
        "received_reply": one(page.message(13, text="that one", reply_to={"mid": mid(1), "is_self_reply": False})),
        "received_after_an_ad": one(
            page.message(14, text="What is the price?", referral={"ref": "autumn", "ad_id": "60231", "source": "ADS"})
        ),
        "received_in_seconds": one(page.message(15, text="hi") | {"timestamp": 1_795_514_845}),
        "received_nothing_in_it": one(page.message(16)),
        "received_as_a_change": Example(
            page.post({"field": "messages", "value": page.message(17, text="a test")}, name="changes"),
            ("message.received",),
        ),
        "two_accounts_in_one_body": Example(
            page.post(page.message(18, text="to one"), elsewhere.message(19, text="to another")),
            ("message.received", "message.received"),
        ),
        "the_same_twice_in_one_body": Example(
            page.post(page.message(20, text="once"), page.message(20, text="once")), ("message.received",)
        ),
        "good_and_bad_in_one_body": Example(
            page.post(page.message(21, text="good"), page.theirs(22, message={"text": "no id"})),
            ("rejected:missing_field", "message.received"),
        ),
        "echoed": one(
            page.ours(30, message={"mid": mid(30), "text": "It is.", "is_echo": True, "app_id": 263902037430900}),
            "message.echoed",
        ),
        "deleted": one(page.message(1, is_deleted=True), "message.deleted"),
        "edited": one(
            page.theirs(31, message_edit={"mid": mid(1), "text": "Is our table ready?", "num_edit": 1}),
            "message.edited",
        ),
        "edited_twice": one(
            page.theirs(32, message_edit={"mid": mid(1), "text": "Is a table ready?", "num_edit": 2}), "message.edited"
        ),
        "reacted": one(
            page.theirs(33, reaction={"mid": mid(30), "action": "react", "reaction": "love", "emoji": "❤️"}),
            "message.reaction",
        ),
        "reaction_taken_off": one(page.theirs(34, reaction={"mid": mid(30), "action": "unreact"}), "message.reaction"),
        "postback": one(
            page.theirs(35, postback={"mid": mid(35), "title": "Book a table", "payload": "BOOK"}), "message.received"
        ),
        "postback_without_id": one(page.theirs(36, postback={"title": "Book a table", "payload": "BOOK"})),
        "postback_in_standby": one(page.theirs(37, postback={"title": "Book a table"}), name="standby"),
        "started": one(
            page.theirs(38, postback={"mid": mid(38), "title": "Get Started", "payload": "GET_STARTED"}),
            "referral.received",
        ),
        "started_by_a_link": one(
            page.theirs(
                39,
                postback={
                    "mid": mid(39),
                    "title": "Get Started",
                    "payload": "WELCOME",
                    "referral": {"ref": "menu-card", "source": "SHORTLINK", "type": "OPEN_THREAD"},
                },
            ),
            "referral.received",
        ),
        "referred": one(
            page.theirs(40, referral={"ref": "autumn", "source": "SHORTLINK", "type": "OPEN_THREAD"}),
            "referral.received",
        ),
        "thread_control": one(
            page.theirs(41, pass_thread_control={"new_owner_app_id": "123456789", "metadata": "to a person"}), "unknown"
        ),
        "of_tomorrow": one(page.theirs(42, hologram_call={"id": "h_1"}), "unknown"),
        "nothing_told": one(page.theirs(43), "ignored:empty"),
        "no_messaging": Example(encoded({"object": page.object, "entry": [{"id": page.id}]}), ("ignored:empty",)),
        "no_entries": Example(encoded({"object": page.object, "entry": []}), ("ignored:empty",)),
        "handshake": Example(
            "",
            ("ignored:handshake",),
            url=f"https://hooks.acme.example/meta?hub.mode=subscribe&hub.verify_token=frumious&hub.challenge={CHALLENGE}",
            method="GET",
        ),
        "handshake_without_challenge": Example(
            "", ("rejected:missing_field",), url="https://hooks.acme.example/meta?hub.mode=subscribe", method="GET"
        ),
        "no_mid": one(page.theirs(44, message={"text": "hi"}), "rejected:missing_field"),
        "no_sender": one(page.message(45, text="hi") | {"sender": {}}, "rejected:missing_field"),
        "no_watermark": one(page.theirs(46, read={}) | {"read": {"seq": 37}}, "rejected:missing_field"),
        "another_object": Example(encoded({"object": "user", "entry": [{}]}), ("rejected:missing_field",)),
        "json_array": Example("[1, 2, 3]", ("rejected:missing_field",)),
        "garbage": Example("so this is no provider's message", ("rejected:unreadable",)),
    }
