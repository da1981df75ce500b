"""What providers read: success in the form that each expects, challenges, and refusals that say what was wrong with the request."""

from math import ceil

from fastapi.responses import Response

from api.problems import problem
from domain.channels.provider import Provider
from domain.door import WEBHOOK_SECRET, Secrets
from domain.signatures import Request

RETRY_SECONDS = 5
"""Until a provider should try again what was not taken."""
_AS_IT_IS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


def accepted(provider: Provider) -> Response:
    """The success that the provider expects: TwiML for Twilio, words for others."""
    reply = provider.reply
    return Response(reply.body, reply.status, _AS_IT_IS, reply.content_type)


def challenged(challenge: str) -> Response:
    """The answer to a handshake. It is what somebody else has sent: never anything but text."""
    return Response(challenge.encode("utf-8", "replace"), 200, _AS_IT_IS, "text/plain; charset=utf-8")


def wrong_token() -> Response:
    return problem(403, "the token of the handshake is not the one that is configured")


def unproved(request: Request, secrets: Secrets, why: str) -> Response:
    """401 where a user and a password would do and none were sent: some providers send them only when asked; else 403."""
    if secrets.get(WEBHOOK_SECRET) and not request.values("Authorization"):
        return problem(401, why, headers={"WWW-Authenticate": 'Basic realm="webhooks", charset="UTF-8"'})
    return problem(403, why)


def unknown() -> Response:
    return problem(404, "not found")


def too_slow() -> Response:
    return problem(408, "the body did not come in time", headers={"Connection": "close"})


def too_large(limit: int) -> Response:
    return problem(413, f"the body is larger than {limit:,} bytes", headers={"Connection": "close"})


def too_deep() -> Response:
    return problem(413, "the body is nested too deeply")


def too_many(seconds: float) -> Response:
    return problem(429, "too many requests from this address", headers={"Retry-After": str(max(1, ceil(seconds)))})


def not_taken(why: str) -> Response:
    """Nothing was accepted; trying again is right."""
    return problem(503, why, headers={"Retry-After": str(RETRY_SECONDS)})
