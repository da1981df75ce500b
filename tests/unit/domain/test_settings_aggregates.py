"""Tenants and channels: what can be set, every error named, the copy on the settings topic (F-022 to F-026, F-093, F-106, F-108, F-109)."""

from typing import Any
from uuid import UUID

import pytest

from domain.aggregates import aggregates
from domain.channels.registry import channels
from domain.directory import Directory
from schemas.commands import ChangeConsent, ConfigureChannel, CreateTenant, DeleteChannel, SetTenantPolicy
from schemas.events import ChannelConfigured, ChannelDeleted, CommandRefused, TenantCreated, TenantPolicySet
from schemas.identity import derived
from schemas.settings import ChannelSettings, Policy, TenantSettings
from tests.unit.domain.spec import Story

pytestmark = pytest.mark.feature("F-022", "F-023", "F-024", "F-025", "F-026", "F-093", "F-109")

TENANT, CHANNEL = aggregates()["tenant"], aggregates()["channel"]
URL = "https://sqs.us-east-1.amazonaws.com/123456789012/sms-events"
SEED = {
    "agent_mode": True,
    "agent_config": {"prompt": "You are a helpful customer service agent...", "context": {"step_number": 1}},
}


def id_(name: Any) -> str:
    return derived(UUID(int=6), str(name))


def create(**more: Any) -> CreateTenant:
    return CreateTenant(
        **{"id": id_(more), "aggregate": "acme:tenant:acme", "namespace": "wrapped", "name": "Acme"} | more
    )


def policy(**policies: Any) -> SetTenantPolicy:
    return SetTenantPolicy(id=id_(policies), aggregate="acme:tenant:acme", policy=policies)


def configure(channel: str = "sms", **more: Any) -> ConfigureChannel:
    values = {"id": id_((channel, more)), "aggregate": f"acme:channel:{channel}", "channel_type": channel}
    return ConfigureChannel(**values | more)


def delete(number: int = 0) -> DeleteChannel:
    return DeleteChannel(id=id_(("delete", number)), aggregate="acme:channel:sms")


def copy(story: Story, key: str) -> Any:
    assert story.aggregate.settings_copy is not None
    assert story.folded() == story.state == story.stored()
    return story.aggregate.settings_copy(key, story.version, story.state)


def reason(events: Any) -> str:
    (event,) = events
    assert isinstance(event, CommandRefused)
    return event.reason


def test_a_tenant_is_created_once() -> None:
    story = Story(TENANT)
    (event,) = story.when(create())
    assert isinstance(event, TenantCreated) and (event.tenant, event.namespace, event.name) == (
        "acme",
        "wrapped",
        "Acme",
    )
    assert copy(story, "acme:tenant:acme") == TenantSettings(tenant="acme", version=1, namespace="wrapped", name="Acme")
    assert reason(story.when(create(name="other"))) == "the tenant acme exists already"
    assert copy(story, "acme:tenant:acme").name == "Acme"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (create(aggregate="Acme:tenant:Acme"), "no slug of a tenant"),
        (create(aggregate="acme:tenant:bistro"), "no slug of a tenant"),
        (create(namespace=""), "a tenant needs a namespace"),
        (policy(refuse_invalid=True), "there is no such tenant"),
        (ChangeConsent(id=id_(1), aggregate="acme:tenant:acme", state="opted_in"), "nothing that a tenant can do"),
    ],
)
def test_a_tenant_that_cannot_be_created(wrong: Any, why: str) -> None:
    story = Story(TENANT)
    assert why in reason(story.when(wrong))
    assert copy(story, "acme:tenant:acme") is None


def test_named_policies_are_replaced_and_the_others_stay() -> None:
    story = Story(TENANT).given(create(), policy(opt_out_scope="all", keywords={"stop": ["BASTA"]}))
    (event,) = story.when(policy(refuse_invalid=True))
    assert isinstance(event, TenantPolicySet)
    expected = Policy(keywords={"stop": ("BASTA",)}, refuse_invalid=True, opt_out_scope="all")
    assert copy(story, "acme:tenant:acme").policy == expected
    assert copy(story, "acme:tenant:acme").version == 3


def test_every_error_of_a_policy_is_named() -> None:
    wrong = policy(
        colour="red",
        refuse_invalid="yes",
        opt_out_scope="some",
        keywords={"halt": ["x"], "stop": ["!"]},
        languages=["xx"],
    )
    text = reason(Story(TENANT).given(create()).when(wrong))
    assert text == (
        "'colour' is no policy; known: keywords, refuse_invalid, opt_out_scope, languages; "
        "refuse_invalid: Expected `bool`, got `str`; "
        "opt_out_scope: Invalid enum value 'some'; "
        "keywords: 'halt' is none of stop, start, help; "
        "keywords: a word of 'stop' has no letters or digits; "
        "languages: 'xx' is not known; known: en, es, fr, pt, de, id, ms, so"
    )


