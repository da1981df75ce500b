"""Public keys as providers show them: PEM, a PEM certificate, or the bare base64 between PEM's lines.

Every function takes the configured key, the signature and what was signed, says whether they fit, and raises Unusable
for a key that is none or of another kind.
"""

import binascii
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from domain.signatures.verdict import Unusable

ED25519 = 32
"""Bytes of a bare Ed25519 key."""


def rsa(secret: bytes, signature: bytes, signed: bytes, digest: SHA1 | SHA256) -> bool:
    """RSASSA-PKCS1-v1_5."""
    key = load(secret)
    if not isinstance(key, RSAPublicKey):
        raise Unusable("the configured public key is not an RSA key")
    return rsa_fits(key, signature, signed, digest)


def rsa_fits(key: RSAPublicKey, signature: bytes, signed: bytes, digest: SHA1 | SHA256) -> bool:
    """The same with a key that is loaded already."""
    try:
        key.verify(signature, signed, PKCS1v15(), digest)
    except InvalidSignature:
        return False
    return True


def ecdsa(secret: bytes, signature: bytes, signed: bytes) -> bool:
    """ECDSA with SHA-256; the signature is DER."""
    key = load(secret)
    if not isinstance(key, EllipticCurvePublicKey):
        raise Unusable("the configured public key is not an elliptic curve key")
    try:
        key.verify(signature, signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def ed25519(secret: bytes, signature: bytes, signed: bytes) -> bool:
    """Ed25519."""
    key = load(secret)
    if not isinstance(key, Ed25519PublicKey):
        raise Unusable("the configured public key is not an Ed25519 key")
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=256)
def load(secret: bytes) -> object:
    """The key in a configured text. Raises Unusable."""
    try:
        if b"-----BEGIN CERTIFICATE" in secret:
            return load_pem_x509_certificate(secret).public_key()
        if b"-----BEGIN" in secret:
            return load_pem_public_key(secret)
        bare = binascii.a2b_base64(b"".join(secret.split()), strict_mode=True)
        return Ed25519PublicKey.from_public_bytes(bare) if len(bare) == ED25519 else load_der_public_key(bare)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Unusable("the configured public key cannot be read: PEM or its base64 is expected") from None
