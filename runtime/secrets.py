"""Secrets at rest: a tenant's namespace and its providers' secrets travel over the settings topic, readable by TRUNKLINE_SECRET_KEY
alone (DESIGN.md 8, Identity)."""

import base64
import hashlib
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from runtime.errors import ConfigurationError
from schemas.settings import SEALED

VARIABLE = "TRUNKLINE_SECRET_KEY"
SHORTEST = 16


def new_namespace() -> UUID:
    """A random namespace for a new tenant (RFC 9562, version 4)."""
    return UUID(bytes=os.urandom(16), version=4)


def new_key() -> str:
    """A random value for TRUNKLINE_SECRET_KEY."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")


def wrap(namespace: UUID, secret_key: str | None) -> str:
    """The namespace as text that only the holder of the key can read. Raises ConfigurationError for a missing or short key."""
    nonce = os.urandom(12)
    return base64.urlsafe_b64encode(nonce + _cipher(secret_key).encrypt(nonce, namespace.bytes, None)).decode()


def unwrap(text: str, secret_key: str | None) -> UUID:
    """The namespace that `wrap` took. Raises ConfigurationError when this key did not wrap it."""
    try:
        data = base64.urlsafe_b64decode(text)
        return UUID(bytes=_cipher(secret_key).decrypt(data[:12], data[12:], None))
    except (InvalidTag, ValueError) as error:
        raise ConfigurationError(
            f"{VARIABLE} is not the key that this deployment's tenants were created with; set the original one"
        ) from error


def seal(secret: str, secret_key: str | None) -> str:
    """A provider's secret as text that only the holder of the key can read: `sealed:...`. Raises ConfigurationError as `wrap`."""
    nonce = os.urandom(12)
    sealed = nonce + _cipher(secret_key).encrypt(nonce, secret.encode(), None)
    return SEALED + base64.urlsafe_b64encode(sealed).decode()


def unseal(text: str, secret_key: str | None) -> str:
    """The secret that `seal` took. Raises ConfigurationError when this key did not seal it."""
    try:
        data = base64.urlsafe_b64decode(text.removeprefix(SEALED))
        return _cipher(secret_key).decrypt(data[:12], data[12:], None).decode()
    except (InvalidTag, ValueError) as error:
        raise ConfigurationError(
            f"{VARIABLE} is not the key that a channel's secrets were sealed with; set the original one"
        ) from error


def _cipher(secret_key: str | None) -> AESGCM:
    if not secret_key or len(secret_key) < SHORTEST:
        raise ConfigurationError(
            f"{VARIABLE} is {'too short' if secret_key else 'not set'}: at least {SHORTEST} characters, the same for all processes"
        )
    return AESGCM(hashlib.sha256(secret_key.encode()).digest())
