"""What the bridge makes of the settings topic."""

import re

import msgspec
import pytest

from bridge.queues import WantedQueue
from bridge.tenants import Tenants
from runtime.errors import ConfigurationError
from runtime.secrets import new_key, new_namespace, seal, wrap
from schemas.settings import ChannelSettings, TenantSettings
from trunkline.reference.artefact import ROOT

KEY = new_key()
QUEUE = WantedQueue("sms", "https://sqs/q", "acme", "settings")
SHARED = WantedQueue("sms", "https://sqs/q", None, "settings")
(LIGHTHOUSE,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "declared-providers.md").read_text(), re.DOTALL)


def tenants(**config: object) -> Tenants:
    made = Tenants(KEY)
    for record in (
        TenantSettings(tenant="acme", version=1, namespace=wrap(new_namespace(), KEY)),
        ChannelSettings(tenant="acme", version=1, channel_type="sms", queue_url=QUEUE.url, config=dict(config)),
    ):
        made.apply(b"", msgspec.json.encode(record))
    return made


def test_secrets_are_opened_for_the_door() -> None:
    sealed = {"auth_token": [seal("old", KEY), seal("new", KEY)]}
    routes = tenants(secrets=sealed, unverified="reject", country="DK").routes(QUEUE)
    assert routes.doors["acme"].secrets == {"auth_token": ("old", "new")}
    assert routes.doors["acme"].unverified == "reject"
    assert routes.countries == {"acme": "DK"}


def test_a_secret_that_another_key_sealed_is_our_mistake() -> None:
    with pytest.raises(ConfigurationError, match="sealed with"):
        tenants(secrets={"auth_token": [seal("x", new_key())]}).routes(QUEUE)


def test_what_a_tenant_described_reads_its_own_queue_alone() -> None:
    """On a queue of several tenants nobody's description reads the others' messages (law 10)."""
    made = tenants(declared=LIGHTHOUSE)
    assert [each.name for each in made.routes(QUEUE).declared] == ["lighthouse"]
    assert made.routes(SHARED).declared == ()
    assert [each.name for each in made.described()] == ["lighthouse"]


def test_a_description_changes_without_a_restart() -> None:
    made = tenants(declared=[])
    assert made.routes(QUEUE).declared == made.described() == ()
    later = ChannelSettings(
        tenant="acme", version=2, channel_type="sms", queue_url=QUEUE.url, config={"declared": LIGHTHOUSE}
    )
    made.apply(b"", msgspec.json.encode(later))
    assert made.routes(QUEUE).declared == made.described() != ()


def test_a_description_that_cannot_be_read_any_more_holds_up_nobody() -> None:
    made = tenants(declared=["version: of tomorrow", LIGHTHOUSE])
    assert [each.name for each in made.routes(QUEUE).declared] == ["lighthouse"]
