"""The way of one request: limits, address, examination, queue, answer. Every refusal has a name, which is the outcome of the metrics."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import NamedTuple

import structlog
from fastapi import FastAPI, Request, Response
from starlette.requests import ClientDisconnect
from starlette.routing import Route

from api import problems
from api.webhooks import replies
from api.webhooks.address import PREFIX, Address, address
from api.webhooks.certificates import Fetched
from api.webhooks.confirming import Confirmer
from api.webhooks.destinations import Destination, Destinations
from api.webhooks.examination import Examined, examine, proves
from api.webhooks.fetching import Fetcher
from api.webhooks.limits import Buckets, TooLarge, TooSlow, body_of, source_of
from api.webhooks.message import message_of
from api.webhooks.origin import Arrived, Origin, passed_on
from api.webhooks.queueing import NotTaken, Outbox
from api.webhooks.sns import NoCertificate, Sns
from bridge.claims import ClaimError, claim_store
from bridge.sqs import open_queue
from bridge.tenants import Tenants
from domain import signatures
from domain.channels.registry import providers
from runtime import metrics, probes
from runtime.errors import TrunklineError
from runtime.settings import Settings

METHODS = ["GET", "HEAD", "POST"]
log = structlog.get_logger(__name__)


class Answer(NamedTuple):
    """outcome: what became of the request, a label. provider: its name, where it is known."""

    outcome: str
    response: Response
    provider: str = ""


class Webhooks:
    """Everything that the requests of one process share. tenants: follows the settings topic. fetcher: reaches Amazon SNS. Raises
    ConfigurationError for settings that are malformed."""

    def __init__(self, settings: Settings, tenants: Tenants, fetcher: Fetcher | None = None) -> None:
        found = self.settings = settings.webhooks
        self.origin = Origin(found.public_url, found.trusted_proxies)
        self.buckets = Buckets(found.rate, found.burst)
        self.destinations = Destinations(tenants, settings.bridge)
        self.claims = claim_store(settings.bridge.claim_store, settings.sqs)
        topics, fetcher = frozenset(filter(None, map(str.strip, found.sns_topics.split(",")))), fetcher or Fetcher()
        self.confirmer = Confirmer(topics, fetcher)
        self.sns = Sns(topics, Fetched(fetcher), required=found.sns_signature == "required")
        self.outbox = Outbox(
            lambda url: open_queue(url, settings.sqs),
            found.calls,
            found.linger_ms / 1000,
            found.answer_seconds,
            found.message_bytes,
        )

    async def take(self, request: Request) -> Response:
        """The answer to one request."""
        start = time.perf_counter()
        where = address(request.scope["path"], self.destinations.described())
        answer = await self._answered(request, where)
        channel = where.channel if where is not None else ""
        metrics.WEBHOOKS_REQUESTS.labels(channel, answer.provider, answer.outcome).inc()
        metrics.WEBHOOKS_SECONDS.labels(channel).observe(time.perf_counter() - start)
        return answer.response

    async def _answered(self, request: Request, where: Address | None) -> Answer:
        arrived = _arrived(request)
        wait = self.buckets.wait(source_of(self.origin.client(arrived)))
        if wait:
            return Answer("too_many", replies.too_many(wait))
        if where is None:
            return Answer("unknown", replies.unknown())
        named = where.provider.name if where.provider is not None else ""
        try:
            destinations = self.destinations.find(where)
            _require_its_own(where, destinations)
            asked = signatures.Request(
                method=request.method,
                url=self.origin.url(arrived),
                headers=tuple(passed_on(arrived.headers)),
                body=await self._body(request),
            )
            return await self._examined(where, asked, destinations)
        except LookupError:
            return Answer("unknown", replies.unknown(), named)
        except TooLarge:
            return Answer("too_large", replies.too_large(self.settings.body_bytes), named)
        except TooSlow:
            return Answer("too_slow", replies.too_slow(), named)
        except ClientDisconnect:
            return Answer("gone", replies.too_slow(), named)
        except TrunklineError as error:
            # A secret that our key cannot read, for one: as long as nobody can tell who calls, nothing is taken.
            log.warning("a webhook cannot be judged", channel=where.channel, error=str(error))
            return Answer("not_taken", replies.not_taken("this cannot be taken now; try again"), named)

    async def _body(self, request: Request) -> bytes:
        """Raises TooLarge, TooSlow, ClientDisconnect."""
        announced = request.headers.get("content-length")
        return await body_of(request.stream(), announced, self.settings.body_bytes, self.settings.body_seconds)

    async def _examined(
        self, where: Address, request: signatures.Request, destinations: Sequence[Destination]
    ) -> Answer:
        one = len(destinations) == 1
        routes = destinations[0].routes if one else self.destinations.everybody(where.channel)
        now = int(time.time())
        found = examine(where, request, routes, now)
        provider, name = found.provider, found.provider.name
        if request.method == "HEAD" or (request.method == "GET" and not request.query and not request.body):
            return Answer("visit", replies.accepted(provider), name)
        if found.too_deep:
            return Answer("too_deep", replies.too_deep(), name)
        if found.failed and not (provider.reply.disables or _is_unsigned_handshake(request, found)):
            assert found.judged is not None
            owner = routes.queue or next(iter(found.owners), "")
            secrets = routes.doors[owner].secrets if owner in routes.doors else {}
            return Answer("unproved", replies.unproved(request, secrets, found.judged.text), name)
        if found.sns and (refusal := await self._refused_as_sns(request, found, now)) is not None:
            return refusal
        if found.challenge is not None and not (found.failed and request.method == "POST"):
            if found.token and not proves(found.token, routes):
                return Answer("wrong_token", replies.wrong_token(), name)
            return Answer("handshake", replies.challenged(found.challenge), name)
        chosen = destinations if one else [each for each in destinations if each.routes.queue in found.owners]
        if len(chosen) != 1:
            log.warning("no queue can be told for a webhook", channel=where.channel, provider=name, queues=len(chosen))
            return Answer("no_queue", replies.not_taken("no queue is configured for this"), name)
        return await self._queued(where, request, found, chosen[0].url)

    async def _refused_as_sns(self, request: signatures.Request, found: Examined, now: int) -> Answer | None:
        """What a message of Amazon SNS is answered that is not genuine, or of which that cannot be told now."""
        name = found.provider.name
        try:
            verdict = await self.sns.verdict(request, now)
        except NoCertificate:
            why = "the certificate of the signature cannot be fetched now; try again"
            return Answer("no_certificate", replies.not_taken(why), name)
        if verdict.outcome == "failed":
            return Answer("unproved", replies.unproved(request, {}, verdict.text), name)
        found.vouched = self.sns.vouches(verdict)
        return None

    async def _queued(self, where: Address, request: signatures.Request, found: Examined, url: str) -> Answer:
        name, confirmed, asked = found.provider.name, False, found.confirmation
        try:
            await self._put(where, found, request, url)
            if asked is not None and self.confirmer.allows(asked):
                confirmed = await self.confirmer.confirm(asked)
                if not confirmed:
                    return Answer("not_confirmed", replies.not_taken("the subscription could not be confirmed"), name)
        except (NotTaken, ClaimError) as error:
            log.debug("a webhook was not taken", queue=url, error=str(error))
            return Answer("not_taken", replies.not_taken("this cannot be taken now; try again"), name)
        outcome = "unproved_queued" if found.failed else "confirmed" if confirmed else "queued"
        return Answer(outcome, replies.accepted(found.provider), name)

    async def _put(self, where: Address, found: Examined, request: signatures.Request, url: str) -> None:
        """Raises NotTaken, ClaimError."""
        made = partial(
            message_of, where, found.provider.name, request, fifo=url.endswith(".fifo"), vouched=found.vouched
        )
        message = made()
        if len(message.body) > self.settings.message_bytes:
            message = made(claim=await self.claims.put(request.body))
        await self.outbox.put(url, message)


def create(webhooks: Webhooks, ready: probes.Ready) -> FastAPI:
    """The application. ready: what else than the queues keeps it from working."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await webhooks.outbox.close()

    app = FastAPI(
        title="Trunkline webhooks", version=version("trunkline"), lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url=None,
    )  # fmt: skip
    app.router.routes.extend(probes.routes(ready))
    problems.handle(app)
    app.router.routes.append(Route(PREFIX + "{path:path}", webhooks.take, methods=METHODS))
    return app


def _require_its_own(where: Address, destinations: Sequence[Destination]) -> None:
    """A provider that a tenant has described is there for that tenant alone. Raises LookupError."""
    provider = where.provider
    if provider is None or provider in providers(where.channel):
        return
    if len(destinations) != 1 or provider not in destinations[0].routes.declared:
        raise LookupError(provider.name)


def _is_unsigned_handshake(request: signatures.Request, found: Examined) -> bool:
    """A handshake by GET proves itself by its token; there is no body to sign."""
    return request.method == "GET" and found.challenge is not None


def _arrived(request: Request) -> Arrived:
    scope = request.scope
    return Arrived(
        peer=scope["client"][0] if scope.get("client") else "",
        scheme=scope["scheme"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
    )
