"""Amazon SNS over HTTP: notifications and confirmations, which carry their signature in themselves.

Source: docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html, read
2026-11-27. RSA over the named fields, one line for each name and each value; version 1 is SHA-1, version 2 is SHA-256.
The certificate's address stands in the message, so that it proves nothing unless it is Amazon's own.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from domain.signatures import keys
from domain.signatures.encoding import decoded
from domain.signatures.moment import DAY, iso, within
from domain.signatures.request import Request, octets
from domain.signatures.scheme import Scheme, prove
from domain.signatures.verdict import Refused

NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {
    "Notification": NOTIFICATION,
    "SubscriptionConfirmation": CONFIRMATION,
    "UnsubscribeConfirmation": CONFIRMATION,
}
OPTIONAL = "Subject"

# whole and anchored: no user, no port, no query, no host that merely begins or ends like Amazon's
_CERTIFICATE = re.compile(
    r"https://sns\.[a-z0-9-]{3,32}\.amazonaws\.com(?:\.cn)?/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem"
)


class Sns(Scheme, frozen=True, kw_only=True):
    """A secret is the certificate (PEM) that was fetched from `certificate_url`. versions: those that are accepted.
    topics: the ARNs that are ours; empty: all. tolerance: the replay window in seconds; a message that waited in a
    queue needs a wider one."""

    versions: tuple[str, ...] = ("1", "2")
    topics: tuple[str, ...] = ()
    tolerance: int | None = DAY

    def judge(self, request: Request, secrets: Sequence[bytes], now: int) -> None:
        """See Scheme."""
        message = request.json()
        _trusted(message, self.topics)
        version = message.get("SignatureVersion")
        if version not in ("1", "2") or version not in self.versions:
            raise Refused("wrong_algorithm", f"the signature's version is not {' or '.join(self.versions)}")
        signature = decoded(_text(message, "Signature"), "base64", "the field Signature", "malformed_body")
        signed = _signed(message)
        digest = SHA256() if version == "2" else SHA1()  # noqa: S303 - what SNS does unless the topic says otherwise
        prove(secrets, lambda secret: keys.rsa(secret, signature, signed, digest))
        within(iso(_text(message, "Timestamp"), "the field Timestamp"), now, self.tolerance)


def certificate_url(request: Request, topics: Collection[str] = ()) -> str:
    """Where the certificate of this message lies, for the shell to fetch and keep. Raises Refused if that is not
    Amazon's place, or the topic is none of `topics` (empty: all are ours): nothing may be fetched then (T-56)."""
    return _trusted(request.json(), topics)


def _trusted(message: dict[str, Any], topics: Collection[str]) -> str:
    url = _text(message, "SigningCertURL")
    if not _CERTIFICATE.fullmatch(url):
        raise Refused("untrusted_certificate", "the certificate does not lie with Amazon SNS")
    if topics and message.get("TopicArn") not in topics:
        raise Refused("wrong_topic", "the topic is not one of ours")
    return url


def _text(message: dict[str, Any], name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str):
        raise Refused("missing_field", f"the message has no field {name}")
    return value


def _signed(message: dict[str, Any]) -> bytes:
    names = SIGNED.get(_text(message, "Type"))
    if names is None:
        raise Refused("malformed_body", "the message is of no type that SNS signs")
    present = [name for name in names if name != OPTIONAL or message.get(name) is not None]
    return octets("".join(f"{name}\n{_text(message, name)}\n" for name in present))
