"""A webhook's request as it travels on SQS: the form that domain/requests.py reads, and where it was addressed to."""

from base64 import b64encode
from hashlib import sha256

import msgspec

from api.webhooks.address import Address
from bridge.claimed import CLAIM
from bridge.sqs.port import Outgoing
from domain.requests import VERIFIED_BY
from domain.signatures import Request


def message_of(
    address: Address,
    provider: str,
    request: Request,
    *,
    fifo: bool,
    claim: tuple[str, str] | None = None,
    vouched: bool = False,
) -> Outgoing:
    """claim: reference and digest of the body, where it is too large for a message and lies in the claim store (bridge/claimed.py).
    vouched: whether SNS has signed it for a topic of ours, which only this process can tell.

    On a FIFO queue the requests of one key stay in their order, and what a provider repeats byte for byte is one message.
    """
    body = msgspec.json.encode(
        ({CLAIM: claim} if claim is not None else {"body_b64": b64encode(request.body).decode()})
        | {
            "method": request.method,
            "url": request.url,
            "headers": request.headers,
            "channel": address.channel,
            "provider": provider,
            "key": address.key,
        }
        | ({VERIFIED_BY: "sns"} if vouched else {})
    )
    if not fifo:
        return Outgoing(body=body.decode())
    return Outgoing(
        body=body.decode(),
        group=f"{address.channel}:{provider}:{sha256(address.key.encode()).hexdigest()[:16]}",
        deduplication=sha256(body).hexdigest(),
    )
