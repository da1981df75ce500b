"""What a channel may be set to, and everything that is wrong with a setting (F-093, F-108, F-109)."""

import re
from collections.abc import Callable, Mapping
from typing import Any, get_args

import phonenumbers

from domain.addresses import email, phone
from domain.channels.provider import Provider
from domain.channels.registry import channels, providers
from domain.declared import described
from domain.declared import problems as wrong_with
from domain.door import VERIFY_TOKEN, WEBHOOK_SECRET, Policy, is_sealed

QUEUE_URL = re.compile(r"https?://[^/\s]+/\S+")
"""`https://sqs.{region}.amazonaws.com/{account}/{name}`, or the same behind another endpoint."""

Problems = list[str]
Config = Mapping[str, Any]


def problems(channel_type: str, queue_url: str, config: Mapping[str, Any]) -> Problems:
    """Every error, in words; empty when the channel can be configured so. An empty queue URL leaves it to the environment."""
    found = []
    if channel_type not in channels():
        found.append(f"channel_type {channel_type!r} is not known; known: {', '.join(channels())}")
    if queue_url and not QUEUE_URL.fullmatch(queue_url):
        found.append(f"queue_url {queue_url!r} is no queue: https://sqs.<region>.amazonaws.com/<account>/<name>")
    for name, value in config.items():
        check = KEYS.get(name)
        if check is None:
            found.append(f"config.{name} is not known; known: {', '.join(KEYS)}")
        else:
            found += [f"config.{name} {problem}" for problem in check(channel_type, value, config)]
    if config.get("agent_mode") is True and not _prompt(config):
        found.append("config.agent_mode needs a prompt in config.agent_config.prompt")
    return found


def _prompt(config: Mapping[str, Any]) -> Any:
    agent = config.get("agent_config")
    return agent.get("prompt") if isinstance(agent, Mapping) else None


def _texts(channel_type: str, value: Any, config: Config) -> Problems:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) and each for each in value):
        return ["must be a list of texts"]
    return []


def _addresses(channel_type: str, value: Any, config: Config) -> Problems:
    read = email if channel_type == "email" else phone
    return _texts(channel_type, value, config) or [
        f"has {each!r}, which is no address" for each in value if read(each) is None
    ]


def _agent_config(channel_type: str, value: Any, config: Config) -> Problems:
    if not isinstance(value, Mapping):
        return ["must be an object"]
    found = [
        f"has {name!r}, which is not known; known: prompt, context"
        for name in value
        if name not in ("prompt", "context")
    ]
    if not isinstance(value.get("prompt", ""), str):
        found.append("has a prompt that is no text")
    if not isinstance(value.get("context", {}), Mapping):
        found.append("has a context that is no object")
    return found


def _country(channel_type: str, value: Any, config: Config) -> Problems:
    known = isinstance(value, str) and value in phonenumbers.SUPPORTED_REGIONS
    return [] if known else [f"is {value!r}, it must be an ISO 3166 country such as US or GB"]


def _secrets(channel_type: str, value: Any, config: Config) -> Problems:
    if not isinstance(value, Mapping):
        return ["must be an object: the name of each secret and its live values"]
    known = {WEBHOOK_SECRET, VERIFY_TOKEN}
    if channel_type in channels():
        known.update(each.secret for provider in providers(channel_type) for each in provider.signatures)
    known.update(each.secret for provider in _described(config) for each in provider.signatures)
    found = [
        f"has {name!r}, which no provider of {channel_type} asks for; known: {', '.join(sorted(known))}"
        for name in value
        if name not in known
    ]
    for name, sealed in value.items():
        if not isinstance(sealed, list | tuple) or not sealed or not all(map(is_sealed, sealed)):
            found.append(f"has {name!r} in the open: set it by `trunkline channels set --secret {name}=VALUE`")
    return found


def _unsigned(channel_type: str, value: Any, config: Config) -> Problems:
    known = {provider.name for provider in _described(config)}
    if channel_type in channels():
        known.update(provider.name for provider in providers(channel_type))
    wrong = [each for each in value if each not in known] if isinstance(value, list | tuple) else []
    return _texts(channel_type, value, config) or [
        f"has {each!r}, which is no provider of {channel_type}; known: {', '.join(sorted(known))}" for each in wrong
    ]


def _policy(channel_type: str, value: Any, config: Config) -> Problems:
    known = get_args(Policy)
    return [] if value in known else [f"is {value!r}, it must be one of {', '.join(known)}"]


def _described(config: Config) -> list[Provider]:
    """The providers that a configuration describes; what is wrong with a description is told elsewhere."""
    texts = config.get("declared", ())
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list | tuple):
        return []
    return [described(each) for each in texts if isinstance(each, str) and not wrong_with(each)]


def _declared(channel_type: str, value: Any, config: Config) -> Problems:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(each, str) for each in texts):
        return ["must be the text of a description, or a list of such texts (docs/declared-providers.md)"]
    found = [f"has a description that is wrong: {problem}" for each in texts for problem in wrong_with(each)]
    if not found:
        elsewhere = {described(each).channel for each in texts} - {channel_type}
        found = [f"describes a provider of {each}; set it for that channel" for each in sorted(elsewhere)]
    return found


def _switch(channel_type: str, value: Any, config: Config) -> Problems:
    return [] if isinstance(value, bool) else ["must be true or false"]


KEYS: dict[str, Callable[[str, Any, Config], Problems]] = {
    "accounts": _texts,
    "addresses": _addresses,
    "agent_mode": _switch,
    "agent_config": _agent_config,
    "country": _country,
    "declared": _declared,
    "secrets": _secrets,
    "unsigned": _unsigned,
    "unverified": _policy,
}
"""accounts, addresses: whose messages on a shared queue are this tenant's: provider accounts and messaging services; numbers or mail
addresses of ours. agent_mode, agent_config: the assistant that answers (prompt, context). country: where numbers without a country
code are dialled. declared: providers that are described by data. secrets: what providers prove themselves by, sealed; all live ones.
unsigned: providers of which requests are taken although none of the secrets is theirs. unverified: what becomes of messages that
came without URL and headers: accept, quarantine or reject."""
