"""The fold of the settings topic."""

from itertools import permutations

from domain.directory import Directory
from domain.door import Door
from schemas.settings import AnySettings, ChannelSettings, Policy, TenantSettings

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/sms-events"

ACME = TenantSettings(tenant="acme", version=1, namespace="wrapped-1")
ACME_AFTER = TenantSettings(tenant="acme", version=2, namespace="wrapped-1", policy=Policy(opt_out_scope="all"))
SMS = ChannelSettings(
    tenant="acme", version=1, channel_type="sms", queue_url=URL, is_active=True, config={"accounts": ["AC1"]}
)
GONE = ChannelSettings(tenant="acme", version=2, channel_type="sms", queue_url=URL, deleted=True)


def directory(*records: AnySettings) -> Directory:
    made = Directory()
    for record in records:
        made.apply(record)
    return made


def test_any_order_and_repetition_give_the_same() -> None:
    all_: list[AnySettings] = [ACME, ACME_AFTER, SMS, ACME]
    for records in permutations(all_):
        made = directory(*records)
        assert made.policy("acme") == (2, Policy(opt_out_scope="all"))
        assert made.channels() == (SMS,)
        assert made.namespaces() == {"acme": "wrapped-1"}


def test_apply_says_whether_anything_changed() -> None:
    made = Directory()
    assert [made.apply(ACME), made.apply(ACME), made.apply(ACME_AFTER), made.apply(ACME)] == [True, False, True, False]


def test_an_unknown_tenant_has_the_default_policy() -> None:
    assert Directory().policy("nobody") == (0, Policy())


def test_deleted_and_inactive_channels() -> None:
    idle = ChannelSettings(tenant="acme", version=1, channel_type="email")
    made = directory(SMS, idle)
    assert [each.channel_type for each in made.channels()] == ["email", "sms"]
    assert made.channels(active=True) == (SMS,)
    made.apply(GONE)
    assert made.channels(active=True) == ()
    assert made.claims("sms") == {}


def test_a_queue_of_two_tenants_has_no_owner() -> None:
    other = ChannelSettings(tenant="bistro", version=1, channel_type="sms", queue_url=URL)
    assert directory(SMS).owner_of_queue(URL) == "acme"
    assert directory(SMS, other).owner_of_queue(URL) is None
    assert directory().owner_of_queue(URL) is None


def test_claims_name_every_tenant() -> None:
    other = ChannelSettings(
        tenant="bistro",
        version=1,
        channel_type="sms",
        config={"accounts": ["AC1"], "addresses": ["+1 415 555 0100", "no number!"]},
    )
    assert directory(other, SMS).claims("sms") == {"AC1": ("acme", "bistro"), "tel:+14155550100": ("bistro",)}


def test_doors_and_countries_are_those_of_each_tenant() -> None:
    config = {"secrets": {"auth_token": ["sealed:old", "sealed:new"]}, "unverified": "quarantine", "country": "GB"}
    made = directory(ChannelSettings(tenant="acme", version=1, channel_type="sms", config=config), ACME)
    doors = made.doors("sms", lambda sealed: sealed.removeprefix("sealed:"))
    assert doors == {"acme": Door({"auth_token": ("old", "new")}, "quarantine")}
    assert made.countries("sms") == {"acme": "GB"}
    assert made.doors("email", str) == {}


def test_descriptions_are_those_of_each_tenant() -> None:
    one = ChannelSettings(tenant="acme", version=1, channel_type="sms", config={"declared": "version: 1"})
    several = ChannelSettings(tenant="bistro", version=1, channel_type="sms", config={"declared": ["a", "b"]})
    made = directory(one, several, ChannelSettings(tenant="acme", version=1, channel_type="email"))
    assert made.declared("sms") == {"acme": ("version: 1",), "bistro": ("a", "b")}
    assert made.declared("email") == {}
