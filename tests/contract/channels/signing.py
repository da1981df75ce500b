"""Signs requests as providers do: one signer per scheme, written from the providers' pages and not from our schemes.

A key has a name: `first`, `second`, `theirs`. What is configured for it is a scheme's own form of secret; where only the provider can
sign, it is the public half.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from functools import partial
from hashlib import md5
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace

from domain.channels.provider import Example, Provider
from domain.signatures import Request
from tests.unit.domain.signatures.signing import (
    b64,
    curve_key,
    edwards_key,
    google_key,
    google_token,
    header,
    keyed,
    notification,
    pem,
    rsa_key,
    rsa_signed,
    sha256,
    token,
)

FORM = "application/x-www-form-urlencoded"
Part = Literal["body", "url", "header"]
Parameters = Mapping[str, Any]
Sign = Callable[[Request, str, int, Parameters], Request]
Change = Callable[[Request], Iterator[tuple[str, Request]]]


class Signer(NamedTuple):
    """sign(request, key, now, parameters): the request as the provider sends it. headers(parameters): those without any of which nothing
    is proved. body, url: the request with one covered value changed, for each of them; none where it is not covered. secret: what is
    configured for a key. fits: whether the provider sends such a request under this scheme. without: a request that was signed, its
    signature taken out, where that stands in the body."""

    sign: Sign
    headers: Callable[[Parameters], tuple[str, ...]]
    body: Change | None = None
    url: Change | None = None
    secret: Callable[[str], str] = lambda key: f"{key}-0f1e2d3c4b5a"
    fits: Callable[[Request], bool] = lambda request: True
    without: Change | None = None

    def changes(self, request: Request, parameters: Parameters) -> Iterator[tuple[Part, str, Request]]:
        """A signed request with one covered value changed, for each of them."""
        parts: tuple[tuple[Part, Change | None], ...] = (("body", self.body), ("url", self.url))
        for part, change in parts:
            yield from ((part, where, changed) for where, changed in (change(request) if change else ()))
        for name in self.headers(parameters):
            value = request.only(name)
            yield "header", name, header(request, name, _flipped(value, len(value) // 2))

    def missing(self, request: Request, parameters: Parameters) -> Iterator[tuple[str, Request]]:
        """A signed request without its signature, or without what belongs to it."""
        yield from ((name, header(request, name)) for name in self.headers(parameters))
        yield from self.without(request) if self.without else ()


def request_of(provider: Provider, case: Example) -> Request:
    """An example as it comes to our door."""
    headers = dict(case.headers)
    if case.body and "content-type" not in {name.lower() for name in headers}:
        headers["Content-Type"] = "application/json" if case.body.lstrip()[:1] in ("{", "[") else FORM
    url = case.url or f"https://hooks.acme.example/webhooks/{provider.channel}/{provider.name}"
    body = case.body.encode("utf-8", "surrogatepass")
    return Request(method=case.method, url=url, headers=tuple(headers.items()), body=body)


# What may be changed ---------------------------------------------------------------------------------------------------------------

VALUES = 24
"""Values of one body that are changed, spread over all of it."""


def every_value(request: Request) -> Iterator[tuple[str, Request]]:
    """One character of one value of the body, so that what it looks like stays."""
    found = _places(request)
    for place in found[:: len(found) // VALUES + 1]:
        body = request.body.decode("latin-1")
        yield f"body at {place}", replace(request, body=_flipped(body, place).encode("latin-1"))


def every_value_and_one_more(request: Request) -> Iterator[tuple[str, Request]]:
    yield from every_value(request)
    if _media_type(request) == FORM:
        yield "one field more", replace(request, body=request.body + b"&More=1")


def whole_url(request: Request) -> Iterator[tuple[str, Request]]:
    yield from bare_url(request)
    more = "&" if "?" in request.url else "?"
    yield "query", replace(request, url=f"{request.url}{more}more=1")


def bare_url(request: Request) -> Iterator[tuple[str, Request]]:
    parts = urlsplit(request.url)
    yield "host", replace(request, url=urlunsplit(parts._replace(netloc="hooks.bistro.example")))
    yield "path", replace(request, url=urlunsplit(parts._replace(path=f"{parts.path}/other")))


def query_of_a_get(request: Request) -> Iterator[tuple[str, Request]]:
    if request.method == "GET":
        yield from (each for each in whole_url(request) if each[0] == "query")


def _flipped(text: str, at: int) -> str:
    old = text[at]
    new = str((int(old) + 1) % 10) if old in "0123456789" else "b" if old.lower() == "a" else "a"
    return f"{text[:at]}{new}{text[at + 1 :]}"


def _places(request: Request) -> list[int]:
    """Where one character can be another one without the body being of another form: in each value of JSON, of a form, of a part."""
    body, kind = request.body.decode("latin-1"), _media_type(request)
    if kind == FORM:
        return [
            at for start, end in _pieces(body, "&") if (at := _plain(body, body.find("=", start, end) + 1, end)) >= 0
        ]
    if kind == "multipart/form-data":
        ends = [at for at in range(len(body)) if body.startswith("\r\n--", at)]
        starts = [body.find("\r\n\r\n", end) + 4 for end in (0, *ends[:-1])]
        return [at for start, end in zip(starts, ends, strict=True) if (at := _plain(body, start, end)) >= 0]
    return [at for start, end in _texts(body) if (at := _plain(body, start, end)) >= 0]


def _pieces(body: str, separator: str) -> Iterator[tuple[int, int]]:
    start = 0
    for piece in body.split(separator):
        yield start, start + len(piece)
        start += len(piece) + len(separator)


def _texts(body: str) -> Iterator[tuple[int, int]]:
    """Where the texts of JSON are that are no names."""
    at = body.find('"')
    while at >= 0:
        end = at + 1
        while body[end] != '"':
            end += 2 if body[end] == "\\" else 1
        if body[end + 1 :].lstrip()[:1] != ":":
            yield at + 1, end
        at = body.find('"', end + 1)


def _plain(body: str, start: int, end: int) -> int:
    """The first letter or digit there that is not behind something escaped; -1 without one."""
    for at in range(start, end):
        if body[at] in "%\\":
            return -1
        if body[at].isascii() and body[at].isalnum():
            return at
    return -1


# Forms -----------------------------------------------------------------------------------------------------------------------------


def _media_type(request: Request) -> str:
    return (request.values("Content-Type") or [""])[0].partition(";")[0]


def _form(text: str) -> list[tuple[bytes, bytes]]:
    """Fields as bytes."""
    pairs = parse_qsl(text, keep_blank_values=True, encoding="latin-1", max_num_fields=None)
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]


def posted(request: Request) -> list[tuple[bytes, bytes]]:
    """The fields of a body, without files."""
    if _media_type(request) == FORM:
        return _form(request.body.decode("latin-1"))
    return [
        (_name(part).encode(), payload)
        for part in _parts(request)
        if part.get_filename() is None and isinstance(payload := part.get_payload(decode=True), bytes)
    ]


def _parts(request: Request) -> list[Message]:
    head = f"Content-Type: {request.only('Content-Type')}\r\n\r\n".encode()
    found = BytesParser().parsebytes(head + request.body).get_payload()
    assert isinstance(found, list)
    return [part for part in found if isinstance(part, Message)]


def _name(part: Message) -> str:
    return str(part.get_param("name", header="content-disposition"))


def _sorted(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"".join(name + value for name, value in sorted(pairs))


def _is_form(request: Request) -> bool:
    return not request.body or _media_type(request) == FORM


# Schemes ---------------------------------------------------------------------------------------------------------------------------


def hashed(where: str, written: Callable[[bytes], str], digest: str = "sha256") -> Signer:
    """A keyed hash over the body."""

    def sign(request: Request, key: str, now: int, parameters: Parameters) -> Request:
        name, hash_ = parameters.get("header", where), parameters.get("digest", digest)
        return header(request, name, written(keyed(signer.secret(key), request.body, hash_)))

    signer = Signer(sign, lambda parameters: (parameters.get("header", where),), body=every_value)
    return signer


def stamped(where: str, stamp: str, written: Callable[[bytes], str], clock: Callable[[int], str] = str) -> Signer:
    """A keyed hash over time and body."""

    def names(parameters: Parameters) -> tuple[str, ...]:
        return parameters.get("header", where), parameters.get("stamp_header", stamp)

    def sign(request: Request, key: str, now: int, parameters: Parameters) -> Request:
        signature, moment = names(parameters)
        signed = (clock(now) + parameters.get("separator", "")).encode() + request.body
        return header(header(request, moment, clock(now)), signature, written(keyed(signer.secret(key), signed)))

    signer = Signer(sign, names, body=every_value)
    return signer


def told(where: str, prefix: str = "", written: Callable[[str], str] = str, secret: str = "{}-0f1e2d3c") -> Signer:
    """A secret that comes along."""

    def sign(request: Request, key: str, now: int, parameters: Parameters) -> Request:
        return header(request, parameters.get("header", where), prefix + written(secret.format(key)))

    return Signer(sign, lambda parameters: (parameters.get("header", where),), secret=secret.format)


def _iso(now: int) -> str:
    return f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _mandrill(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    signed = request.url.encode() + _sorted(posted(request))
    return header(request, "X-Mandrill-Signature", b64(keyed(MANDRILL.secret(key), signed, "sha1")))


def _twilio(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    if not _is_form(request):
        more = "&" if "?" in request.url else "?"
        request = replace(request, url=f"{request.url}{more}bodySHA256={sha256(request.body)}")
    form = set(posted(request)) if request.body and _is_form(request) else set()
    signed = request.url.encode() + _sorted(form)
    return header(request, "X-Twilio-Signature", b64(keyed(TWILIO.secret(key), signed, "sha1")))


def _plivo_v2(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    nonce = f"{now}77"
    signed = f"{request.url.partition('?')[0]}{nonce}".encode()
    request = header(request, "X-Plivo-Signature-V2-Nonce", nonce)
    return header(request, "X-Plivo-Signature-V2", b64(keyed(PLIVO_V2.secret(key), signed)))


def _plivo(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    nonce = f"{now}77"
    base, _, text = request.url.partition("?")
    query = b"&".join(name + b"=" + value for name, value in sorted(_form(text)))
    form = _sorted(posted(request)) if request.body else b""
    said = b".".join(each for each in (query, form) if each)
    signed = base.encode() + (b"?" + said if said else b"") + f".{nonce}".encode()
    request = header(request, "X-Plivo-Signature-V3-Nonce", nonce)
    return header(request, "X-Plivo-Signature-V3", b64(keyed(PLIVO.secret(key), signed)))


def _messagebird(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    claims = {
        "iss": "MessageBird",
        "nbf": now - 1,
        "exp": now + 60,
        "jti": "1",
        "url_hash": sha256(request.url.encode()),
    }
    claims |= {"payload_hash": sha256(request.body)} if request.body else {}
    return header(request, "MessageBird-Signature-JWT", token(MESSAGEBIRD.secret(key), claims))


def _bird(signed: Literal["query", "url"], request: Request, key: str, now: int, parameters: Parameters) -> Request:
    middle = request.url if signed == "url" else urlencode(sorted(parse_qsl(request.url.partition("?")[2])))
    text = f"{now}\n{middle}\n".encode() + bytes.fromhex(sha256(request.body))
    request = header(request, "MessageBird-Request-Timestamp", str(now))
    return header(request, "MessageBird-Signature", b64(keyed(BIRD.secret(key), text)))


def _vonage(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    query = dict(parse_qsl(request.url.partition("?")[2], keep_blank_values=True))
    signed = json.dumps(query, separators=(",", ":"), ensure_ascii=False).encode() if query else b""
    claims = {
        "iss": "Vonage",
        "iat": now,
        "jti": "1",
        "api_key": "acme",
        "payload_hash": sha256(request.body or signed),
    }
    return header(request, "Authorization", f"Bearer {token(VONAGE.secret(key), claims)}")


def _svix(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    signed = f"msg_1.{now}.".encode() + request.body
    request = header(header(request, "svix-id", "msg_1"), "svix-timestamp", str(now))
    return header(request, "svix-signature", f"v1,{b64(keyed(_bare(key), signed))}")


def _bare(key: str) -> bytes:
    return f"{key} of twenty-four bytes".encode()


def _postal(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    return header(request, "X-Postal-Signature-256", b64(rsa_signed(rsa_key(key), request.body)))


def _sendgrid(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    signature = curve_key(key).sign(str(now).encode() + request.body, ec.ECDSA(hashes.SHA256()))
    request = header(request, f"{SENDGRID_PREFIX}Timestamp", str(now))
    return header(request, f"{SENDGRID_PREFIX}Signature", b64(signature))


def _telnyx(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    signature = edwards_key(key).sign(f"{now}|".encode() + request.body)
    return header(header(request, "telnyx-timestamp", str(now)), "telnyx-signature-ed25519", b64(signature))


def _pubsub(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    audience = parameters.get("audience") or request.url
    return header(request, "Authorization", f"Bearer {google_token(rsa_key(key), now, aud=audience, email=PUSHES)}")


# Signatures that stand in the body -------------------------------------------------------------------------------------------------


def _mailgun(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    nonce = f"{now}" * 5
    signature = keyed(MAILGUN.secret(key), f"{now}{nonce}".encode()).hex()
    return _with_fields(request, {"timestamp": str(now), "token": nonce, "signature": signature})


def _mailgun_fields(request: Request) -> dict[str, str]:
    if _media_type(request) == "application/json":
        return dict(json.loads(request.body)["signature"])
    return {name.decode(): value.decode() for name, value in posted(request) if name in _MAILGUN}


_MAILGUN = (b"timestamp", b"token", b"signature")


def _mailgun_changed(request: Request) -> Iterator[tuple[str, Request]]:
    fields = _mailgun_fields(request)
    for name, value in fields.items():
        yield name, _with_fields(request, fields | {name: _flipped(value, len(value) - 1)})


def _mailgun_without(request: Request) -> Iterator[tuple[str, Request]]:
    fields = _mailgun_fields(request)
    for name in fields:
        yield name, _with_fields(request, {other: value for other, value in fields.items() if other != name})


def _with_fields(request: Request, fields: Mapping[str, str]) -> Request:
    """The request with these fields instead of Mailgun's own."""
    kind = _media_type(request)
    if kind == "application/json":
        return replace(request, body=json.dumps(json.loads(request.body) | {"signature": fields}).encode())
    if kind == FORM:
        kept = [piece for piece in request.body.split(b"&") if piece.partition(b"=")[0] not in _MAILGUN]
        return replace(request, body=b"&".join((*kept, urlencode(fields).encode())))
    boundary = request.only("Content-Type").partition("boundary=")[2].strip('"').encode()
    first, *pieces = (b"\r\n" + request.body).split(b"\r\n--" + boundary)
    kept = [each for each in pieces[:-1] if not any(b'name="' + name + b'"' in each for name in _MAILGUN)]
    ours = [
        f'\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()
    ]
    return replace(request, body=(b"\r\n--" + boundary).join((first, *kept, *ours, pieces[-1])).removeprefix(b"\r\n"))


