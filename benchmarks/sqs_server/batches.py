"""What every batch call must be like."""

import re
from typing import Any

from benchmarks.sqs_server.errors import SqsError

LARGEST = 10
ENTRY_ID = re.compile(r"^[A-Za-z0-9_-]{1,80}$")


def check_batch(entries: list[Any]) -> None:
    """Raises SqsError unless there are 1 to 10 entries with ids of their own."""
    prefix = "AWS.SimpleQueueService."
    if not entries:
        raise SqsError(
            "EmptyBatchRequest", "There should be at least one entry in the request.", prefix + "EmptyBatchRequest"
        )
    if len(entries) > LARGEST:
        raise SqsError(
            "TooManyEntriesInBatchRequest",
            f"Maximum number of entries per request are 10. You have sent {len(entries)}.",
            prefix + "TooManyEntriesInBatchRequest",
        )
    if len({entry.id for entry in entries}) != len(entries):
        raise SqsError("BatchEntryIdsNotDistinct", "Id repeated.", prefix + "BatchEntryIdsNotDistinct")
    for entry in entries:
        if not ENTRY_ID.match(entry.id):
            raise SqsError(
                "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. 1 to 80.",
                prefix + "InvalidBatchEntryId",
            )
