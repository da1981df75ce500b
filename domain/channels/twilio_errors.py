"""Why a message of ours did not arrive, by Twilio's error codes. One table for all channels that Twilio carries.

Codes and what they say: twilio.com/docs/api/errors. Category and permanence are our reading of them, Twilio names neither.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from schemas.values import FailureCategory


class Failure(NamedTuple):
    """reason: in words, where Twilio sends none. permanent: whether trying again is pointless; None where the code does not tell."""

    reason: str | None
    category: FailureCategory
    permanent: bool | None = None


FAILURES: Mapping[str, Failure] = MappingProxyType(
    {
        "20429": Failure("too many requests", "rate_limited", False),
        "21211": Failure("invalid To number", "invalid", True),
        "21408": Failure("no permission for this region", "blocked"),
        "21610": Failure("the recipient has opted out", "unsubscribed", True),
        "21612": Failure("cannot be reached from this From number", "other"),
        "21614": Failure("not a mobile number", "invalid", True),
        "21617": Failure("longer than 1,600 characters", "other", True),
        "30003": Failure("handset unreachable", "timed_out", False),
        "30004": Failure("blocked", "blocked"),
        "30005": Failure("unknown handset", "invalid", True),
        "30006": Failure("landline or unreachable carrier", "invalid"),
        "30007": Failure("filtered by the carrier", "blocked"),
        "30008": Failure("unknown error", "other"),
        "30034": Failure("number is not registered for A2P 10DLC", "blocked"),
        "30047": Failure("no compliant window to schedule into", "window"),
        "63003": Failure("not on this channel", "invalid"),
        "63014": Failure("the recipient has blocked the sender", "blocked"),
        "63016": Failure("outside the window for free-form messages", "window"),
        "63018": Failure("channel rate limit", "rate_limited", False),
        "63024": Failure("invalid recipient", "invalid", True),
        "63032": Failure("the channel does not let this recipient have it", "blocked"),
    }
)
UNKNOWN = Failure(None, "other")
"""Of every code that is not in the table."""

OPTED_OUT = frozenset({"21610", "30004"})
"""Errors that say the network or the provider holds an opt-out that our ledger may not know (T-36)."""
