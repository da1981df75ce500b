"""Requests whose body is too large for a queue message: our own door put it into the claim store and queued its reference.

Such a message begins with the reference, so that all others are told by their first characters.
"""

import json
from base64 import b64encode
from hashlib import sha256

from msgspec.structs import replace

from bridge.claims import ClaimError, ClaimStore
from bridge.sqs.port import Message

CLAIM = "body_claim"
"""The field that holds [reference, SHA-256 of the body in hex]."""
CLAIMED = f'{{"{CLAIM}":['
"""How such a message begins."""


async def whole(message: Message, claims: ClaimStore) -> Message:
    """The message with the body where it belongs; one that only begins so as it is. Raises ClaimError when the store does not have it."""
    try:
        request = json.loads(message.body)
        reference, digest = request.pop(CLAIM)
    except ValueError:
        return message
    if not isinstance(reference, str):
        return message
    body = await claims.get(reference)
    if sha256(body).hexdigest() != digest:
        raise ClaimError(f"{reference} is not the body that was queued")
    return replace(message, body=json.dumps({**request, "body_b64": b64encode(body).decode()}))
