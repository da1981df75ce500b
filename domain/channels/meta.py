"""Meta's messaging webhooks, which Messenger and Instagram share: one envelope, one set of events.

Sources, read 2026-11: developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events, all pages;
/business-messaging/instagram-messaging/webhooks; /instagram-platform/webhooks/examples; messenger-platform/changelog (stickers,
2026-06-01).

One post may hold entries of several pages, and an entry several items; whose an item is, itself says (T-16):

    {"object": "page", "entry": [{"id": "<page>", "time": 1795514844000, "messaging": [{"sender": {"id": "<person>"},
     "recipient": {"id": "<page>"}, "timestamp": 1795514843123, "message": {"mid": "m_..", "text": "Is my table ready?"}}]}]}

`standby` instead of `messaging` holds the same while another app answers the person; postbacks have no payload there. `changes` tells
about posts and comments, or of a messaging item in `value`. An item's key says what happened. Times are milliseconds or seconds.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.addresses import Address, opaque
from domain.channels.meta_events import Platform, Told, events_of, item_of, missing, time_of
from domain.channels.provider import Handshake, Invalid, Item, inner, listed, text_of
from schemas.values import Content

PERSONAL = frozenset(
    "message text title payload url coordinates emoji name username from metadata ref referer_uri user_ref attachments value".split()
)


def recognises(platform: Platform, data: Any) -> bool:
    """Its own object; or a handshake, which looks the same for all of Meta's products."""
    return isinstance(data, dict) and (
        (data.get("object") == platform.object and "entry" in data) or type(data.get("hub.mode")) is str
    )


def items(platform: Platform, data: Any) -> list[Item | Invalid]:
    """Everything in one post; nothing for an item that says nothing."""
    if isinstance(data, dict) and "hub.mode" in data:
        raise handshake(platform.label, data)
    if not isinstance(data, dict) or data.get("object") != platform.object:
        raise missing(platform, f"object {platform.object}")
    if not isinstance(data.get("entry"), list):
        raise missing(platform, "entry")
    found: dict[tuple[object, ...], Item | Invalid] = {}
    for place, (entry, item, standby) in enumerate(_told(data)):
        try:
            told = _read(platform, entry, item, standby=standby)
            for each in [_change(platform, entry, item)] if "field" in item else events_of(told):
                # Meta may repeat itself within one post (T-08).
                found.setdefault((each.account, each.provider_id, each.kind, each.moment), each)
        except Invalid as wrong:
            found[(place,)] = Invalid(wrong.reason, str(wrong), wrong.provider_ids, place)
    return list(found.values())


def handshake(label: str, data: Mapping[str, Any]) -> Exception:
    """What to raise for a GET of the verification: `hub.mode=subscribe&hub.challenge=..&hub.verify_token=..`."""
    challenge = text_of(data.get("hub.challenge"))
    if data.get("hub.mode") != "subscribe" or challenge is None:
        return Invalid("missing_field", f"{label} event missing required field: hub.challenge")
    return Handshake(challenge, text_of(data.get("hub.verify_token")) or "")


def _told(data: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any], bool]]:
    """Entry, item, whether another app has the person. A change that holds a messaging item is that item."""
    for entry in data["entry"]:
        for name in ("messaging", "standby"):
            for item in listed(entry, name):
                if isinstance(item, dict):
                    yield entry, {name: value for name, value in item.items() if name != "field"}, name == "standby"
        changes = [entry] if isinstance(entry, dict) and text_of(entry.get("field")) else listed(entry, "changes")
        for change in changes:
            value = inner(change, "value")
            if inner(value, "recipient"):
                yield entry, {name: value for name, value in value.items() if name != "field"}, False
            elif isinstance(change, dict) and text_of(change.get("field")):
                yield entry, change, False


def _read(platform: Platform, entry: Mapping[str, Any], item: Mapping[str, Any], *, standby: bool) -> Told:
    sender, recipient = inner(item, "sender"), inner(item, "recipient")
    page, from_, to = text_of(entry.get("id")), text_of(sender.get("id")), text_of(recipient.get("id"))
    out = inner(item, "message").get("is_echo") is True or (from_ == page != to)
    party, account = (recipient, from_) if out else (sender, to)
    stamp = item.get("timestamp", entry.get("time"))
    return Told(
        platform=platform,
        account=account or page or "",
        person=_person(platform, party, item),
        out=out,
        standby=standby,
        stamp=text_of(stamp) or "",
        time=time_of(stamp),
        item=item,
    )


def _person(platform: Platform, party: Mapping[str, Any], item: Mapping[str, Any]) -> Address | None:
    """By the id that the page knows; by `user_ref`, the id of a checkbox, as long as the person has not written."""
    known = opaque(platform.scheme, text_of(party.get("id")))
    if known is not None:
        return known
    reference = text_of(party.get("user_ref")) or text_of(inner(item, "optin").get("user_ref"))
    return opaque(platform.scheme, f"ref:{reference}") if reference else None


_IDS = ("comment_id", "leadgen_id", "post_id", "media_id", "id")


def _change(platform: Platform, entry: Mapping[str, Any], change: Mapping[str, Any]) -> Item:
    """A post, comment, mention or lead: kept under the account, for nobody wrote to it."""
    field, value = text_of(change.get("field")) or "", inner(change, "value")
    account, stamp = text_of(entry.get("id")) or "", text_of(entry.get("time")) or ""
    provider_id = next((id_ for name in _IDS if (id_ := text_of(value.get(name)))), f"{field}:{account}:{stamp}")
    told = Told(platform, account, None, False, False, stamp, time_of(entry.get("time")), change)
    kind = ":".join([field, *(word for name in ("item", "verb") if (word := text_of(value.get(name))))])
    content = Content(kind="event", fields={"field": field, "value": change.get("value")})
    return item_of(told, "unknown", provider_id, kind, content, person=None, moment=stamp)
