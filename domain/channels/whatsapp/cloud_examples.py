"""Bodies in the Cloud API's format, written by us: messages, and the odd ones."""

import json
from typing import Any

from domain.channels.provider import Example
from domain.channels.whatsapp.cloud_bodies import OURS, THEIRS, USER_ID, WAMID, body, received, sent
from domain.channels.whatsapp.cloud_examples_account import EXAMPLES as ACCOUNT_EXAMPLES
from domain.channels.whatsapp.cloud_examples_statuses import EXAMPLES as STATUS_EXAMPLES


def _message(number: int, said: dict[str, Any], *outcome: str) -> Example:
    return sent(received(WAMID.format(number), said), *(outcome or ("message.received",)))


def _text(number: int, text: str, **more: Any) -> Example:
    return _message(number, {"type": "text", "text": {"body": text}, **more})


def _media(number: int, type_: str, mime: str, **more: Any) -> Example:
    return _message(
        number, {"type": type_, type_: {"id": f"18{number:05}", "mime_type": mime, "sha256": "k0Uq=", **more}}
    )


def _echo(number: int, said: dict[str, Any], *outcome: str) -> Example:
    told = {"from": OURS, "to": THEIRS, "id": WAMID.format(number), "timestamp": "1796119644", **said}
    return sent({"message_echoes": [told]}, *outcome, field="smb_message_echoes")


def _system(number: int, system: dict[str, Any], outcome: str, **more: Any) -> Example:
    told = {"id": WAMID.format(number), "timestamp": "1796119644", "type": "system", "system": system, **more}
    return sent({"messages": [told]}, outcome)


def _two_tenants() -> Example:
    first = body(received(WAMID.format(60), {"type": "text", "text": {"body": "one"}}))
    second = body(received(WAMID.format(61), {"type": "text", "text": {"body": "two"}}), "442079460100")
    second["entry"][0]["id"] = "104996122399161"
    return Example(json.dumps(first | {"entry": first["entry"] + second["entry"]}), ("message.received",) * 2)


_CONTEXT = {"context": {"from": OURS, "id": WAMID.format(900)}}
_AD = {
    "source_url": "https://fb.me/3cr4Wqqkv",
    "source_type": "ad",
    "source_id": "1202",
    "headline": "Tables by the window",
    "ctwa_clid": "ARAkLkA8rmlF",
}
_CARD = {"name": {"formatted_name": "Zoë Example"}, "phones": [{"phone": "+1 415 555 0177", "type": "CELL"}]}
_ORDER = {
    "catalog_id": "194836987003835",
    "text": "for Friday, please",
    "product_items": [
        {"product_retailer_id": "di9ozbzfi4", "quantity": 2, "item_price": 30, "currency": "USD"},
    ],
}
_FLOW = {"name": "flow", "body": "Sent", "response_json": json.dumps({"flow_token": "t-1", "guests": "4"})}
_DUPLICATE = received(WAMID.format(62), {"type": "text", "text": {"body": "twice"}})

