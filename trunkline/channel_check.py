"""What `trunkline channels test` does: is a channel able to read what comes, and is it set up?"""

import asyncio
from typing import Any

from bridge.sqs import open_queue
from bridge.sqs.port import SqsError
from domain.channels.config import problems
from domain.channels.promises import broken_promises
from domain.channels.registry import channels, providers
from runtime.errors import ConfigurationError, ProblemsFound, Unavailable, UsageError
from runtime.settings import Settings, settings
from trunkline.output import print_json
from trunkline.wishes import directory


def check(channel: str, provider: str | None, *, json: bool) -> None:
    """Prints each finding. Raises UsageError for a channel or provider that does not exist, ProblemsFound when something is wrong."""
    if channel not in channels():
        raise UsageError(f"there is no channel {channel!r}; there are: {', '.join(channels())}")
    known = [each for each in providers(channel) if provider in (None, each.name)]
    if not known:
        raise UsageError(
            f"{channel} has no provider {provider!r}; it has {', '.join(p.name for p in providers(channel))}"
        )
    findings: list[dict[str, Any]] = []
    for each in known:
        wrong = broken_promises(each)
        findings.append({"what": f"{len(each.examples)} examples of {each.name}", "problems": wrong})
    if provider is None:
        findings += asyncio.run(_set_up(settings(), channel))
    if json:
        print_json(findings)
    else:
        for finding in findings:
            print(f"{'wrong' if finding['problems'] else 'fine':6}{finding['what']}")
            for problem in finding["problems"]:
                print(f"      {problem}")
    if count := sum(len(finding["problems"]) for finding in findings):
        raise ProblemsFound(f"{count} problems with channel {channel}")


async def _set_up(found: Settings, channel: str) -> list[dict[str, Any]]:
    """The configuration of each tenant, and whether its queue answers. Kafka away is a finding, no end."""
    try:
        async with directory(found.kafka) as known:
            configured = [each for each in known.channels() if each.channel_type == channel]
    except Unavailable as error:
        return [{"what": "configuration", "problems": [str(error)]}]
    findings = []
    for each in configured:
        wrong = problems(channel, each.queue_url, each.config)
        if each.queue_url and not wrong:
            wrong = await _queue(found, each.queue_url)
        findings.append(
            {"what": f"tenant {each.tenant}, queue {each.queue_url or 'of the environment'}", "problems": wrong}
        )
    return findings or [{"what": "no tenant has configured it: trunkline channels set", "problems": []}]


async def _queue(found: Settings, url: str) -> list[str]:
    try:
        queue = open_queue(url, found.sqs)
    except ConfigurationError as error:
        return [str(error)]
    try:
        await queue.attributes()
    except SqsError as error:
        return [f"{url}: {error}"]
    finally:
        await queue.close()
    return []
