"""A message as WhatsApp's own protocol has it, in JSON: what Baileys gives, and those that are built upon it.

Sources, read 2026-11: github.com/WhiskeySockets/Baileys, WAProto/WAProto.proto, src/Types/Message.ts and src/Utils/process-message.ts.

One key of a message names its kind and holds what was said: `{"conversation": "Hello"}`, `{"imageMessage": {"caption": ..}}`. Some only
wrap another message (seen once, disappearing, edited); some are about another one (reaction, protocol).
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from domain.channels.places import place
from domain.channels.provider import inner, listed, text_of, without
from schemas.values import Answer, Attachment, Content, Location

What = Literal["message", "reaction", "edit", "delete", ""]


class Said(NamedTuple):
    """what: empty where nothing was said. target: the message that it is about."""

    what: What
    kind: str
    content: Content
    target: str = ""
    reply_to: str | None = None


PERSONAL = frozenset(
    "remoteJid remoteJidAlt participant participantAlt participantPn senderPn senderLid sender jid lid pushName verifiedBizName message "
    "text reaction author".split()
)

_WRAPPINGS = (
    "ephemeralMessage",
    "viewOnceMessage",
    "viewOnceMessageV2",
    "viewOnceMessageV2Extension",
    "documentWithCaptionMessage",
    "editedMessage",
    "deviceSentMessage",
)
_DEEPEST = 8
_SILENT = frozenset(
    {
        "senderKeyDistributionMessage",
        "messageContextInfo",
        "keepInChatMessage",
        "encReactionMessage",
        "base64",
        "mediaUrl",
    }
)
"""What comes with a message, and says nothing by itself."""
_MEDIA: Mapping[str, str] = {
    "imageMessage": "image",
    "videoMessage": "video",
    "ptvMessage": "video",
    "audioMessage": "audio",
    "documentMessage": "document",
    "stickerMessage": "sticker",
}
_SECRETS = ("mediaKey", "fileSha256", "fileEncSha256", "jpegThumbnail", "contextInfo", "directPath", "waveform")
_REVOKE = ("0", "REVOKE")
_EDIT = ("14", "MESSAGE_EDIT")


def said(message: Any, media_url: str | None = None) -> Said:
    """What a message says. media_url: where the bridge has put its media, where it says so beside the message."""
    message = _unwrapped(message if isinstance(message, dict) else {})
    told = {name: value for name, value in message.items() if name not in _SILENT and value not in (None, "", {}, [])}
    if not told:
        return Said("", "empty", Content(kind="event"))
    kind, value = next(iter(told.items()))
    if kind == "conversation":
        return Said("message", kind, Content(text=text_of(value)))
    body = value if isinstance(value, dict) else {}
    if kind == "reactionMessage":
        content = Content(kind="reaction", text=text_of(body.get("text")))
        return Said("reaction", "reaction", content, text_of(inner(body, "key").get("id")) or "")
    if kind == "protocolMessage":
        return _protocol(body)
    reply_to = text_of(inner(body, "contextInfo").get("stanzaId"))
    where = media_url or text_of(message.get("mediaUrl"))
    if kind in _MEDIA:
        return Said("message", kind, _medium(kind, body, where), reply_to=reply_to)
    reader = _READERS.get(kind)
    content = reader(body) if reader else Content(kind="other", fields={kind: value})
    return Said("message", kind, content, reply_to=reply_to)


def _unwrapped(message: dict[str, Any]) -> dict[str, Any]:
    for _ in range(_DEEPEST):
        within = next((found for name in _WRAPPINGS if (found := inner(message, name, "message"))), None)
        if within is None:
            break
        message = within
    return message


def _protocol(body: dict[str, Any]) -> Said:
    type_, target = text_of(body.get("type")) or "0", text_of(inner(body, "key").get("id")) or ""
    if type_ in _EDIT:
        return Said("edit", "edit", said(body.get("editedMessage")).content, target)
    if type_ in _REVOKE:
        return Said("delete", "delete", Content(kind="event"), target)
    return Said("", "protocol", Content(kind="event"))


def _medium(kind: str, body: dict[str, Any], where: str | None) -> Content:
    """The address of media is encrypted at WhatsApp's, unless the bridge has stored them."""
    reference = where or text_of(body.get("url")) or text_of(body.get("directPath"))
    size = text_of(body.get("fileLength")) or ""
    attachment = Attachment(
        reference or "",
        text_of(body.get("mimetype")),
        text_of(body.get("fileName")) or text_of(body.get("title")),
        int(size) if size.isascii() and size.isdigit() and len(size) < 16 else None,
        voice=body.get("ptt") is True,
    )
    rest = without(body, *_SECRETS, "url", "mimetype", "fileName", "title", "fileLength", "ptt", "caption")
    return Content(
        kind=_MEDIA[kind],
        text=text_of(body.get("caption")),
        attachments=(attachment,) if reference else (),
        fields={kind: rest} if rest else {},
    )


def _text(body: dict[str, Any]) -> Content:
    context = inner(body, "contextInfo")
    fields = {"forwarded": True} if context.get("isForwarded") is True else {}
    return Content(text=text_of(body.get("text")), fields=fields)


def _spot(body: dict[str, Any]) -> Content:
    where: Location | None = place(
        body.get("degreesLatitude"),
        body.get("degreesLongitude"),
        text_of(body.get("name")),
        text_of(body.get("address")),
    )
    return Content(
        kind="location",
        text=text_of(body.get("caption")),
        location=where,
        fields={} if where else {"locationMessage": without(body, *_SECRETS)},
    )


def _card(body: dict[str, Any]) -> Content:
    cards = [text for each in (body, *listed(body, "contacts")) if (text := text_of(inner(each).get("vcard")))]
    return Content(
        kind="contact", fields={"contacts": cards} if cards else {"contactMessage": without(body, *_SECRETS)}
    )


def _answered(kind: Literal["button", "list"], payload: str, title: str) -> Callable[[dict[str, Any]], Content]:
    def read(body: dict[str, Any]) -> Content:
        row = inner(body, "singleSelectReply")
        told = text_of(body.get(title))
        answer = Answer(kind, text_of(body.get(payload)) or text_of(row.get(payload)), told)
        return Content(kind="interactive", text=told, answer=answer)

    return read


def _form(body: dict[str, Any]) -> Content:
    flow = inner(body, "nativeFlowResponseMessage")
    title = text_of(inner(body, "body").get("text"))
    answer = Answer("form", text_of(flow.get("paramsJson")), title)
    return Content(kind="interactive", text=title, answer=answer)


_READERS: Mapping[str, Callable[[dict[str, Any]], Content]] = {
    "extendedTextMessage": _text,
    "locationMessage": _spot,
    "liveLocationMessage": _spot,
    "contactMessage": _card,
    "contactsArrayMessage": _card,
    "buttonsResponseMessage": _answered("button", "selectedButtonId", "selectedDisplayText"),
    "templateButtonReplyMessage": _answered("button", "selectedId", "selectedDisplayText"),
    "listResponseMessage": _answered("list", "selectedRowId", "title"),
    "interactiveResponseMessage": _form,
}
