"""Takes the wrappings off a queue message's body: SNS, API Gateway, EventBridge, SQS and Lambda records, in any nesting (T-12).

Comes in: the text SQS gave. Goes out: what the provider sent, decoded from JSON or a form, and the wrappings' names, outermost first.
Shapes: docs.aws.amazon.com, SNS "HTTP/HTTPS notification JSON format", API Gateway "Lambda proxy integrations" (payload formats 1.0
and 2.0), EventBridge "AWS service event metadata", SQS and SES "event records" of Lambda.
"""

import binascii
import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from domain import multipart
from domain.charsets import text_in
from domain.forms import Upload, form_of
from domain.requests import VERIFIED_BY, request_of
from domain.signatures.request import Request

DEEPEST = 8
"""Wrappings around one payload; what has more is nothing that anybody built."""
NESTED = 100
"""Objects and arrays of JSON in each other."""
FIELDS = 1_000
"""Fields of one form."""
LISTED = 4_000
"""Values of JSON that stand in lists, all together. A thousand items (domain/reading.py) may each stand in lists of their own; more is
refused before anybody reads them one by one."""
BRACKETS = 50_000
"""Closing ones of each kind that may stand in a body of JSON, in its texts too; what has more is not even read."""
RECORDS = 100
"""Records of one Lambda event."""

_decode = msgspec.json.Decoder().decode


