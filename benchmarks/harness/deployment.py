"""One deployment of our own rooms: topics under a prefix, a database, a tenant. Its rooms run as users run them."""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from msgspec import Struct

from benchmarks.harness.child import PYTHON, Child
from benchmarks.harness.kafka import Broker, Record, broker
from benchmarks.harness.servers import Servers
from runtime import topics
from runtime.secrets import wrap
from runtime.settings import Settings
from schemas.settings import TenantSettings
from schemas.topics import SETTINGS

TENANT = "acme"
PARTITIONS = 4
NAMESPACE = uuid5(NAMESPACE_URL, "benchmark")
SECRET_KEY = "benchmarks-need-no-secret"


def namespace_of(tenant: str) -> UUID:
    """The namespace of a tenant of a benchmark."""
    return NAMESPACE if tenant == TENANT else uuid5(NAMESPACE, tenant)


class Deployment(Struct, frozen=True):
    """environment: the variables that its rooms are started with."""

    name: str
    servers: Servers
    broker: Broker
    environment: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        """The settings as its rooms read them."""
        return settings_of(self.environment)

    def topic(self, topic: Any) -> str:
        """The full name of one of schemas.topics."""
        return self.name + "." + str(topic.name)

    def child(self, room: str, argv: Sequence[str], **environment: str) -> Child:
        """Starts a room."""
        log = self.servers.folder / self.name / f"{room}.log"
        return Child([*PYTHON, *argv], log, {**self.environment, **environment})


def settings_of(environment: Mapping[str, str]) -> Settings:
    """The settings that a process with these variables over ours reads."""
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        return Settings()
    finally:
        os.environ.clear()
        os.environ.update(before)


@asynccontextmanager
async def deployment(
    servers: Servers,
    name: str,
    tenants: Sequence[str] = (TENANT,),
    dsn: str | None = None,
    partitions: int = PARTITIONS,
) -> AsyncIterator[Deployment]:
    """Topics and tenants; deletes the topics at the end. dsn: its database, where it has one."""
    folder = servers.folder / name
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        "TRUNKLINE_PROFILE": "test",
        "TRUNKLINE_SECRET_KEY": SECRET_KEY,
        "TRUNKLINE_DATA": str(folder),
        "TRUNKLINE_LOG_FORMAT": "json",
        "TRUNKLINE_LOG_LEVEL": "WARNING",  # the peers log nothing per message
        "TRUNKLINE_KAFKA__BROKERS": servers.brokers,
        "TRUNKLINE_KAFKA__TOPIC_PREFIX": f"{name}.",
        "TRUNKLINE_KAFKA__PARTITIONS": str(partitions),
        "TRUNKLINE_BRIDGE__TENANT": tenants[0],
        "TRUNKLINE_BRIDGE__HTTP_PORT": "0",
        "TRUNKLINE_STREAMS__HTTP_PORT": "0",
        "TRUNKLINE_STREAMS__DATADIR": str(folder / "streams"),
        "TRUNKLINE_PROJECTIONS__HTTP_PORT": "0",
        "AWS_ENDPOINT_URL": servers.sqs,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "DATABASE_URL": dsn or servers.dsn,
    }
    async with broker(servers.brokers, partitions) as client:
        made = Deployment(name, servers, client, environment)
        await topics.create(made.settings.kafka)
        await client.write(made.topic(SETTINGS), [_tenant(tenant) for tenant in tenants], partitions=1)
        try:
            yield made
        finally:
            await client.delete(*await client.topics(name))


def _tenant(tenant: str) -> Record:
    settings = TenantSettings(
        tenant=tenant, version=1, namespace=wrap(namespace_of(tenant), SECRET_KEY), name=tenant.title()
    )
    return Record(f"{tenant}:tenant:{tenant}".encode(), msgspec.json.encode(settings))
