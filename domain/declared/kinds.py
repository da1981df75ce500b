"""How one kind of thing is read, compiled from its description: paths are found and tables are built once, not per payload."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from domain.addresses import Address, email, international, opaque, phone, whatsapp
from domain.channels.provider import Given, Invalid, Item, impersonal
from domain.declared.contents import REPORTS, WRITTEN, content_reader
from domain.declared.description import Consent, Description, Kind
from domain.declared.paths import Find, Holds, Read, each, find, holds, read
from domain.provider_time import iso, minute, naive, rfc2822, unix
from schemas.meanings import MEANINGS, Meaning
from schemas.values import Call, StatusReport

Reader = Callable[[Any, Any, int, Given], Item | Invalid]
"""(item, body, its place, what is given besides) -> what it says."""

TIMES: Mapping[str, Callable[[str], str | None]] = {
    "iso": iso,
    "unix": unix,
    "rfc2822": rfc2822,
    "naive": naive,
    "minute": minute,
}
INBOUND: frozenset[Meaning] = frozenset(
    {
        "message.received",
        "message.edited",
        "message.deleted",
        "message.reaction",
        "call.incoming",
        "call.input",
        "consent.changed",
        "identity.changed",
        "referral.received",
        "unknown",
    }
)
"""What comes from the contact, where the description does not say."""
CALLS = frozenset(meaning for meaning, (type_, _) in MEANINGS.items() if type_ == "call_reported")

STATUSES: Mapping[Meaning, str] = {
    "email.processed": "sent",
    "email.deferred": "sending",
    "email.delivered": "delivered",
    "email.bounced": "failed",
    "email.rejected": "failed",
    "email.rendering_failed": "failed",
    "push.delivered": "delivered",
    "push.failed": "failed",
    "push.token_invalid": "failed",
}
"""Of meanings that say it themselves."""
CONSENT: Mapping[Meaning, tuple[Consent, str]] = {
    "email.complained": ("opted_out", "complaint"),
    "email.unsubscribed": ("opted_out", "subscription"),
    "email.resubscribed": ("opted_in", "subscription"),
}


class Compiled(NamedTuple):
    """items: where the list stands, None where each body is one; matches: whether an item is of this kind; id: what it is called."""

    items: Find | None
    matches: Holds
    id: Read
    reader: Reader


def compiled_kind(description: Description, kind: Kind) -> Compiled:
    """Everything that is known of a kind before a payload comes."""
    flat = description.form != "json"
    where = kind.items or description.items
    return Compiled(
        None if where is None else find(where, flat),
        holds(kind.when, flat),
        read(kind.id, flat),
        _reader(description, kind, flat),
    )


def _reader(description: Description, kind: Kind, flat: bool) -> Reader:
    label, name, meaning = description.label, description.name, kind.meaning
    direction = kind.direction or ("inbound" if meaning in INBOUND else "outbound")
    theirs, mine = (kind.sender, kind.receiver) if direction == "inbound" else (kind.receiver, kind.sender)
    contact_at, ours_at, successor_at = read(theirs, flat), read(mine, flat), read(kind.successor, flat)
    account_at, service_at = read(description.account, flat), read(description.service, flat)
    id_at, event_at, about_at = read(kind.id, flat), read(kind.event, flat), read(kind.about, flat)
    reply_to_at, person_at, time_at = read(kind.reply_to, flat), read(kind.person, flat), read(kind.time, flat)
    campaign_at, lead_at = read(kind.campaign, flat), read(kind.lead, flat)
    required = tuple((path, find(path, flat)) for path in each(kind.required))
    id_name, theirs_name = "".join(each(kind.id)[:1]), "".join(each(theirs)[:1])
    to_address, when_ = _address(description), TIMES[kind.time_format]
    kind_of, report_of = read(kind.status or kind.kind, flat), _reporter(kind, flat)
    content_of, consent_of = content_reader(description, kind, flat), _consent(kind, flat)
    must_have_contact = meaning in WRITTEN

    def item(each_: Any, body: Any, index: int, given: Given) -> Item | Invalid:
        id_ = id_at(each_, body) or event_at(each_, body)
        if not id_:
            return Invalid("missing_field", f"{label} event missing required field: {id_name or 'id'}", (), index)
        for path, at in required:
            if at(each_, body) is None:
                return Invalid("missing_field", f"{label} event missing required field: {path}", (id_,), index)
        given_contact = contact_at(each_, body)
        contact = to_address(given_contact, given) if given_contact else None
        if contact is None and (given_contact or must_have_contact):
            return _nobody(label, given_contact, theirs_name, id_, index, contact_of=description)
        person = person_at(each_, body)
        if contact is not None and person:
            contact = Address(contact.urn, contact.validity, person)
        account = account_at(each_, body) or ""
        given_ours = ours_at(each_, body)
        own = to_address(given_ours, given) if given_ours else None
        ours = own.urn if own else f"{name}:{account or 'unknown'}"
        time = time_at(each_, body) or ""
        provider_time = when_(time) if time else None
        told = kind_of(each_, body) or meaning.rpartition(".")[2]
        report = report_of(each_, body, told, provider_time) if report_of else None
        meant: Meaning = meaning if report_of is None or report is not None else "unknown"
        later = to_address(found, given) if (found := successor_at(each_, body)) else None
        shared = kind.id_is_shared and contact is not None
        about = about_at(each_, body) or (f"{id_}|{contact.urn}" if shared and contact else "")
        return Item(
            meaning=meant,
            account=account,
            provider_id=id_,
            event=event_at(each_, body) or "",
            kind=told,
            moment="" if meaning in WRITTEN else f"{time}|{contact.urn}" if shared and contact else time,
            message=about,
            index=0,
            contact=contact,
            successor=later.urn if later else None,
            ours=ours,
            direction=direction,
            claims=(account, service_at(each_, body) or "", ours),
            provider_time=provider_time,
            campaign=campaign_at(each_, body),
            lead=lead_at(each_, body),
            status=report,
            consent=consent_of(each_, body, report),
            in_reply_to=reply_to_at(each_, body),
            call=Call(meaning.rpartition(".")[2]) if meaning in CALLS else None,
            content=content_of(each_, body, meant),
        )

    return item


def _nobody(label: str, given: str | None, name: str, id_: str, index: int, *, contact_of: Description) -> Invalid:
    if not given:
        return Invalid("missing_field", f"{label} event missing required field: {name or 'sender'}", (id_,), index)
    if address_kind(contact_of) == "email":
        return Invalid("invalid_email", "Invalid email address format", (id_,), index)
    if address_kind(contact_of) == "phone":
        return Invalid("invalid_phone", "Invalid phone number format", (id_,), index)
    return Invalid("invalid_address", f"{label} event with an invalid {name}", (id_,), index)


def address_kind(description: Description) -> str:
    """What addresses of the channel are, where the description does not say."""
    usual = {"sms": "phone", "voice": "phone", "email": "email", "whatsapp": "whatsapp"}
    return description.address or usual.get(description.channel, "other")


def _address(description: Description) -> Callable[[str, Given], Address | None]:
    kind, country, scheme = address_kind(description), description.country, description.channel
    if kind == "email":
        return lambda text, given: email(text)
    if kind == "whatsapp":
        return lambda text, given: whatsapp(text)
    if kind == "other":
        return lambda text, given: opaque(scheme, text)
    if description.international:
        return lambda text, given: international(text)
    return lambda text, given: phone(text, country or given.country)


def _reporter(kind: Kind, flat: bool) -> Callable[[Any, Any, str, str | None], StatusReport | None] | None:
    """What makes the report of a kind that has one. Of several places for the status the first counts whose value is known."""
    if kind.meaning not in REPORTS:
        return None
    fixed, bounced = STATUSES.get(kind.meaning), kind.meaning == "email.bounced"
    known = {value.lower(): status for value, status in kind.statuses.items()}
    categories = {value.lower(): category for value, category in kind.categories.items()}
    no_error, told_at = frozenset(each(kind.no_error)), tuple(read(path, flat) for path in each(kind.status))
    code_at, reason_at, permanent_at = (read(at, flat) for at in (kind.error_code, kind.error_text, kind.permanent))

    def report(item: Any, body: Any, told: str, time: str | None) -> StatusReport | None:
        values = [value.lower() for at in told_at if (value := at(item, body))]
        status = next((known[value] for value in values if value in known), None) if known else fixed
        if status is None:
            return None
        code, reason = code_at(item, body), reason_at(item, body)
        if code in no_error:
            code, reason = None, None
        words = [code.lower(), *values] if code else values
        category = next((categories[word] for word in words if word in categories), None)
        permanent = _BOOLEANS.get((permanent_at(item, body) or "").lower())
        if status not in ("failed", "undelivered"):
            permanent = None
        elif bounced and permanent is None:
            permanent = status == "failed"
        return StatusReport(status, told, code, impersonal(reason), time, category, permanent)

    return report


_BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}


def _consent(kind: Kind, flat: bool) -> Callable[[Any, Any, StatusReport | None], tuple[Consent, str] | None]:
    fixed = (kind.consent, "provider") if kind.consent else CONSENT.get(kind.meaning)
    bounced, opted_out = kind.meaning == "email.bounced", frozenset(each(kind.opted_out))
    code_at = read(kind.error_code, flat)

    def consent(item: Any, body: Any, report: StatusReport | None) -> tuple[Consent, str] | None:
        if fixed is not None:
            return fixed
        if bounced and report is not None and report.permanent:
            return "opted_out", "bounce"
        return ("opted_out", "provider") if opted_out and code_at(item, body) in opted_out else None

    return consent
