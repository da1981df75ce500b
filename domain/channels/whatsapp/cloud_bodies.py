"""Bodies in the Cloud API's format, as examples and test messages are made."""

import json
from typing import Any

from domain.channels.provider import Example

WABA = "104996122399160"
NUMBER_ID = "106540352242922"
OURS = "14155550100"
THEIRS = "14155550123"
USER_ID = "US.13491208655302741918"
WAMID = "wamid.HBgLMTQxNTU1NTAxMjMVAgASGBQzQUZF{:03}A"


def body(value: dict[str, Any], number: str = OURS, field: str = "messages") -> dict[str, Any]:
    """A body with one change of one account."""
    metadata = {"display_phone_number": number, "phone_number_id": NUMBER_ID}
    whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": WABA, "changes": [{"value": whole, "field": field}]}],
    }


def received(id_: str, said: dict[str, Any], from_: str = THEIRS) -> dict[str, Any]:
    """A change with a message and who wrote it."""
    person = {"profile": {"name": "Ann Example"}, "wa_id": from_, "user_id": USER_ID}
    return {"contacts": [person], "messages": [{"from": from_, "id": id_, "timestamp": "1796119644", **said}]}


def sent(value: dict[str, Any], *outcome: str, field: str = "messages") -> Example:
    return Example(json.dumps(body(value, field=field), ensure_ascii=False), outcome)
