"""Confirms subscriptions of Amazon SNS, and only those to topics that the settings name (T-13, T-56).

Source: docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html, read 2026-11: a GET of SubscribeURL confirms. That URL
must be what SNS would have sent for this very topic; how it is called, fetching.py says.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import structlog

from api.webhooks.fetching import Fetcher, NotFetched

ARN = re.compile(
    r"arn:aws(?P<part>|-cn|-us-gov):sns:(?P<region>[a-z]{2,4}(?:-[a-z]+)+-\d):\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?"
)
LONGEST_URL = 2_048
log = structlog.get_logger(__name__)


class Confirmer:
    """topics: ARNs that may be confirmed."""

    def __init__(self, topics: frozenset[str], fetcher: Fetcher) -> None:
        self.topics, self._fetcher = topics, fetcher

    def allows(self, fields: Mapping[str, str]) -> bool:
        """Whether this is the confirmation of a topic of ours."""
        topic = fields.get("TopicArn", "")
        return topic in self.topics and is_of(fields.get("SubscribeURL", ""), topic)

    async def confirm(self, fields: Mapping[str, str]) -> bool:
        """Calls the SubscribeURL of a confirmation that is allowed; whether SNS said yes."""
        try:
            status = (await self._fetcher.get(fields["SubscribeURL"])).status
        except NotFetched as error:
            log.warning("a subscription could not be confirmed", topic=fields["TopicArn"], error=str(error))
            return False
        if status != 200:
            log.warning("a subscription was not confirmed", topic=fields["TopicArn"], status=status)
        return status == 200


def is_of(url: str, topic: str) -> bool:
    """Whether SNS would send this SubscribeURL for the topic: its own host in the topic's region, over https, confirming this topic."""
    arn = ARN.fullmatch(topic)
    if arn is None or len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return False
    host = f"sns.{arn['region']}.amazonaws.com{'.cn' if arn['part'] == '-cn' else ''}"
    try:
        parts = urlsplit(url)
        asked = parse_qs(parts.query, strict_parsing=True)
    except ValueError:
        return False
    return (
        (parts.scheme, parts.netloc, parts.path or "/", parts.fragment) == ("https", host, "/", "")
        and asked.get("Action") == ["ConfirmSubscription"]
        and asked.get("TopicArn") == [topic]
        and set(asked) == {"Action", "TopicArn", "Token"}
    )
