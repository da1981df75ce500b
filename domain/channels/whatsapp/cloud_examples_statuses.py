"""Bodies in the Cloud API's format, written by us: statuses and calls."""

from typing import Any

from domain.channels.provider import Example
from domain.channels.whatsapp.cloud_bodies import OURS, THEIRS, WAMID, sent


def _status(number: int, status: str, outcome: str, **more: Any) -> Example:
    told = {"id": WAMID.format(number), "status": status, "timestamp": "1796119650", "recipient_id": THEIRS, **more}
    return sent({"statuses": [told]}, outcome)


def _failed(number: int, code: int, title: str, details: str) -> Example:
    error = {"code": code, "title": title, "message": title, "error_data": {"details": details}}
    return _status(number, "failed", "message.status:failed", errors=[error])


def _call(number: int, outcome: str, **more: Any) -> Example:
    told = {"id": f"wacid.HBgL{number:04}", "from": THEIRS, "to": OURS, "timestamp": "1796119644", **more}
    return sent({"calls": [told]}, outcome, field="calls")


_CALLER = {"direction": "USER_INITIATED"}
_CALLEE = {"direction": "BUSINESS_INITIATED", "from": OURS, "to": THEIRS}
_PRICED = {
    "conversation": {"id": "c4f1", "origin": {"type": "utility"}},
    "pricing": {"billable": True, "pricing_model": "PMP", "category": "utility"},
}

EXAMPLES: dict[str, Example] = {
    "status_sent": _status(50, "sent", "message.status:sent", **_PRICED, biz_opaque_callback_data="booking-17"),
    "status_delivered": _status(50, "delivered", "message.status:delivered", **_PRICED),
    "status_read": _status(50, "read", "message.status:read"),
    "status_played": _status(50, "played", "message.status:played"),
    "status_in_group": _status(
        51,
        "read",
        "message.status:read",
        recipient_id="Y2FwaV9ncm91cDox",
        recipient_type="group",
        recipient_participant_id=THEIRS,
    ),
    "status_window": _failed(
        52, 131047, "Re-engagement message", f"More than 24 hours have passed since {THEIRS} wrote"
    ),
    "status_opted_out": _failed(53, 131050, "User has stopped marketing", "This person does not want marketing"),
    "status_deleted": _status(54, "deleted", "ignored:deleted"),
    "status_of_tomorrow": _status(55, "pondered", "unknown"),
    "status_of_payment": _status(56, "captured", "unknown", type="payment", payment={"reference_id": "r-1"}),
    "call_incoming": _call(
        70, "call.incoming", event="connect", **_CALLER, session={"sdp_type": "offer", "sdp": "v=0"}
    ),
    "call_completed": _call(70, "call.completed", event="terminate", status="COMPLETED", duration=42, **_CALLER),
    "call_initiated": _call(71, "call.initiated", event="connect", **_CALLEE),
    "call_failed": _call(71, "call.failed", event="terminate", status="FAILED", **_CALLEE),
    "call_of_tomorrow": _call(72, "unknown", event="hold", **_CALLEE),
    **{
        f"call_{status.lower()}": sent(
            {
                "statuses": [
                    {
                        "id": "wacid.HBgL0071",
                        "type": "call",
                        "status": status,
                        "timestamp": "1796119645",
                        "recipient_id": THEIRS,
                    }
                ]
            },
            outcome,
            field="calls",
        )
        for status, outcome in {
            "RINGING": "call.ringing",
            "ACCEPTED": "call.answered",
            "REJECTED": "call.busy",
        }.items()
    },
}
