"""What is found out about a request: its provider's word for it, a refusal with a reason, or that nobody asked."""

from typing import Literal

from msgspec import Struct

Outcome = Literal["verified", "failed", "not_required"]

Reason = Literal[
    "verified",
    "no_secret",
    "missing_header",
    "repeated_header",
    "malformed_header",
    "malformed_body",
    "missing_field",
    "repeated_field",
    "body_not_signed",
    "wrong_algorithm",
    "unusable_secret",
    "unconfigured",
    "mismatch",
    "wrong_hash",
    "expired",
    "from_the_future",
    "wrong_issuer",
    "wrong_audience",
    "wrong_account",
    "wrong_topic",
    "untrusted_certificate",
]
"""Every reason there is: few, without personal data, fit for a metric's label."""


class Verdict(Struct, frozen=True):
    """outcome: what to do with the request. reason: the label. text: a sentence for people; it never holds a secret or
    content."""

    outcome: Outcome
    reason: Reason
    text: str


VERIFIED = Verdict("verified", "verified", "the provider has signed this request")
NOT_REQUIRED = Verdict("not_required", "no_secret", "no secret is configured, so nothing was checked")


class Refused(Exception):
    """How a scheme says no, inside this room only: `Scheme.verify` turns it into a verdict."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason: Reason = reason


class Unusable(Refused):
    """A secret of ours that no request could ever match: our mistake, not the sender's."""

    def __init__(self, text: str) -> None:
        super().__init__("unusable_secret", text)
