"""What the tests of the schemes share: a request, small changes of it, and the reason of a verdict."""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec.structs import replace

from domain.signatures import Request, scheme

NOW = 1_790_000_000


def reason(name: str, request: Request, *secrets: str | bytes, now: int = NOW, **parameters: object) -> str:
    verdict = scheme(name, parameters).verify(request, secrets, now)
    assert verdict.outcome == {"verified": "verified", "no_secret": "not_required"}.get(verdict.reason, "failed")
    assert verdict.text
    assert not any(secret and str(secret) in verdict.text for secret in secrets)
    return verdict.reason


def post(
    headers: dict[str, str], body: bytes = b"", url: str = "https://hooks.example.org/in", method: str = "POST"
) -> Request:
    return Request(method=method, url=url, headers=tuple(headers.items()), body=body)


def header(request: Request, name: str, *values: str) -> Request:
    """The request with these values of a header, none to leave it out."""
    others = tuple(one for one in request.headers if one[0].lower() != name.lower())
    return replace(request, headers=others + tuple((name, value) for value in values))


def keyed(key: str | bytes, message: bytes, digest: str = "sha256") -> bytes:
    return hmac.new(key.encode() if isinstance(key, str) else key, message, digest).digest()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def segment(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def token(key: str, claims: dict[str, Any], algorithm: str = "HS256", **more: Any) -> str:
    signed = f"{segment({'typ': 'JWT', 'alg': algorithm, **more})}.{segment(claims)}"
    return (
        f"{signed}.{segment(keyed(key, signed.encode(), 'sha' + algorithm[2:]) if algorithm.startswith('HS') else b'')}"
    )


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem(key: Any) -> str:
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    return str(key.public_key().public_bytes(serialization.Encoding.PEM, info).decode())


def der(key: Any) -> str:
    return "".join(pem(key).splitlines()[1:-1])
