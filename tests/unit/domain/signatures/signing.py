"""What the tests of the schemes share: a request, small changes of it, keys that are made once, and the reason of a verdict."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
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


@cache
def rsa_key(name: str = "first") -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def curve_key(name: str = "first") -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def edwards_key(name: str = "first") -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def rsa_signed(key: rsa.RSAPrivateKey, message: bytes, version: str = "2") -> bytes:
    """version: `2` is SHA-256, `1` is SHA-1, as Amazon SNS numbers them."""
    return key.sign(message, padding.PKCS1v15(), hashes.SHA256() if version == "2" else hashes.SHA1())


def google_token(key: rsa.RSAPrivateKey, now: int, kid: str = "k1", **claims: object) -> str:
    """The token that comes with a push of Google's; a claim that is None is left out."""
    always = {"iss": "https://accounts.google.com", "email_verified": True, "iat": now, "exp": now + 9}
    told = {name: value for name, value in {**always, **claims}.items() if value is not None}
    signed = f"{segment({'alg': 'RS256', 'kid': kid})}.{segment(told)}"
    return f"{signed}.{segment(rsa_signed(key, signed.encode()))}"


def google_key(key: rsa.RSAPrivateKey, kid: str) -> dict[str, str]:
    """A key of a JSON Web Key Set."""
    numbers = key.public_key().public_numbers()
    n, e = (value.to_bytes((value.bit_length() + 7) // 8, "big") for value in (numbers.n, numbers.e))
    return {"kty": "RSA", "kid": kid, "n": segment(n), "e": segment(e)}


CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
SNS_SIGNS = {
    "Notification": ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
    "SubscriptionConfirmation": ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
    "UnsubscribeConfirmation": ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
}


def sns_signed(message: Mapping[str, str], key: rsa.RSAPrivateKey, version: str = "2") -> dict[str, str]:
    """A message of Amazon SNS with its signature."""
    text = "".join(f"{name}\n{message[name]}\n" for name in SNS_SIGNS[message["Type"]] if name in message)
    signature = b64(rsa_signed(key, text.encode(), version))
    return {**message, "SignatureVersion": version, "Signature": signature, "UnsubscribeURL": "https://x.example"}


def notification(text: str, time: str, key: rsa.RSAPrivateKey) -> dict[str, str]:
    """What SNS sends on."""
    common = {"MessageId": "m-1", "TopicArn": TOPIC, "Timestamp": time, "SigningCertURL": CERTIFICATE}
    return sns_signed({**common, "Type": "Notification", "Message": text, "Subject": "Grüße"}, key)


def pem(key: Any) -> str:
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    return str(key.public_key().public_bytes(serialization.Encoding.PEM, info).decode())


def der(key: Any) -> str:
    return "".join(pem(key).splitlines()[1:-1])
