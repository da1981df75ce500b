"""Domain events: what a decision says happened. Past tense; one class, one fact.

Every event has an `id` (the first event of a decision bears the input's id, the n-th `following_id(input, n)`). Personal data is
under `person` and `content` alone: state is folded without these branches, so no aggregate state holds personal data.
"""

from typing import Any

from msgspec import Struct

from schemas.values import Call, Content, Person


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """What every event says: its id."""

    id: str


class MessageEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What every event about a message says: where it belongs, what happened in our words (`meaning`, schemas/meanings.py) and what
    the provider called it (`kind`). in_reply_to, reply_to: the message that it answers, as the provider names it and as we do.
    mail_thread: of a mail, the thread that its References and In-Reply-To put it into."""

    message: str
    thread: str
    channel: str
    provider: str
    account: str = ""
    provider_id: str
    ours: str
    direction: str
    kind: str = ""
    provider_time: str | None = None
    campaign: str | None = None
    lead: str | None = None
    verification: str = "not_verifiable"
    person: Person | None = None
    content: Content | None = None
    meaning: str = ""
    in_reply_to: str | None = None
    reply_to: str | None = None
    mail_thread: str | None = None


class ThreadOpened(Event, frozen=True, kw_only=True, omit_defaults=True, tag="thread_opened"):
    """The first contact with one address of ours began a thread (a conversation of the inbox)."""

    thread: str
    channel: str
    ours: str
    person: Person | None = None


class MessageReceived(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="message_received"):
    """The contact sent us a message. `keyword`: the verdict on it (stop, start, help), if it is one. `machine`: it was written by no
    person (an answer of an absent one, a report)."""

    keyword: str | None = None
    machine: bool = False


class MessageEchoed(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="message_echoed"):
    """We sent a message, but not through here: somebody of ours in the provider's own app."""


class MessageEdited(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="message_edited"):
    """`message` says what `content` says from now on. Its sender edited it: see `direction`."""


class MessageDeleted(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="message_deleted"):
    """Its sender took `message` back."""


class MessageReacted(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="message_reacted"):
    """An emoji (`content.text`) stands on `message`; without text it was taken off again."""


class MessageStatusReported(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="message_status_reported"):
    """A provider reported on a message. `reported` is this report, `status` the fold of all reports known (law 9): the same for
    any order. progress/failure are the two facts it is folded from: [status, provider time or ""]. `known`: the message was known
    before; False for a report that came before its message."""

    reported: str
    status: str
    progress: tuple[str, str] | None = None
    failure: tuple[str, str] | None = None
    known: bool = True
    code: str | None = None
    reason: str | None = None


class MessageOpened(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="message_opened"):
    """Somebody or a machine opened an e-mail (T-44)."""

    machine: bool = False


class MessageClicked(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="message_clicked"):
    """Somebody or a machine followed a link; the link is in `content.fields`."""

    machine: bool = False


class MessageComplained(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="message_complained"):
    """The recipient called a message spam."""


class MessageDismissed(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="message_dismissed"):
    """A push was swiped away without being opened."""


class ThreadStatusReported(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="thread_status_reported"):
    """Every message of ours in the thread up to provider time `until` has reached `reported`, which names none of them."""

    reported: str
    until: str


class CallReported(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="call_reported"):
    """What a provider said about a call (`message` is the call)."""

    call: Call


class IdentityChanged(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="identity_changed"):
    """The contact has the address `person.successor` from now on."""


class ReferralReceived(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="referral_received"):
    """The contact came through an ad, a link or a start button, without saying anything yet."""


class AccountEventRecorded(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="account_event_recorded"):
    """Something about an account, a number or a template of ours, or about somebody who was not named."""


class SubscriptionChanged(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="subscription_changed"):
    """The recipient changed list preferences at the provider."""


class ProviderEventRecorded(MessageEvent, frozen=True, kw_only=True, omit_defaults=True, tag="provider_event_recorded"):
    """A provider said something that we have no word for; `kind` is its own name, the bytes are in `content.raw` (law 8)."""


class KeywordRecognised(Event, frozen=True, kw_only=True, omit_defaults=True, tag="keyword_recognised"):
    """A message is a reserved word. `provider_answered`: the provider has confirmed it already (T-34)."""

    keyword: str
    message: str
    thread: str
    channel: str
    language: str = "en"
    provider_answered: bool = False


class ConsentChanged(Event, frozen=True, kw_only=True, omit_defaults=True, tag="consent_changed"):
    """An entry of the consent ledger: from here on the contact is `opted_out` or `opted_in` for `scope` (`all` or
    `channel:<name>`); `source` names the way (keyword, complaint, subscription, bounce, provider, command), `evidence` the event."""

    scope: str
    state: str
    source: str
    evidence: str
    reason: str = ""
    channel: str = ""
    thread: str = ""


class TenantCreated(Event, frozen=True, kw_only=True, omit_defaults=True, tag="tenant_created"):
    tenant: str
    namespace: str
    name: str = ""


class TenantPolicySet(Event, frozen=True, kw_only=True, omit_defaults=True, tag="tenant_policy_set"):
    policy: dict[str, Any]


class ChannelConfigured(Event, frozen=True, kw_only=True, omit_defaults=True, tag="channel_configured"):
    channel_type: str
    queue_url: str
    is_active: bool
    config: dict[str, Any] = {}


class ChannelDeleted(Event, frozen=True, kw_only=True, omit_defaults=True, tag="channel_deleted"):
    channel_type: str


class CommandRefused(Event, frozen=True, kw_only=True, omit_defaults=True, tag="command_refused"):
    """A command that cannot be carried out, with the reason in words. A refusal is a decision: the sender can read it."""

    command: str
    reason: str


class AggregateParked(Event, frozen=True, kw_only=True, omit_defaults=True, tag="aggregate_parked"):
    """A decider raised on this input: a bug of ours. Later inputs wait behind it. `content.raw` are the input's bytes."""

    input: str
    topic: str
    error: str
    where: str
    timestamp: int
    content: Content


class InputHeld(Event, frozen=True, kw_only=True, omit_defaults=True, tag="input_held"):
    """An input that waits behind a parked one."""

    input: str
    topic: str
    timestamp: int
    content: Content


class AggregateReleased(Event, frozen=True, kw_only=True, omit_defaults=True, tag="aggregate_released"):
    """What waited is decided from here on, one decision per input, in order."""

    held: int


AnyEvent = (
    ThreadOpened
    | MessageReceived
    | MessageEchoed
    | MessageEdited
    | MessageDeleted
    | MessageReacted
    | MessageStatusReported
    | MessageOpened
    | MessageClicked
    | MessageComplained
    | MessageDismissed
    | ThreadStatusReported
    | CallReported
    | IdentityChanged
    | ReferralReceived
    | AccountEventRecorded
    | SubscriptionChanged
    | ProviderEventRecorded
    | KeywordRecognised
    | ConsentChanged
    | TenantCreated
    | TenantPolicySet
    | ChannelConfigured
    | ChannelDeleted
    | CommandRefused
    | AggregateParked
    | InputHeld
    | AggregateReleased
)
