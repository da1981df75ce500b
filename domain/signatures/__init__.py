"""At the door: did the provider that it names send this request?

Comes in: a request as it came (bytes, URL, headers), the live secrets, the time. Goes out: a verdict with a reason,
never an exception. One file per scheme, and SCHEMES has them by name. Every comparison takes the same time whatever it
compares, over the raw bytes, before the body is read for what it means. A scheme covers what its provider signs and no
more: each file says what.
"""

from domain.signatures.request import Request
from domain.signatures.scheme import Scheme
from domain.signatures.sns import certificate_url
from domain.signatures.table import SCHEMES, scheme
from domain.signatures.verdict import Refused, Verdict

__all__ = ["SCHEMES", "Refused", "Request", "Scheme", "Verdict", "certificate_url", "scheme"]
