"""The MD5 digests that SQS answers with (SQS developer guide, "Calculating the MD5 message digest for message attributes")."""

from base64 import b64decode
from hashlib import md5

from benchmarks.sqs_server.wire import Attributes


def of_body(body: bytes) -> str:
    """MD5 of a body, in hex."""
    return md5(body, usedforsecurity=False).hexdigest()


def of_attributes(attributes: Attributes) -> str | None:
    """MD5 over name, type and value of each attribute by name; None when there are none."""
    if not attributes:
        return None
    digest = md5(usedforsecurity=False)
    for name in sorted(attributes):
        value = attributes[name]
        text = value.string_value is not None
        data = (value.string_value or "").encode() if text else b64decode(value.binary_value or "")
        for part in (name.encode(), value.data_type.encode()):
            digest.update(len(part).to_bytes(4, "big") + part)
        digest.update((b"\x01" if text else b"\x02") + len(data).to_bytes(4, "big") + data)
    return digest.hexdigest()