class Unreadable(ValueError):
    """A body that is nothing we can read. reason: a short name, fit for a label."""

    def __init__(self, reason: str, text: str, layers: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.reason, self.layers = reason, layers


class Control(NamedTuple):
    """A message of the plumbing itself, from which nothing follows (T-13). `why` says which; fields: what answering it needs."""

    why: str
    layers: tuple[str, ...]
    fields: Mapping[str, str] = MappingProxyType({})


class Payload(NamedTuple):
    """What a provider sent: an object of JSON, the fields of a form (domain/forms.py), or any other JSON value. request: as it came
    over HTTP, where method, URL, headers and bytes travelled along. vouched: whether our own door says that the SNS around it is
    genuine and from a topic of ours."""

    data: Any
    layers: tuple[str, ...]
    request: Request | None = None
    vouched: bool = False


def peel(body: str, request: Request | None = None) -> list[Payload | Control]:
    """Everything in one body, or in one request that came over HTTP: one payload, save for records of Lambda, which may hold several.
    Raises Unreadable."""
    return list(_peel_text(body, ()) if request is None else _with_request(request, ()))


def mended(text: str) -> str:
    """The text with U+FFFD for each lone surrogate, which no UTF-8 can hold (T-23). The original bytes are kept elsewhere."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        if _PAIR.search(text) is None:
            return _HALF.sub("\ufffd", text)
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


_HALF, _PAIR = re.compile("[\ud800-\udfff]"), re.compile("[\ud800-\udbff][\udc00-\udfff]")


def json_of(text: str) -> Any:
    """JSON that stands in a field of a form or of other JSON, by the same rules as a whole body. Raises Unreadable."""
    return _json(mended(text), ())


def _peel_text(text: str, layers: tuple[str, ...]) -> Iterator[Payload | Control]:
    text = mended(text)
    start = text[:64].lstrip("\ufeff \t\r\n")[:1]
    if start in ("{", "["):
        yield from _peel(_json(text, layers), layers)
    elif text.startswith("Successfully validated SNS topic"):
        yield Control("sns_topic_validated", layers)
    elif start == '"':
        yield from _peel(_json(text, layers), (*layers, "json_text"))
    elif "=" in text:
        yield Payload(_form(text, layers), layers)
    else:
        raise Unreadable("unreadable", "The body is neither JSON nor form-encoded", layers)


def _peel(data: Any, layers: tuple[str, ...]) -> Iterator[Payload | Control]:
    """Takes off one wrapping, if there is one."""
    if len(layers) > DEEPEST:
        raise Unreadable("too_deep", f"The body is wrapped more than {DEEPEST} times", layers)
    if type(data) is str:
        yield from _peel_text(data, layers)
    elif type(data) is not dict:
        yield Payload(data, layers)
    elif "Type" in data and "Message" in data:
        yield from _peel_sns(data, layers)
    elif "detail-type" in data and "detail" in data:
        yield from _peel(data["detail"], (*layers, "eventbridge"))
    elif "body_b64" in data and "method" in data:
        yield from _peel_webhook(data, layers)
    elif _is_http(data):
        yield from _peel_http(data, (*layers, "api_gateway"))
    elif type(data.get("Records")) is list:
        yield from _peel_records(data["Records"], layers)
    elif data.get("Event") == "s3:TestEvent":
        yield Control("s3_test_event", layers)
    elif data.get("eventSource") == "aws:sqs" and "body" in data:
        yield from _peel(data["body"], (*layers, "sqs"))
    elif "ReceiptHandle" in data and "Body" in data:
        yield from _peel(data["Body"], (*layers, "sqs"))
    else:
        yield Payload(data, layers)


_SNS_CONTROL = {
    "SubscriptionConfirmation": "sns_subscription_confirmation",
    "UnsubscribeConfirmation": "sns_unsubscribe_confirmation",
}
_SNS_FIELDS = ("TopicArn", "Token", "SubscribeURL", "MessageId")


def _peel_sns(data: dict[str, Any], layers: tuple[str, ...]) -> Iterator[Payload | Control]:
    type_ = data["Type"]
    if type_ == "Notification":
        yield from _peel(data["Message"], (*layers, "sns"))
    elif type(type_) is str and type_ in _SNS_CONTROL:
        fields = {name: text for name in _SNS_FIELDS if isinstance(text := data.get(name), str)}
        yield Control(_SNS_CONTROL[type_], (*layers, "sns"), fields)
    else:
        yield Payload(data, layers)


def _is_http(data: dict[str, Any]) -> bool:
    if "requestContext" in data or "httpMethod" in data:
        return "body" in data or "queryStringParameters" in data or "rawQueryString" in data
    return "body" in data and "isBase64Encoded" in data


def _peel_webhook(data: dict[str, Any], layers: tuple[str, ...]) -> Iterator[Payload | Control]:
    """An HTTP request as our own door passes it on. What it says about the signature of SNS counts where it is the message on the queue
    itself: nobody else may write there (docs/webhooks.md). Inside of anything else it is what somebody has sent."""
    vouched = not layers and data.get(VERIFIED_BY) == "sns"
    for found in _peel_http(data, (*layers, "webhook")):
        if vouched and isinstance(found, Payload) and found.layers[1:2] == ("sns",):
            found = found._replace(vouched=True)
        yield found


def _peel_http(data: dict[str, Any], layers: tuple[str, ...]) -> Iterator[Payload | Control]:
    """An HTTP request as API Gateway, a function URL or a load balancer passes it on."""
    try:
        request = request_of(data)
    except ValueError as error:
        raise Unreadable("bad_base64", "The body of the request is not base64", layers) from error
    yield from _with_request(request, layers)


def _with_request(request: Request, layers: tuple[str, ...]) -> Iterator[Payload | Control]:
    for found in _peel_request(request, layers):
        yield found._replace(request=request) if isinstance(found, Payload) and found.request is None else found


def _peel_request(request: Request, layers: tuple[str, ...]) -> Iterator[Payload | Control]:
    """A GET has its fields in the query."""
    body = request.body
    if not body:
        yield Payload(_form(request.query, layers) if request.query else {}, layers)
    elif request.media_type == "multipart/form-data":
        yield Payload(_multipart(request, layers), layers)
    else:
        yield from _peel_text(_decoded(body, " ".join(request.values("Content-Type"))), layers)


def _decoded(body: bytes, content_type: str) -> str:
    """In the character set that the content type names; as UTF-8 with U+FFFD where that is unknown or a lie (T-23)."""
    charset = _CHARSET.search(content_type)
    if charset is not None and charset[1].lower() not in ("utf-8", "utf8"):
        try:
            return text_in(body, charset[1])
        except (LookupError, UnicodeDecodeError, ValueError):
            pass
    return body.decode("utf-8", "replace")


_CHARSET = re.compile(r";\s*charset=\"?([A-Za-z0-9._\-]{1,40})", re.IGNORECASE)


def _multipart(request: Request, layers: tuple[str, ...]) -> dict[str, Any]:
    try:
        found = list(multipart.parts(request.body, request.values("Content-Type")[0]))
    except multipart.Malformed as error:
        raise Unreadable("bad_multipart", f"The body is no multipart form: {error}", layers) from error
    form = form_of((part.name.decode("utf-8", "replace"), _value(part)) for part in found)
    form.octets = {
        part.name.decode("utf-8", "replace"): part.content
        for part in found
        if part.filename is None and not part.content.isascii() and "\ufffd" in part.content.decode("utf-8", "replace")
    }
    return form


def _value(part: multipart.Part) -> str | Upload:
    if part.filename is None:
        return _decoded(part.content, part.content_type)
    return Upload(part.filename.decode("utf-8", "replace"), part.content_type, part.content)


def _peel_records(records: list[Any], layers: tuple[str, ...]) -> Iterator[Payload | Control]:
    """The records of a Lambda event: SNS, SQS, or SES' own. Records of anything else stay together as one payload."""
    if len(records) > RECORDS:
        raise Unreadable("too_many_records", f"The body has more than {RECORDS} records", layers)
    inside = [_in_record(record) for record in records]
    if not inside or None in inside:
        yield Payload({"Records": records}, layers)
        return
    for found in inside:
        assert found is not None
        name, data = found
        yield from _peel(data, (*layers, "lambda", name))


def _in_record(record: Any) -> tuple[str, Any] | None:
    if type(record) is not dict:
        return None
    if type(record.get("Sns")) is dict and "Message" in record["Sns"]:
        return "sns", record["Sns"]["Message"]
    if record.get("eventSource") == "aws:sqs" and "body" in record:
        return "sqs", record["body"]
    if record.get("eventSource") == "aws:ses" and type(record.get("ses")) is dict:
        return "ses", {"notificationType": "Received", **record["ses"]}
    return None


def _json(text: str, layers: tuple[str, ...]) -> Any:
    """JSON as msgspec reads it; what it refuses and Python takes (half surrogate pairs, control characters) is taken too."""
    text = text.lstrip("\ufeff")
    if max(text.count("]"), text.count("}")) > BRACKETS:
        raise Unreadable("too_many_items", "The body is JSON of more lists or objects than anybody sends", layers)
    try:
        try:
            data = _decode(text)
        except ValueError:
            data = _mended_all(json.loads(text, strict=False, parse_constant=_no_constant))
    except RecursionError as error:
        raise Unreadable("too_deep", "The body is JSON that is nested too deeply", layers) from error
    except ValueError as error:
        raise Unreadable("bad_json", "The body looks like JSON and is none", layers) from error
    if text.count(",") >= LISTED and _is_crowded(data):
        raise Unreadable("too_many_items", f"The body has lists of more than {LISTED:,} values", layers)
    if text.count("{") + text.count("[") > NESTED and _is_deep(data):
        raise Unreadable("too_deep", "The body is JSON that is nested too deeply", layers)
    return data


def _is_crowded(data: Any) -> bool:
    """Whether more than LISTED values stand in lists."""
    waiting, found = [data], 0
    while waiting and found <= LISTED:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += [inner for inner in each.values() if isinstance(inner, dict | list)]
        elif isinstance(each, list):
            found += len(each)
            waiting += [inner for inner in each if isinstance(inner, dict | list)] if found <= LISTED else ()
    return found > LISTED


def _is_deep(data: Any) -> bool:
    """Whether objects and arrays stand more than `NESTED` deep in each other: such a value could not be written again."""
    level = [data]
    for _ in range(NESTED + 1):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(level)


def _no_constant(name: str) -> None:
    """NaN and Infinity are no JSON; null says the same to whoever reads on."""


def _mended_all(value: Any) -> Any:
    match value:
        case str():
            return mended(value)
        case list():
            return [_mended_all(each) for each in value]
        case dict():
            return {mended(name): _mended_all(each) for name, each in value.items()}
        case _:
            return value


def _form(text: str, layers: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a form (domain/forms.py). Bytes that are no UTF-8 become U+FFFD."""
    separators = text.count("&")
    if separators > FIELDS:
        raise Unreadable("too_many_fields", f"The body is a form with more than {FIELDS:,} fields", layers)
    text = text.strip("\r\n")
    fields = _form_as_json(text)
    return _form_by_hand(text) if fields is None or len(fields) <= separators else fields


def _form_as_json(text: str) -> dict[str, str] | None:
    """A form rewritten as the object of JSON that says the same, which is read three times as fast as a form by hand. None for what
    is not escaped as forms are, or not of names with values: that gives no JSON."""
    if not text.isascii() or '"' in text or "\\" in text:
        return None
    data = text.encode().replace(b"+", b" ").replace(b"%", b"\\u00").replace(b"&", b'","').replace(b"=", b'":"')
    try:
        fields = _decode_form(b'{"' + data + b'"}')
    except msgspec.DecodeError:
        return None
    if _HIGH(text) is None:
        return fields
    # A byte of UTF-8 has become the character of that number.
    return {
        name if name.isascii() else _characters(name): value if value.isascii() else _characters(value)
        for name, value in fields.items()
    }


_decode_form = msgspec.json.Decoder(dict[str, str]).decode
_HIGH = re.compile("%[89A-Fa-f]").search


def _characters(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "replace")


def _form_by_hand(text: str) -> dict[str, Any]:
    pairs = [pair.partition("=") for pair in text.replace("+", " ").split("&")]
    return form_of((_unquoted(name), _unquoted(value)) for name, _, value in pairs)


def _unquoted(text: str) -> str:
    """As urllib does it, by way of quoted-printable, which is read by a loop in C."""
    if "%" not in text:
        return text
    data = _BROKEN.sub(_escaped, text.encode().replace(b"=", b"=3D")).replace(b"%", b"=")
    return binascii.a2b_qp(data).decode("utf-8", "replace")


_BROKEN = re.compile(rb"(?:%+(?![0-9A-Fa-f]{2})[^%]*+)++")
"""Escapes that are none, as many as follow each other."""


def _escaped(broken: re.Match[bytes]) -> bytes:
    return broken[0].replace(b"%", b"=25")
