"""The keys of a description. What each is for, in the words of its users: docs/declared-providers.md, which a test compares."""

from typing import Annotated, Any, Literal, get_args

from msgspec import Meta, Struct

from domain.declared.decodings import Decoding
from schemas.meanings import Meaning
from schemas.values import FailureCategory, MessageStatus

Path = Annotated[str, Meta(min_length=1, max_length=200)]
Paths = Path | tuple[Path, ...]
"""Where a value stands; of several the first that says something."""
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Meta(min_length=1)]
Values = Text | tuple[Text, ...]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
Setting = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]

Form = Literal["json", "form", "query"]
TimeFormat = Literal["iso", "unix", "rfc2822", "naive", "minute"]
AddressKind = Literal["phone", "email", "whatsapp", "other"]
Direction = Literal["inbound", "outbound"]
Consent = Literal["opted_out", "opted_in"]
Status = Literal[
    "queued", "sending", "sent", "delivered", "read", "played", "undelivered", "failed", "canceled"
]  # fmt: skip
assert frozenset(get_args(Status)) == frozenset(MessageStatus)


class When(Struct, frozen=True, kw_only=True):
    """What must hold. present: values that must be there, be they empty; absent: that must not; equals: value -> what it must be, or
    one of several; begins: value -> how it must begin."""

    present: Paths = ()
    absent: Paths = ()
    equals: dict[Path, Values] = {}
    begins: dict[Path, Values] = {}


class Decode(Struct, frozen=True, kw_only=True):
    """How a text is written. always: in every item; by, values: the value there says which."""

    always: Decoding | None = None
    by: Path | None = None
    values: dict[Text, Decoding] = {}


class Media(Struct, frozen=True, kw_only=True):
    """Files that came with a message. items: where their list stands; the others stand in each of its elements. Without `url` the
    element itself is the URL."""

    items: Path | None = None
    url: Paths = ()
    content_type: Paths = ()
    name: Paths = ()
    size: Paths = ()


class Kind(Struct, frozen=True, kw_only=True):
    """One kind of thing that a provider tells."""

    meaning: Meaning
    when: When
    items: Path | None = None
    direction: Direction | None = None
    required: Paths = ()
    kind: Paths = ()
    id: Paths = ()
    id_is_shared: bool = False
    event: Paths = ()
    about: Paths = ()
    reply_to: Paths = ()
    sender: Paths = ()
    receiver: Paths = ()
    person: Paths = ()
    successor: Paths = ()
    text: Paths = ()
    decode: Decode | None = None
    subject: Paths = ()
    html: Paths = ()
    media: Media | None = None
    time: Paths = ()
    time_format: TimeFormat = "iso"
    status: Paths = ()
    statuses: dict[Text, Status] = {}
    error_code: Paths = ()
    error_text: Paths = ()
    no_error: Values = ()
    categories: dict[Text, FailureCategory] = {}
    permanent: Paths = ()
    consent: Consent | None = None
    opted_out: Values = ()
    campaign: Paths = ()
    lead: Paths = ()


class Signed(Struct, frozen=True, kw_only=True):
    """How the provider proves itself (domain/signatures/table.py)."""

    secret: Setting
    scheme: Text
    parameters: dict[Name, Any] = {}
    mandatory: Literal["key", "header"] | None = None
    header: Text | None = None


class Answered(Struct, frozen=True, kw_only=True):
    """What the provider reads as success."""

    body: str = ""
    content_type: Text = "text/plain; charset=utf-8"
    status: Annotated[int, Meta(ge=200, le=299)] = 200


class Shown(Struct, frozen=True, kw_only=True):
    """An example: what the provider would send, and what it comes to."""

    name: Name
    body: Any
    outcome: Values
    headers: dict[Text, str] = {}


class Description(Struct, frozen=True, kw_only=True):
    """A provider. version: of this list of keys, so that it can grow."""

    version: Literal["1"]
    channel: Name
    name: Name
    label: Text
    source: Values
    form: Form
    kinds: tuple[Kind, ...]
    address: AddressKind | None = None
    international: bool = False
    country: Country | None = None
    when: When | None = None
    items: Path | None = None
    account: Paths = ()
    service: Paths = ()
    personal: Values = ()
    left_out: Values = ()
    headers: Values = ()
    signatures: tuple[Signed, ...] = ()
    reply: Answered = Answered()
    not_covered: Values = ()
    examples: tuple[Shown, ...] = ()
