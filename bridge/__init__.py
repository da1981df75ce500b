"""SHELL IN. From SQS queues to the inbound topic, at least once and in order, with a receipt for every attempt.

Comes in: messages of providers, as queues bring them, and comms.settings.v1. Goes out: comms.inbound.v1, comms.receipts.v1,
comms.dead-letters.v1. A message's way: receiver -> normaliser -> records -> appender -> returns; `delivery` is that order.
The guarantee: a message is deleted only after the broker has acked what came of it.
"""

from bridge.options import Options
from bridge.shell import main

__all__ = ["Options", "main"]
