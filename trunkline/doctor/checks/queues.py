"""The queues: URL, credentials, existence and permissions told apart (F-154)."""

from bridge.options import Options
from bridge.queues import WantedQueue, wanted
from bridge.sqs import Queue, QueueUrl, open_queue
from bridge.sqs.credentials import Credentials
from bridge.sqs.port import SqsError
from runtime.errors import ConfigurationError
from runtime.settings import Settings
from trunkline.doctor.finding import Finding, note, problem, well
from trunkline.wishes import directory

ORDER = 4
# Codes as SQS and AWS' common errors name them; the JSON and the query protocol spell some differently.
MISSING = ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")
REFUSED = (
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "IncompleteSignature",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidSecurity",
)
DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError")


async def check(settings: Settings) -> list[Finding]:
    """One finding per queue that a bridge reads. Raises Unavailable when Kafka, where the channels are, does not answer."""
    async with directory(settings.kafka) as known:
        queues = list(wanted(known.channels(), settings.bridge, Options()).values())
    if not queues:
        remedy = "configure a channel with `trunkline channels set`, or set SMS_QUEUE_URL or EMAIL_QUEUE_URL"
        return [note("queues", "no queue is configured and active", remedy)]
    malformed = [finding for finding in (_malformed(settings, queue) for queue in queues) if finding]
    if malformed:
        return malformed
    try:
        await Credentials(settings.sqs.profile).renew()
    except ConfigurationError as error:
        return [
            problem("queues", f"credentials: {error}", "give the bridge credentials; the queue URLs are well-formed")
        ]
    return [await _look(settings, queue) for queue in queues]


def _malformed(settings: Settings, queue: WantedQueue) -> Finding | None:
    try:
        QueueUrl.parse(queue.url, settings.sqs)
    except ConfigurationError as error:
        return problem(_about(queue), f"URL: {error}", f"correct the URL; it comes from the {queue.source}")
    return None


async def _look(settings: Settings, queue: WantedQueue) -> Finding:
    client = open_queue(queue.url, settings.sqs)
    try:
        attributes = await client.attributes()
        await _allowed(client)
    except SqsError as error:
        return _explained(queue, error)
    except _NotAllowed as error:
        return problem(
            _about(queue), f"permissions: {error}", f"allow {error.action} on {queue.url} to these credentials"
        )
    finally:
        await client.close()
    waiting = attributes.get("ApproximateNumberOfMessages", "?")
    return well(_about(queue), f"{queue.url} may be received from and deleted from; {waiting} messages wait")


class _NotAllowed(Exception):
    def __init__(self, action: str, error: SqsError) -> None:
        super().__init__(f"{action} is refused: {error}")
        self.action = action


async def _allowed(client: Queue) -> None:
    """Tries what the bridge does. A look is a receive whose messages stay visible; the delete names nothing that exists."""
    try:
        await client.receive(1, 0, visibility=0)
    except SqsError as error:
        if error.code in DENIED:
            raise _NotAllowed("sqs:ReceiveMessage", error) from error
        raise
    try:
        refused = [failure.code for failure in await client.delete_batch(["no-such-receipt"])]
    except SqsError as error:
        if error.code in DENIED:
            raise _NotAllowed("sqs:DeleteMessage", error) from error
        return  # the made-up receipt as a whole was refused, so the call itself was allowed
    if denied := next((code for code in refused if code in DENIED), None):
        raise _NotAllowed("sqs:DeleteMessage", SqsError(denied))


def _explained(queue: WantedQueue, error: SqsError) -> Finding:
    about = _about(queue)
    if error.code in MISSING:
        return problem(
            about, f"existence: there is no queue {queue.url}", f"create it, or correct the URL ({queue.source})"
        )
    if error.code in REFUSED:
        return problem(
            about, f"credentials: refused ({error})", "these keys are not, or no longer, those of the account"
        )
    if error.code in DENIED:
        remedy = f"allow sqs:GetQueueAttributes, sqs:ReceiveMessage and sqs:DeleteMessage on {queue.url}"
        return problem(about, f"permissions: {error}", remedy)
    return problem(about, f"{queue.url}: {error}", "look whether the endpoint is right and can be reached from here")


def _about(queue: WantedQueue) -> str:
    return f"queue of {queue.channel}"
