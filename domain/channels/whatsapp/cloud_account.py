"""What the Cloud API says about accounts, numbers and templates of ours, and about people's wishes: everything that is no message."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from domain.channels.provider import Item, inner, listed, text_of, without
from domain.channels.whatsapp.cloud_change import NOBODY, Change, item, party, somebody
from domain.provider_time import unix
from schemas.values import Content

FIELDS = frozenset(
    "account_alerts account_review_update account_settings_update account_update automatic_events "
    "business_capability_update business_status_update consumer_profile flows group_lifecycle_update "
    "group_participants_update group_settings_update group_status_update history message_template_components_update "
    "message_template_quality_update message_template_status_update messaging_handovers partner_solutions "
    "payment_configuration_update phone_number_name_update phone_number_quality_update security smb_app_state_sync "
    "template_category_update template_correct_category_detection tracking_events".split()
)
"""Fields of a webhook subscription that are about us."""

_LISTS: Mapping[str, str] = {
    "group_lifecycle_update": "groups",
    "group_participants_update": "groups",
    "group_settings_update": "groups",
    "group_status_update": "groups",
    "history": "history",
    "smb_app_state_sync": "state_sync",
}
"""Where several things are told in one change."""
_HAPPENED = (
    "event",
    "decision",
    "new_quality_score",
    "new_category",
    "alert_type",
    "solution_status",
    "type",
    "action",
    "status",
)
"""What a change calls its event, the first that is there."""
_ABOUT = (
    "message_template_id",
    "entity_id",
    "flow_id",
    "group_id",
    "solution_id",
    "configuration_name",
    "message_template_name",
)
"""What it is about."""
_SYNCED = ("threads", "messages", "contacts", "message_echoes")
"""What history brings in masses. It is no news: nobody should answer it. The bytes are kept, so it is not kept a second time."""

_CONSENT: Mapping[str, tuple[str, str]] = {
    "stop": ("opted_out", "provider"),
    "resume": ("opted_in", "provider"),
    "signup": ("opted_in", "provider"),
}


def account_events(change: Change) -> Iterator[Item]:
    """What is in a change of one of FIELDS, or of a field that there is no word for."""
    elements = listed(change.value, _LISTS.get(change.field, ""))
    for element in elements or [change.value]:
        if isinstance(element, dict):
            yield _account_event(change, element)


def _account_event(change: Change, told: dict[str, Any]) -> Item:
    field = change.field or "unknown"
    happened = next((text for name in _HAPPENED if (text := text_of(told.get(name)))), None)
    happened = happened or text_of(inner(told, "alert_info").get("alert_type"))
    known = field in FIELDS
    fields = without(told, *_SYNCED) if field == "history" else without(told, "messaging_product", "metadata")
    return item(
        change,
        NOBODY,
        meaning="account.event" if known else "unknown",
        provider_id=next((text for name in _ABOUT if (text := text_of(told.get(name)))), field),
        kind=f"{field}:{happened.lower()}" if happened else field,
        moment=_moment(change, told),
        direction="inbound",
        provider_time=unix(change.time)
        or unix(told.get("timestamp"))
        or unix(inner(told, "metadata").get("timestamp")),
        content=Content(kind="event", fields=fields),
    )


def preference(change: Change, told: dict[str, Any]) -> Item:
    """One of `user_preferences`: somebody wants marketing no more, or again. It has no id: who, what and when make it. Raises Invalid."""
    who = party(change, told.get("wa_id"), told.get("user_id"), told.get("parent_user_id"))
    contact = somebody(who, "wa_id", told, "user_preferences").contact
    assert contact is not None
    value = (text_of(told.get("value")) or "unknown").lower()
    category = text_of(told.get("category")) or "unknown"
    time = text_of(told.get("timestamp")) or "unknown"
    consent = _CONSENT.get(value)
    return item(
        change,
        who,
        meaning="consent.changed" if consent else "unknown",
        provider_id=f"user_preferences:{time}",
        kind=f"user_preferences:{category}:{value}",
        moment=contact.urn,
        message=f"user_preferences:{time}|{contact.urn}",
        direction="inbound",
        provider_time=unix(told.get("timestamp")),
        consent=consent,
        content=Content(kind="event", fields=without(told, "wa_id", "user_id", "parent_user_id", "timestamp")),
    )


def error(change: Change, told: dict[str, Any]) -> Item:
    """Something of ours went wrong at Meta's, and no message of ours is named."""
    code = text_of(told.get("code")) or "unknown"
    return item(
        change,
        NOBODY,
        meaning="account.event",
        provider_id=f"error:{code}",
        kind=f"error:{code}",
        moment=_moment(change, told),
        direction="inbound",
        provider_time=unix(change.time) or unix(inner(told, "message").get("timestamp")),
        content=Content(kind="event", fields=told),
    )


def _moment(change: Change, told: dict[str, Any]) -> str:
    """Account events have no ids: when and what is all that tells two of them apart."""
    return f"{text_of(change.time)}|{json.dumps(told, sort_keys=True)}"