def _unisender_go(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    body = json.dumps(json.loads(request.body) | {"auth": "@"}).encode()
    signature = md5(body.replace(b'"@"', f'"{UNISENDER_GO.secret(key)}"'.encode(), 1)).hexdigest()
    return replace(request, body=body.replace(b'"@"', f'"{signature}"'.encode(), 1))


def _without_auth(request: Request) -> Iterator[tuple[str, Request]]:
    data = json.loads(request.body)
    del data["auth"]
    yield "auth", replace(request, body=json.dumps(data).encode())


def _sns(request: Request, key: str, now: int, parameters: Parameters) -> Request:
    message = notification(request.body.decode("utf-8", "replace"), _iso(now), rsa_key(key))
    return replace(header(request, "Content-Type", "text/plain; charset=UTF-8"), body=json.dumps(message).encode())


def _sns_changed(request: Request) -> Iterator[tuple[str, Request]]:
    message = json.loads(request.body)
    yield "Message", replace(request, body=json.dumps(message | {"Message": message["Message"] + " "}).encode())
    for name in ("MessageId", "Subject", "Timestamp", "TopicArn", "Signature", "SigningCertURL"):
        place = next(at for at in range(len(message[name]) // 2, -1, -1) if message[name][at].isalnum())
        yield name, replace(request, body=json.dumps(message | {name: _flipped(message[name], place)}).encode())


def _sns_without(request: Request) -> Iterator[tuple[str, Request]]:
    message = json.loads(request.body)
    for name in ("Signature", "SigningCertURL", "SignatureVersion"):
        yield name, replace(request, body=json.dumps({k: v for k, v in message.items() if k != name}).encode())


def _none(parameters: Parameters) -> tuple[str, ...]:
    return ()


def _named(*names: str) -> Callable[[Parameters], tuple[str, ...]]:
    return lambda parameters: names


def _public(make: Callable[[str], Any]) -> Callable[[str], str]:
    return lambda key: pem(make(key))


def _google_keys(key: str) -> str:
    return json.dumps({"keys": [google_key(rsa_key(key), "k1")], "accounts": [PUSHES]})


PUSHES = "push@acme.iam.gserviceaccount.example"
"""The service account that Google pushes as."""
SENDGRID_PREFIX = "X-Twilio-Email-Event-Webhook-"
MAILGUN = Signer(_mailgun, _none, body=_mailgun_changed, without=_mailgun_without)
MANDRILL = Signer(_mandrill, _named("X-Mandrill-Signature"), body=every_value_and_one_more, url=whole_url)
MESSAGEBIRD = Signer(_messagebird, _named("MessageBird-Signature-JWT"), body=every_value, url=whole_url)
_BIRD = _named("MessageBird-Signature", "MessageBird-Request-Timestamp")
BIRD = Signer(partial(_bird, "url"), _BIRD, body=every_value, url=whole_url)
PLIVO = Signer(
    _plivo,
    _named("X-Plivo-Signature-V3", "X-Plivo-Signature-V3-Nonce"),
    body=every_value_and_one_more,
    url=whole_url,
    fits=_is_form,
)
PLIVO_V2 = Signer(_plivo_v2, _named("X-Plivo-Signature-V2", "X-Plivo-Signature-V2-Nonce"), url=bare_url)
SVIX = Signer(
    _svix,
    _named("svix-id", "svix-timestamp", "svix-signature"),
    body=every_value,
    secret=lambda key: f"whsec_{b64(_bare(key))}",
)
TWILIO = Signer(_twilio, _named("X-Twilio-Signature"), body=every_value_and_one_more, url=whole_url)
UNISENDER_GO = Signer(_unisender_go, _none, body=every_value, without=_without_auth)
VONAGE = Signer(_vonage, _named("Authorization"), body=every_value, url=query_of_a_get)

SIGNERS: Mapping[str, Signer] = {
    "basic": told("Authorization", "Basic ", lambda secret: b64(secret.encode()), "ann:{}-pass"),
    "bearer": told("Authorization", "Bearer "),
    "hmac": hashed("X-Signature", bytes.hex),
    "hmac_stamped": stamped("X-Signature", "X-Timestamp", bytes.hex),
    "token": told("X-Token"),
    "bird": BIRD,
    "line": hashed("x-line-signature", b64),
    "mailersend": hashed("Signature", bytes.hex),
    "mailgun": MAILGUN,
    "mailtrap": hashed("Mailtrap-Signature", bytes.hex),
    "mandrill": MANDRILL,
    "messagebird": MESSAGEBIRD,
    "messagebird_legacy": Signer(
        partial(_bird, "query"), _BIRD, body=every_value, url=lambda request: filter(_is_query, whole_url(request))
    ),
    "meta": hashed("X-Hub-Signature-256", lambda raw: f"sha256={raw.hex()}"),
    "plivo": PLIVO,
    "plivo_v2": PLIVO_V2,
    "postal": Signer(_postal, _named("X-Postal-Signature-256"), body=every_value, secret=_public(rsa_key)),
    "pubsub": Signer(_pubsub, _named("Authorization"), url=whole_url, secret=_google_keys),
    "resend": SVIX,
    "sendgrid": Signer(
        _sendgrid,
        _named(f"{SENDGRID_PREFIX}Signature", f"{SENDGRID_PREFIX}Timestamp"),
        body=every_value,
        secret=_public(curve_key),
    ),
    "sns": Signer(_sns, _none, body=_sns_changed, secret=_public(rsa_key), without=_sns_without),
    "svix": SVIX,
    "telegram": told("X-Telegram-Bot-Api-Secret-Token"),
    "telnyx": Signer(
        _telnyx,
        _named("telnyx-signature-ed25519", "telnyx-timestamp"),
        body=every_value,
        secret=_public(edwards_key),
    ),
    "twilio": TWILIO,
    "unisender_go": UNISENDER_GO,
    "viber": hashed("X-Viber-Content-Signature", bytes.hex),
    "vonage": VONAGE,
    "zendesk": stamped("X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Signature-Timestamp", b64, _iso),
}
"""By scheme; what signs every provider's requests that it can be told to, and what no provider's file names yet, among them."""


def _is_query(change: tuple[str, Request]) -> bool:
    return change[0] == "query"
