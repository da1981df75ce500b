"""Bodies in the Cloud API's format, written by us: what is about accounts, numbers and templates of ours, and about people's wishes."""

import json
from typing import Any

from domain.channels.provider import Example
from domain.channels.whatsapp.cloud_bodies import NUMBER_ID, OURS, THEIRS, WABA

_METADATA = {"display_phone_number": OURS, "phone_number_id": NUMBER_ID}


def _change(field: str, value: dict[str, Any], *outcome: str) -> Example:
    entry = {"id": WABA, "time": 1796119644, "changes": [{"field": field, "value": value}]}
    return Example(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}), outcome or ("account.event",))


def _template(field: str, **told: Any) -> Example:
    about = {
        "message_template_id": 1689556908129832,
        "message_template_name": "table_ready",
        "message_template_language": "en_US",
    }
    return _change(field, about | told)


def _preference(value: str, outcome: str, **more: Any) -> Example:
    told = {"wa_id": THEIRS, "category": "marketing_messages", "value": value, "timestamp": 1796119644, **more}
    contacts = [{"profile": {"name": "Ann Example"}, "wa_id": THEIRS}]
    return _change(
        "user_preferences",
        {"messaging_product": "whatsapp", "metadata": _METADATA, "contacts": contacts, "user_preferences": [told]},
        outcome,
    )


_PAST = {"from": THEIRS, "id": "wamid.OLD", "timestamp": "1790000000", "type": "text", "text": {"body": "STOP"}}
_HISTORY = {
    "metadata": {"phase": 0, "chunk_order": 1, "progress": 55},
    "threads": [{"id": THEIRS, "messages": [_PAST]}],
}

EXAMPLES: dict[str, Example] = {
    "preference_stop": _preference("stop", "consent.changed", detail="User requested to stop marketing messages"),
    "preference_resume": _preference("resume", "consent.changed"),
    "preference_of_tomorrow": _preference("snooze", "unknown"),
    "preference_of_nobody": _change(
        "user_preferences", {"user_preferences": [{"value": "stop"}]}, "rejected:missing_field"
    ),
    "account_restricted": _change(
        "account_update",
        {
            "event": "ACCOUNT_RESTRICTION",
            "restriction_info": [{"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION"}],
        },
    ),
    "account_alert": _change(
        "account_alerts",
        {
            "entity_type": "BUSINESS",
            "entity_id": "506914307656634",
            "alert_info": {"alert_severity": "INFORMATIONAL", "alert_status": "NONE", "alert_type": "OBA_APPROVED"},
        },
    ),
    "account_reviewed": _change("account_review_update", {"decision": "APPROVED"}),
    "template_approved": _template("message_template_status_update", event="APPROVED", reason="NONE"),
    "template_rejected": _template("message_template_status_update", event="REJECTED", reason="INVALID_FORMAT"),
    "template_quality": _template(
        "message_template_quality_update", previous_quality_score="GREEN", new_quality_score="YELLOW"
    ),
    "template_components": _template("message_template_components_update", message_template_element="Hello"),
    "template_category": _template("template_category_update", previous_category="MARKETING", new_category="UTILITY"),
    "number_quality": _change(
        "phone_number_quality_update",
        {"display_phone_number": OURS, "event": "UPGRADE", "current_limit": "TIER_10K"},
    ),
    "number_name": _change(
        "phone_number_name_update",
        {"display_phone_number": OURS, "decision": "APPROVED", "requested_verified_name": "Acme"},
    ),
    "capability": _change("business_capability_update", {"max_daily_conversation_per_phone": 1000}),
    "security": _change("security", {"display_phone_number": OURS, "event": "PIN_CHANGED"}),
    "flow_status": _change(
        "flows", {"event": "FLOW_STATUS_CHANGE", "flow_id": "6627390910605886", "new_status": "PUBLISHED"}
    ),
    "handover": _change(
        "messaging_handovers", {"messaging_product": "whatsapp", "metadata": _METADATA, "type": "take"}
    ),
    "groups": _change(
        "group_lifecycle_update",
        {
            "metadata": _METADATA,
            "groups": [
                {"timestamp": 1796119644, "group_id": "Y2Fw1", "type": "group_create"},
                {"timestamp": 1796119645, "group_id": "Y2Fw2", "type": "group_delete"},
            ],
        },
        "account.event",
        "account.event",
    ),
    "history": _change("history", {"metadata": _METADATA, "history": [_HISTORY]}),
    "history_declined": _change(
        "history",
        {"metadata": _METADATA, "history": [{"errors": [{"code": 2593109, "title": "History sharing declined"}]}]},
    ),
    "history_media": _change("history", {"metadata": _METADATA, "messages": [_PAST]}),
    "address_book": _change(
        "smb_app_state_sync",
        {
            "metadata": _METADATA,
            "state_sync": [
                {
                    "type": "contact",
                    "contact": {"full_name": "Ann Example", "phone_number": THEIRS},
                    "action": "add",
                    "metadata": {"timestamp": "1796119644"},
                }
            ],
        },
    ),
    "partner_solution": _change("partner_solutions", {"event": "SOLUTION_CREATED", "solution_id": "7943"}),
    "error": _change(
        "messages",
        {"metadata": _METADATA, "errors": [{"code": 130429, "title": "Rate limit hit"}]},
    ),
    "message_that_meta_lost": _change(
        "messages",
        {
            "metadata": _METADATA,
            "messages": [
                {"from": THEIRS, "type": "image", "errors": [{"code": 400, "title": "Media download failed"}]}
            ],
        },
    ),
    "field_of_tomorrow": _change("mind_reading", {"event": "THOUGHT"}, "unknown"),
}
