"""What providers of text messages share: numbers that must be there, media, and how a failure is told."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domain.addresses import Address, international, phone
from domain.channels.provider import Invalid, impersonal
from schemas.values import FAILURES, Attachment, FailureCategory, MessageStatus, StatusReport


class Failure(NamedTuple):
    """What an error code of a provider means. permanent: our reading of the code where the provider does not say it in so many
    words; None where the code does not tell."""

    category: FailureCategory
    permanent: bool | None = None


OTHER = Failure("other")


def present(fields: Mapping[str, str], name: str, *ids: str) -> str:
    """A field that must be there. Raises Invalid; `ids` are what the provider calls the message, as far as that is known."""
    value = fields.get(name)
    if not value:
        raise Invalid("missing_field", f"SMS event missing required field: {name}", ids)
    return value


def number(fields: Mapping[str, str], name: str, id_: str, country: str | None = None, *, plus: bool = True) -> Address:
    """A number, short code or sender that must be there. plus: whether the provider writes one; without it digits are an
    international number all the same."""
    given = fields.get(name) or present(fields, name, id_)
    found = phone(given, country) if plus else international(given)
    if found is None:
        raise Invalid("invalid_phone", "Invalid phone number format", (id_,))
    return found


def report(
    status: MessageStatus, kind: str, time: str | None, code: str | None, reason: str | None, failure: Failure
) -> StatusReport:
    """Code, reason and failure are told of what did not arrive; of everything else they say nothing."""
    if status not in FAILURES:
        return StatusReport(status.value, kind, time=time)
    return StatusReport(status.value, kind, code, impersonal(reason), time, failure.category, failure.permanent)


_SUFFIXES = {
    "image": "jpg jpeg png gif webp bmp heic tif tiff svg",
    "audio": "mp3 amr wav ogg oga opus m4a aac 3ga mid midi",
    "video": "mp4 3gp 3g2 3gpp mov mpg mpeg webm avi m4v",
    "contact": "vcf vcard",
    "layout": "smil smi",
}
_BY_SUFFIX = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_BY_TYPE = {"text/vcard": "contact", "text/x-vcard": "contact", "application/smil": "layout"}


def medium(attachment: Attachment) -> str:
    """image, audio, video, contact or document, going by its type or, where none is told, by the end of its address; `layout` for
    what only arranges the rest of a multimedia message."""
    if attachment.content_type:
        type_ = attachment.content_type.partition(";")[0].strip().lower()
        main = type_.partition("/")[0]
        return _BY_TYPE.get(type_) or (main if main in ("image", "audio", "video") else "document")
    path = attachment.reference.partition("?")[0]
    return _BY_SUFFIX.get(path.rpartition("/")[2].rpartition(".")[2].lower(), "document")


def content_kind(text: str | None, attachments: Sequence[Attachment]) -> str:
    """A message with text is a text; one without is what its first medium is."""
    if text or not attachments:
        return "text"
    return next((kind for each in attachments if (kind := medium(each)) != "layout"), "document")
