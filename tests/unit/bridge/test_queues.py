"""Which queues run: command line over settings over environment (F-027 to F-029)."""

import pytest

from bridge.options import Options
from bridge.queues import WantedQueue, wanted
from runtime.settings import Bridge
from schemas.settings import ChannelSettings

pytestmark = pytest.mark.feature("F-027", "F-028", "F-029")

ENV = Bridge.model_construct(sms_queue_url="env-sms", email_queue_url="env-email", tenant="acme")
NO_ENV = Bridge.model_construct(sms_queue_url=None, email_queue_url=None, tenant=None)
ANY = Options()


def channel(
    tenant: str = "acme", type_: str = "sms", url: str = "stored", *, is_active: bool = True, deleted: bool = False
) -> ChannelSettings:
    return ChannelSettings(
        tenant=tenant, version=1, channel_type=type_, queue_url=url, is_active=is_active, deleted=deleted
    )


def urls(queues: dict[tuple[str, str], WantedQueue]) -> dict[str, tuple[str | None, str]]:
    return {queue.url: (queue.tenant, queue.source) for queue in queues.values()}


def test_nothing_is_configured() -> None:
    assert wanted([], NO_ENV, ANY) == {}


def test_the_environment_alone() -> None:
    assert urls(wanted([], ENV, ANY)) == {"env-sms": ("acme", "environment"), "env-email": ("acme", "environment")}


def test_a_stored_channel_wins_over_the_environment() -> None:
    assert urls(wanted([channel()], ENV, ANY)) == {
        "stored": ("acme", "settings"),
        "env-email": ("acme", "environment"),
    }


def test_a_disabled_channel_is_not_revived_by_the_environment() -> None:
    assert "env-sms" not in urls(wanted([channel(is_active=False)], ENV, ANY))
    assert "stored" not in urls(wanted([channel(is_active=False)], ENV, ANY))


def test_a_deleted_channel_leaves_the_environment_in_force() -> None:
    assert urls(wanted([channel(deleted=True)], ENV, ANY))["env-sms"] == ("acme", "environment")


def test_a_channel_without_a_url_takes_the_environments() -> None:
    assert urls(wanted([channel(url="")], ENV, ANY))["env-sms"] == ("acme", "settings")
    assert wanted([channel(url="")], NO_ENV, ANY) == {}


def test_another_tenants_channel_does_not_take_the_environments_queue_away() -> None:
    found = urls(wanted([channel("globex")], ENV, ANY))
    assert found["stored"] == ("globex", "settings")
    assert found["env-sms"] == ("acme", "environment")


def test_a_queue_of_two_tenants_belongs_to_neither() -> None:
    assert urls(wanted([channel("acme"), channel("globex")], NO_ENV, ANY)) == {"stored": (None, "settings")}


def test_the_command_line_wins_over_all() -> None:
    options = Options(queue_urls={"sms": "line"}, channels=frozenset({"sms"}))
    assert urls(wanted([channel()], ENV, options)) == {"line": ("acme", "command line")}
    assert urls(wanted([channel("globex")], NO_ENV, options)) == {"line": ("globex", "command line")}
    assert urls(wanted([], NO_ENV, options)) == {"line": (None, "command line")}


def test_only_the_channels_asked_for() -> None:
    options = Options(channels=frozenset({"email"}))
    assert urls(wanted([channel()], ENV, options)) == {"env-email": ("acme", "environment")}