EXAMPLES: dict[str, Example] = {
    "text": _text(1, "Is my table ready?"),
    "text_emoji_and_scripts": _text(2, "Grüße 👩‍👩‍👧 مرحبا עברית 漢字 \u202eabc\u202c"),
    "text_reply": _text(3, "The second one", **_CONTEXT),
    "text_forwarded": _text(4, "Look at this", context={"forwarded": True}),
    "text_forwarded_often": _text(5, "Look at this too", context={"frequently_forwarded": True}),
    "text_about_product": _text(
        6, "Is it still there?", context={"referred_product": {"catalog_id": "194", "product_retailer_id": "di9"}}
    ),
    "text_from_ad": _text(7, "I saw your ad", referral=_AD),
    "text_in_group": _text(8, "We are five now", group_id="Y2FwaV9ncm91cDox"),
    "text_without_number": sent(
        {
            "contacts": [{"profile": {"name": "Bo", "username": "bo.example"}, "user_id": USER_ID}],
            "messages": [
                {
                    "from_user_id": USER_ID,
                    "id": WAMID.format(9),
                    "timestamp": "1796119644",
                    "type": "text",
                    "text": {"body": "no number here"},
                }
            ],
        },
        "message.received",
    ),
    "image": _media(10, "image", "image/jpeg", caption="The damage"),
    "video": _media(11, "video", "video/mp4"),
    "voice": _media(12, "audio", "audio/ogg; codecs=opus", voice=True),
    "audio": _media(13, "audio", "audio/mpeg", voice=False),
    "document": _media(14, "document", "application/pdf", filename="Größe.pdf", caption="the invoice"),
    "sticker": _media(15, "sticker", "image/webp", animated=False),
    "image_not_taken": _message(
        16,
        {
            "type": "image",
            "image": {"id": "1816", "mime_type": "image/jpeg", "caption": "see?"},
            "errors": [{"code": 131052, "title": "Media download error"}],
        },
    ),
    "location": _message(
        17, {"type": "location", "location": {"latitude": 37.78789, "longitude": -122.39166, "name": "Acme Pier"}}
    ),
    "contacts": _message(18, {"type": "contacts", "contacts": [_CARD, _CARD]}),
    "button": _message(19, {"type": "button", "button": {"payload": "confirm", "text": "Confirm"}, **_CONTEXT}),
    "button_reply": _message(
        20,
        {
            "type": "interactive",
            "interactive": {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes, please"}},
        },
    ),
    "list_reply": _message(
        21,
        {
            "type": "interactive",
            "interactive": {
                "type": "list_reply",
                "list_reply": {"id": "t-20", "title": "20:00 to 22:00", "description": "by the window"},
            },
        },
    ),
    "form": _message(22, {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": _FLOW}, **_CONTEXT}),
    "interactive_of_tomorrow": _message(
        23, {"type": "interactive", "interactive": {"type": "slider", "slider": {"v": 3}}}
    ),
    "order": _message(24, {"type": "order", "order": _ORDER}),
    "unsupported": _message(
        25,
        {
            "type": "unsupported",
            "unsupported": {"type": "poll_creation"},
            "errors": [{"code": 131051, "title": "Message type unknown"}],
        },
    ),
    "type_of_tomorrow": _message(26, {"type": "hologram", "hologram": {"id": "77"}}),
    "ephemeral": _message(27, {"type": "ephemeral"}, "ignored:ephemeral"),
    "reaction": _message(
        28, {"type": "reaction", "reaction": {"message_id": WAMID.format(900), "emoji": "👍🏽"}}, "message.reaction"
    ),
    "reaction_removed": _message(
        29, {"type": "reaction", "reaction": {"message_id": WAMID.format(900)}}, "message.reaction"
    ),
    "edit": _message(
        30,
        {
            "type": "edit",
            "edit": {
                "original_message_id": WAMID.format(1),
                "message": {"type": "text", "text": {"body": "Is our table ready?"}},
            },
        },
        "message.edited",
    ),
    "revoke": _message(31, {"type": "revoke", "revoke": {"original_message_id": WAMID.format(1)}}, "message.deleted"),
    "request_welcome": _message(32, {"type": "request_welcome"}, "referral.received"),
    "number_changed": _system(
        33,
        {"type": "user_changed_number", "wa_id": "14155550124", "body": "Ann changed her number"},
        "identity.changed",
        **{"from": THEIRS},
    ),
    "user_id_changed": _system(
        34, {"type": "user_changed_user_id", "previous_user_id": USER_ID, "user_id": "US.777"}, "identity.changed"
    ),
    "security_code_changed": _system(
        35, {"type": "customer_identity_changed", "body": "..."}, "unknown", **{"from": THEIRS}
    ),
    "call_permission": _message(
        36,
        {
            "type": "interactive",
            "interactive": {
                "type": "call_permission_reply",
                "call_permission_reply": {"response": "accept", "response_source": "user_action"},
            },
        },
        "consent.changed",
    ),
    "standby": sent(
        received(WAMID.format(37), {"type": "text", "text": {"body": "hello agent"}}),
        "message.received",
        field="standby",
    ),
    "echo": _echo(40, {"type": "text", "text": {"body": "We keep it for you"}}, "message.echoed"),
    "echo_edit": _echo(
        41,
        {
            "type": "edit",
            "edit": {
                "original_message_id": WAMID.format(40),
                "message": {"type": "text", "text": {"body": "We keep it till 9"}},
            },
        },
        "message.edited",
    ),
    "echo_revoke": _echo(
        42, {"type": "revoke", "revoke": {"original_message_id": WAMID.format(40)}}, "message.deleted"
    ),
    "two_accounts": _two_tenants(),
    "same_message_twice": sent(_DUPLICATE | {"messages": _DUPLICATE["messages"] * 2}, "message.received"),
    "one_of_two_is_invalid": sent(
        {"messages": [{"from": THEIRS, "type": "text"}, *received(WAMID.format(63), {"type": "text"})["messages"]]},
        "rejected:missing_field",
        "message.received",
    ),
    "handshake": Example(
        "",
        ("ignored:handshake",),
        url="https://hooks.acme.example/whatsapp?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=tok",
        method="GET",
    ),
    "empty": Example(json.dumps({"object": "whatsapp_business_account", "entry": []}), ("ignored:empty",)),
    "no_entry": Example(json.dumps({"object": "whatsapp_business_account"}), ("rejected:missing_field",)),
    "no_id": sent({"messages": [{"from": THEIRS, "type": "text", "text": {"body": "x"}}]}, "rejected:missing_field"),
    "no_from": sent({"messages": [{"id": "wamid.1", "type": "text", "text": {"body": "x"}}]}, "rejected:missing_field"),
    "invalid_from": sent(
        {"messages": [{"id": "wamid.2", "from": "nobody", "type": "text", "text": {"body": "x"}}]},
        "rejected:invalid_phone",
    ),
    "reaction_to_nothing": _message(80, {"type": "reaction", "reaction": {"emoji": "👍"}}, "rejected:missing_field"),
    "garbage": Example("so this is no provider's message", ("rejected:unreadable",)),
    "json_array": Example("[1, 2, 3]", ("rejected:missing_field",)),
    **ACCOUNT_EXAMPLES,
    **STATUS_EXAMPLES,
}
