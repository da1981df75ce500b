"""The seeds' log lines, word for word (F-126 to F-130, F-183 to F-185), on their logger `communication_processor`.

Levels (F-118 to F-121): INFO success and statistics, WARNING invalid messages, ERROR failed processing and SQS errors; steps at DEBUG on
`communication_processor.services`. Below WARNING only under the seeds' verbs: when all is well, our rooms log nothing per message.
"""

import logging
from collections.abc import Sequence
from typing import Any

from bridge.attempt import Attempt

LOGGER = logging.getLogger("communication_processor")
STEPS = logging.getLogger("communication_processor.services")


def configure(level: str) -> None:
    """Sets the logger's level, unless the user's own logging configuration has set one."""
    if LOGGER.level == logging.NOTSET:
        LOGGER.setLevel(level)


def received(channel: str, count: int) -> None:
    LOGGER.info("Received %d messages from %s queue", count, channel)


def step(channel: str, step: str, count: int) -> None:
    STEPS.debug("%s: %d %s messages", step, count, channel)


def settled(channel: str, attempts: Sequence[Attempt]) -> None:
    """One line per message: its success, or the text that its receipt bears."""
    tell_success = LOGGER.isEnabledFor(logging.INFO)
    for attempt in attempts:
        if attempt.error is not None:
            level = logging.WARNING if attempt.level == "warning" else logging.ERROR
            LOGGER.log(level, "%s", attempt.error, extra=context(channel, attempt))
        elif tell_success and attempt.outcome == "processed":
            ids = attempt.taken.provider_ids
            LOGGER.info("Successfully processed %s event: %s", channel, ids[0] if ids else attempt.message.message_id)


def statistics(processed: int, failed: int, deleted: int) -> None:
    LOGGER.info("Processed: %d, Failed: %d, Deleted: %d", processed, failed, deleted)


def sqs_error(channel: str, call: str, error: BaseException) -> None:
    LOGGER.error("SQS error on %s queue: %s: %s", channel, call, error, extra={"channel": channel})


def context(channel: str, attempt: Attempt) -> dict[str, Any]:
    """The full context of an error (F-115), as fields beside the text."""
    return {
        "channel": channel,
        "message_id": attempt.message.message_id,
        "provider_ids": list(attempt.taken.provider_ids),
        "correlation": attempt.correlation,
        "attempt": attempt.receives,
        "outcome": attempt.outcome,
        "reason": attempt.reason,
    }
