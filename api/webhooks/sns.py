"""Messages of Amazon SNS are judged by the signature that they carry, before anything is done with them.

Raw message delivery carries none (docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html, read 2026-11), and neither
do the notices of FIFO topics, which only somebody else can have passed on: SNS itself delivers those to queues alone. Whether such messages
are taken is a setting. A signature that is there must hold in any case.
"""

import re

from api.webhooks.certificates import Certificates
from domain import signatures
from domain.signatures import Refused, Verdict, certificate_url
from domain.signatures.verdict import NOT_REQUIRED

MESSAGE_TYPE, TOPIC = "x-amz-sns-message-type", "x-amz-sns-topic-arn"
"""Headers of whatever SNS sends."""
_CHARSETS = re.compile(r"charset\s*=[\s\"']*([^\s\"';,]*)", re.IGNORECASE)
_UTF8 = frozenset({"utf-8", "utf8"})


class NoCertificate(Exception):
    """Whether the message is genuine cannot be told now."""


class Sns:
    """topics: ARNs that are ours; empty: all. required: whether a message must be signed."""

    def __init__(self, topics: frozenset[str], certificates: Certificates, *, required: bool) -> None:
        self.topics, self._certificates, self._required = topics, certificates, required
        self._scheme = signatures.scheme("sns", {"topics": sorted(topics)})

    async def verdict(self, request: signatures.Request, now: int) -> Verdict:
        """ "not_required" is one without a signature where none is asked for. now: Unix time. Raises NoCertificate."""
        try:
            if not _is_signed(request):
                return self._unsigned(request)
            _require_utf8(request)
            url = certificate_url(request, self.topics)
        except Refused as refused:
            return Verdict("failed", refused.reason, str(refused))
        pem = await self._certificates.of(url)
        if pem is None:
            raise NoCertificate
        return self._scheme.verify(request, [pem], now)

    def vouches(self, verdict: Verdict) -> bool:
        """Whether the message is from a topic of ours. A signature alone says that some topic sent it, and anybody can have one."""
        return verdict.outcome == "verified" and bool(self.topics)

    def _unsigned(self, request: signatures.Request) -> Verdict:
        """Raises Refused."""
        if self._required:
            raise Refused("missing_field", "this message of Amazon SNS bears no signature, and must")
        named = _topics(request)
        if self.topics and not (named and named <= self.topics):
            raise Refused("wrong_topic", "the topic is not one of ours")
        return NOT_REQUIRED


def _is_signed(request: signatures.Request) -> bool:
    """Whether anything in it claims to be a signature."""
    return not {"Signature", "SignatureVersion", "SigningCertURL"}.isdisjoint(_message(request))


def _topics(request: signatures.Request) -> set[str]:
    """Every topic that an unsigned message names."""
    inside = _message(request).get("TopicArn")
    return {*request.values(TOPIC), *(() if inside is None else (str(inside),))}


def _message(request: signatures.Request) -> dict[str, object]:
    """Empty for raw delivery."""
    try:
        return request.json()
    except Refused:
        return {}


def _require_utf8(request: signatures.Request) -> None:
    """The signature is over UTF-8: nobody may make those who read on read something else. Raises Refused."""
    named = {each.lower() for value in request.values("Content-Type") for each in _CHARSETS.findall(value)}
    if not named <= _UTF8:
        raise Refused("malformed_header", "messages of Amazon SNS are UTF-8, and this one says that it is not")
