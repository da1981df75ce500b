"""HTTP requests that travelled in a queue message: as API Gateway, function URLs and load balancers pass them on, and as our own door
does (api/webhooks). Pure."""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from domain.signatures.request import Request

VERIFIED_BY = "verified_by"
"""The field of our own door's messages that says whose signature it has verified already, where the bridge cannot: `sns`."""


def request_of(data: Mapping[str, Any]) -> Request:
    """The request that one of these objects describes. Raises ValueError when its body is no base64 although it says so.

    Ours: {"method", "url", "headers": {} or [[name, value]], "body_b64"}. Amazon's: docs.aws.amazon.com, API Gateway "Lambda proxy
    integrations", payload formats 1.0 and 2.0.
    """
    if "body_b64" in data:
        body = _base64(data["body_b64"])
        return Request(method=_text(data.get("method")), url=_text(data.get("url")), headers=_headers(data), body=body)
    headers = _headers(data)
    context = data.get("requestContext")
    context = context if isinstance(context, dict) else {}
    http = context.get("http")
    http = http if isinstance(http, dict) else {}
    given = data.get("body")
    body = (
        _base64(given)
        if data.get("isBase64Encoded") is True
        else given.encode("utf-8", "replace")
        if isinstance(given, str)
        else b""
    )
    method = _text(data.get("httpMethod")) or _text(http.get("method"))
    return Request(method=method or "POST", url=_url(data, context, headers), headers=headers, body=body)


def _url(data: Mapping[str, Any], context: Mapping[str, Any], headers: tuple[tuple[str, str], ...]) -> str:
    """As the provider saw it, without its host where none is told. The stage is a part of it, unless a domain of one's own hides it;
    the context's path tells."""
    named = {name.lower(): value for name, value in headers}
    host = named.get("host") or _text(context.get("domainName"))
    path = _text(context.get("path")) or _text(data.get("rawPath")) or _text(data.get("path"))
    query = _query(data)
    if not host:
        return f"{path}{'?' + query if query else ''}"
    scheme = named.get("x-forwarded-proto", "https").partition(",")[0].strip()
    return f"{scheme}://{host}{path}{'?' + query if query else ''}"


def _query(data: Mapping[str, Any]) -> str:
    raw = data.get("rawQueryString")
    if isinstance(raw, str):
        return raw
    many = data.get("multiValueQueryStringParameters")
    if isinstance(many, dict):
        pairs = [(name, value) for name, values in many.items() if isinstance(values, list) for value in values]
    else:
        one = data.get("queryStringParameters")
        pairs = list(one.items()) if isinstance(one, dict) else []
    return urlencode([(str(name), _text(value)) for name, value in pairs], quote_via=quote, errors="replace")


def _headers(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in _pairs(data))


def _pairs(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    many = data.get("multiValueHeaders")
    if isinstance(many, dict) and many:
        for name, values in many.items():
            for value in values if isinstance(values, list) else ():
                yield str(name), _text(value)
        return
    one = data.get("headers")
    if isinstance(one, dict):
        for name, value in one.items():
            yield str(name), _text(value)
    elif isinstance(one, list):
        for pair in one:
            if isinstance(pair, list) and len(pair) == 2:
                yield _text(pair[0]), _text(pair[1])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _base64(value: Any) -> bytes:
    """Raises ValueError."""
    if value is None:
        return b""
    if not isinstance(value, str):
        raise ValueError("no text")  # noqa: TRY004  # what came in is wrong, not what we did
    return b64decode(value, validate=True)
