"""Posts about a professional account on Instagram, written by us: what only Instagram has, beside what it shares with Messenger."""

from collections.abc import Mapping
from typing import Any

from domain.channels.meta_examples import Page, attached, encoded, media, mid, shared
from domain.channels.provider import Example

ACCOUNT = Page("instagram", "17841405309211844")
_COMMENT = {"id": "178550", "from": {"id": "9", "username": "dana"}, "text": "Lovely", "media": {"id": "3"}}


def _one(item: Mapping[str, Any], *outcome: str, name: str = "messaging") -> Example:
    return Example(ACCOUNT.post(item, name=name), outcome)


EXAMPLES: dict[str, Example] = shared(ACCOUNT) | {
    "received_heart": _one(ACCOUNT.message(60, attachments=[attached("like_heart")]), "message.received"),
    "received_share": _one(ACCOUNT.message(61, attachments=[attached("share", url=media("61"))]), "message.received"),
    "received_post": _one(
        ACCOUNT.message(62, attachments=[attached("ig_post", url=media("62"), ig_post_media_id="8", title="Autumn")]),
        "message.received",
    ),
    "received_story_mention": _one(
        ACCOUNT.message(63, attachments=[attached("story_mention", url=media("63.jpg"))]), "message.received"
    ),
    "received_story_reply": _one(
        ACCOUNT.message(64, text="So good", reply_to={"story": {"id": "17880001", "url": media("64.jpg")}}),
        "message.received",
    ),
    "received_unsupported": _one(ACCOUNT.message(65, is_unsupported=True), "message.received"),
    "received_about_a_product": _one(
        ACCOUNT.message(66, text="In blue?", referral={"product": {"id": "P1"}}), "message.received"
    ),
    "received_with_an_iso_time": _one(
        ACCOUNT.message(67, text="hi") | {"timestamp": "2026-11-24T10:07:24+0000"}, "message.received"
    ),
    "echoed_without_being_marked": _one(ACCOUNT.ours(68, message={"mid": mid(68), "text": "Hi"}), "message.echoed"),
    "seen": _one(ACCOUNT.theirs(70, read={"mid": mid(30)}), "message.status:read"),
    "handover": _one(
        ACCOUNT.theirs(71, take_thread_control={"previous_owner_app_id": "123", "new_owner_app_id": "456"}), "unknown"
    ),
    "comment": _one({"field": "comments", "value": _COMMENT}, "unknown", name="changes"),
    "comment_in_the_entry": Example(
        encoded(
            {
                "object": "instagram",
                "entry": [{"id": ACCOUNT.id, "time": 1_795_514_844_072, "field": "live_comments", "value": _COMMENT}],
            }
        ),
        ("unknown",),
    ),
    "mention": _one({"field": "mentions", "value": {"comment_id": "17", "media_id": "18"}}, "unknown", name="changes"),
}