def test_a_channel_is_configured_and_changed() -> None:
    story = Story(CHANNEL)
    (event,) = story.when(configure(queue_url=URL))
    assert isinstance(event, ChannelConfigured) and event.is_active
    story.given(configure(is_active=False), configure(config=SEED))
    expected = ChannelSettings(
        tenant="acme", version=3, channel_type="sms", queue_url=URL, is_active=False, config=SEED
    )
    assert copy(story, "acme:channel:sms") == expected


def test_a_deleted_channel_is_told_and_can_be_configured_anew() -> None:
    story = Story(CHANNEL).given(configure(queue_url=URL, is_active=False))
    (event,) = story.when(delete())
    assert isinstance(event, ChannelDeleted)
    assert copy(story, "acme:channel:sms") == ChannelSettings(
        tenant="acme", version=2, channel_type="sms", deleted=True
    )
    assert reason(story.when(delete(1))) == "there is no channel sms"
    story.given(configure())
    assert copy(story, "acme:channel:sms") == ChannelSettings(
        tenant="acme", version=4, channel_type="sms", is_active=True
    )


def test_a_channel_that_never_was_has_no_copy() -> None:
    story = Story(CHANNEL)
    assert reason(story.when(delete())) == "there is no channel sms"
    assert reason(story.when(create())) == "create_tenant is nothing that a channel can do"
    assert copy(story, "acme:channel:sms") is None


def test_every_error_of_a_configuration_is_named() -> None:
    config = {
        "accounts": "AC1",
        "addresses": ["+14155550100", "not-a-number"],
        "agent_mode": "on",
        "agent_config": {"prompt": 1, "context": [], "model": "x"},
        "colour": "red",
        "country": "Atlantis",
        "secrets": {"auth_token": ["sealed:x"], "WEBHOOK_SECRET": ["user:open"], "shoe": ["sealed:y"]},
        "unsigned": ["carrier"],
        "unverified": "hope",
    }
    wrong = configure(aggregate="acme:channel:email", channel_type="pigeon", queue_url="my-queue", config=config)
    assert reason(Story(CHANNEL).when(wrong)).split("; ") == [
        "channel_type is 'pigeon', but the command is for 'email'",
        "channel_type 'pigeon' is not known",
        f"known: {', '.join(channels())}",
        "queue_url 'my-queue' is no queue: https://sqs.<region>.amazonaws.com/<account>/<name>",
        "config.accounts must be a list of texts",
        "config.addresses has 'not-a-number', which is no address",
        "config.agent_mode must be true or false",
        "config.agent_config has 'model', which is not known",
        "known: prompt, context",
        "config.agent_config has a prompt that is no text",
        "config.agent_config has a context that is no object",
        "config.colour is not known",
        "known: accounts, addresses, agent_mode, agent_config, country, declared, secrets, unsigned, unverified",
        "config.country is 'Atlantis', it must be an ISO 3166 country such as US or GB",
        "config.secrets has 'auth_token', which no provider of pigeon asks for",
        "known: WEBHOOK_SECRET, verify_token",
        "config.secrets has 'shoe', which no provider of pigeon asks for",
        "known: WEBHOOK_SECRET, verify_token",
        "config.secrets has 'WEBHOOK_SECRET' in the open: set it by `trunkline channels set --secret WEBHOOK_SECRET=VALUE`",
        "config.unsigned has 'carrier', which is no provider of pigeon",
        "known: ",
        "config.unverified is 'hope', it must be one of accept, quarantine, reject",
    ]


@pytest.mark.parametrize("agent", [None, {}, {"prompt": ""}])
def test_an_assistant_needs_a_prompt(agent: Any) -> None:
    config = {"agent_mode": True} | ({"agent_config": agent} if agent is not None else {})
    assert (
        reason(Story(CHANNEL).when(configure(config=config)))
        == "config.agent_mode needs a prompt in config.agent_config.prompt"
    )


@pytest.mark.parametrize(
    "url", [URL, "http://localhost:9324/000000000000/sms-events", "http://127.0.0.1:5000/123456789012/a", ""]
)
def test_queue_urls(url: str) -> None:
    assert isinstance(Story(CHANNEL).when(configure(queue_url=url))[0], ChannelConfigured)


def test_copies_make_the_directory() -> None:
    directory = Directory()
    tenant = Story(TENANT).given(create(), policy(opt_out_scope="all"))
    channel = Story(CHANNEL).given(configure(queue_url=URL, config={"accounts": ["AC1"]}))
    for record in (copy(channel, "acme:channel:sms"), copy(tenant, "acme:tenant:acme")):
        assert directory.apply(record)
    assert directory.policy("acme") == (2, Policy(opt_out_scope="all"))
    assert directory.owner_of_queue(URL) == "acme"
    assert directory.claims("sms") == {"AC1": ("acme",)}
