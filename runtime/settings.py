"""The one place of settings. Every field documents itself; docs/reference/settings.md is generated from here.

Read from the environment, then `.env.<profile>` and `.env` in the working folder. Names are `TRUNKLINE_<GROUP>__<FIELD>`; the seeds' and
the clouds' own names (KAFKA_BROKERS, DATABASE_URL, SMS_QUEUE_URL, AWS_REGION ...) are accepted beside them.
"""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime.errors import ConfigurationError

PROFILES = ("local", "production", "test")
PROFILE_VARIABLE = "TRUNKLINE_PROFILE"


def profile() -> str:
    """The settings profile that TRUNKLINE_PROFILE names. Raises ConfigurationError for one that does not exist (F-170)."""
    name = os.environ.get(PROFILE_VARIABLE, "local")
    if name not in PROFILES:
        raise ConfigurationError(
            f"{PROFILE_VARIABLE}={name!r} is no settings profile; choose one of {', '.join(PROFILES)}"
        )
    return name


class Group(BaseSettings):
    """A group of settings. Subclasses set `env_prefix`."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, populate_by_name=True)

    def __init__(self, **values: Any) -> None:
        super().__init__(_env_file=(".env", f".env.{profile()}"), **values)


def named(default: Any, *names: str, description: str, **limits: Any) -> Any:
    """A field that is also read from the given environment names, the first wins."""
    return Field(default, validation_alias=AliasChoices(*names), description=description, **limits)


class Kafka(Group):
    model_config = SettingsConfigDict(env_prefix="TRUNKLINE_KAFKA__")

    brokers: str = named(
        "127.0.0.1:9092", "TRUNKLINE_KAFKA__BROKERS", "KAFKA_BROKERS", description="host:port, comma separated"
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="how to talk to the brokers"
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "AWS_MSK_IAM"] = Field(
        "PLAIN", description="used with a SASL_ protocol; AWS_MSK_IAM signs with the AWS credential chain"
    )
    sasl_username: str | None = Field(None, description="for PLAIN and SCRAM")
    sasl_password: SecretStr | None = Field(None, description="for PLAIN and SCRAM")
    ssl_cafile: Path | None = Field(None, description="certificate authorities in PEM; the system's when unset")
    ssl_certfile: Path | None = Field(None, description="client certificate in PEM (mutual TLS)")
    ssl_keyfile: Path | None = Field(None, description="key of the client certificate")
    aws_region: str | None = named(
        None,
        "TRUNKLINE_KAFKA__AWS_REGION",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        description="region of the MSK cluster (AWS_MSK_IAM)",
    )
    partitions: int = Field(8, ge=1, le=1024, description="of the co-partitioned topics; a one-way door")
    replication_factor: int = Field(1, ge=1, le=9, description="of topics that we create; 3 in production")
    min_insync_replicas: int = Field(
        1, ge=1, le=9, description="min.insync.replicas of topics that we create; 2 with 3"
    )
    topic_prefix: str = Field("", pattern=r"^[a-zA-Z0-9._-]*$", description="before every topic and group name")
    request_timeout_ms: int = Field(10_000, ge=500, description="one request to a broker, milliseconds")


class Postgres(Group):
    model_config = SettingsConfigDict(env_prefix="TRUNKLINE_POSTGRES__")

    url: SecretStr = named(
        SecretStr("postgresql://postgres@127.0.0.1:5432/postgres"),
        "TRUNKLINE_POSTGRES__URL",
        "DATABASE_URL",
        description="postgresql://user:password@host:port/database; ?sslmode= as libpq understands it",
    )
    pool_size: int = Field(10, ge=1, description="connections per process (F-145)")
    connect_timeout: float = Field(10.0, gt=0, description="seconds to open a connection")
    command_timeout: float = Field(30.0, gt=0, description="seconds for one statement")
    echo: bool = named(False, "TRUNKLINE_POSTGRES__ECHO", "SQL_ECHO", description="log every SQL statement")


class Sqs(Group):
    model_config = SettingsConfigDict(env_prefix="TRUNKLINE_SQS__")

    client: Literal["raw", "aioboto3"] = Field("raw", description="thin signed client, or aioboto3")
    region: str | None = named(
        None,
        "TRUNKLINE_SQS__REGION",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        description="when the queue URL does not tell it",
    )
    endpoint_url: str | None = named(
        None,
        "TRUNKLINE_SQS__ENDPOINT_URL",
        "AWS_ENDPOINT_URL_SQS",
        "AWS_ENDPOINT_URL",
        description="an SQS-compatible server instead of AWS",
    )
    profile: str | None = named(None, "TRUNKLINE_SQS__PROFILE", "AWS_PROFILE", description="AWS profile name")
    pool_size: int = Field(64, ge=1, description="connections kept open; at least the receives in flight")
    connect_timeout: float = Field(5.0, gt=0, description="seconds to open a connection")
    read_timeout: float = Field(10.0, gt=0, description="seconds for an answer, on top of the long poll")
    ca_bundle: Path | None = named(
        None,
        "TRUNKLINE_SQS__CA_BUNDLE",
        "AWS_CA_BUNDLE",
        description="certificate authorities in PEM; the system's when unset",
    )


class Bridge(Group):
    model_config = SettingsConfigDict(env_prefix="TRUNKLINE_BRIDGE__")

    sms_queue_url: str | None = named(
        None,
        "TRUNKLINE_BRIDGE__SMS_QUEUE_URL",
        "SMS_QUEUE_URL",
        description="SMS events, unless a channel is configured",
    )
    email_queue_url: str | None = named(
        None,
        "TRUNKLINE_BRIDGE__EMAIL_QUEUE_URL",
        "EMAIL_QUEUE_URL",
        description="e-mail events, unless a channel is configured",
    )
    tenant: str | None = named(
        None,
        "TRUNKLINE_BRIDGE__TENANT",
        "TRUNKLINE_TENANT",
        description="tenant of queues that come from the environment",
    )
    worker_type: str = named(
        "all", "TRUNKLINE_BRIDGE__WORKER_TYPE", "WORKER_TYPE", description="channels to process: all, sms, email ..."
    )
    receivers: int = Field(4, ge=1, le=256, description="receive calls in flight per queue")
    more_receivers: int = Field(28, ge=0, le=256, description="further ones, for as long as batches come full")
    batch_size: int = Field(10, ge=1, le=10, description="messages per receive call")
    wait_seconds: int = Field(20, ge=0, le=20, description="long poll")
    max_receives: int = Field(
        5, ge=2, description="attempts before a message that could succeed is dead-lettered (F-046)"
    )
    invalid: Literal["dead-letter", "retry"] = Field(
        "dead-letter", description="bytes invalid in themselves: dead letter at once, or retry like the rest (F-113)"
    )
    backoff_seconds: int = Field(5, ge=0, description="first visibility back-off; doubles up to 15 minutes")
    claim_bytes: int = Field(256 * 1024, ge=1024, description="bodies above this go to the claim store")
    claim_store: str = Field("file:.trunkline/claims", description="file:<folder> or s3://<bucket>/<prefix>")
    linger_ms: int = Field(3, ge=0, le=1000, description="how long an append waits for more records")
    drain_seconds: float = Field(15.0, gt=0, description="time for what is in flight after SIGTERM")
    poll_grace: float = Field(
        2.0,
        ge=0,
        description="seconds that a receive call may go on after SIGTERM; less hides late messages for a while",
    )
    http_port: int = Field(8011, ge=0, le=65535, description="health and metrics; 0 is off")


class Streams(Group):
    model_config = SettingsConfigDict(env_prefix="TRUNKLINE_STREAMS__")

    group: str = Field("trunkline-streams", description="consumer group (Faust's app id)")
    store: Literal["memory", "rocksdict", "rocksdict-read-through"] = Field(
        "memory", description="local store: memory, memory with a snapshot on disk, or disk"
    )
    datadir: Path = Field(Path(".trunkline/streams"), description="folder of the local store, one per worker")
    session_timeout: float = Field(6.0, ge=1, description="seconds until a dead worker's partitions move")
    ready_limit: float = Field(60.0, ge=5, description="seconds assigned but not ready before the worker ends itself")
    park_limit: int = Field(20, ge=1, description="aggregates parked within park_window that stop the worker")
    park_window: float = Field(60.0, gt=0, description="seconds")
    http_port: int = Field(8012, ge=0, le=65535, description="health and metrics; 0 is off")


class Projections(Group):
    model_config = SettingsConfigDict(env_prefix="TRUNKLINE_PROJECTIONS__")

    batch_records: int = Field(1000, ge=1, le=20_000, description="records per transaction at most")
    batch_ms: int = Field(20, ge=0, le=5000, description="how long a batch waits to fill, while records keep coming")
    views: str = Field("all", description="views of this process, comma separated, or all")
    session_timeout: float = Field(6.0, ge=1, description="seconds until a dead process's partitions move")
    http_port: int = Field(8013, ge=0, le=65535, description="health and metrics; 0 is off")


class Api(Group):
    model_config = SettingsConfigDict(env_prefix="TRUNKLINE_API__")

    host: str = Field("127.0.0.1", description="address to listen on; anything but loopback needs api tokens")
    port: int = named(8010, "TRUNKLINE_API__PORT", "SERVICE_PORT", description="of the API", ge=0, le=65535)
    tokens: SecretStr | None = named(
        None,
        "TRUNKLINE_API_TOKENS",
        "TRUNKLINE_API__TOKENS",
        description="comma separated tenant:sha256 of static Bearer tokens",
    )


class Webhooks(Group):
    model_config = SettingsConfigDict(env_prefix="TRUNKLINE_WEBHOOKS__")

    host: str = Field("127.0.0.1", description="address to listen on; providers have to reach it, or a proxy before it")
    port: int = Field(8014, ge=0, le=65535, description="of the webhooks, their health and metrics")
    public_url: str | None = named(
        None,
        "TRUNKLINE_WEBHOOKS__PUBLIC_URL",
        "WEBHOOKS_PUBLIC_URL",
        description="https://host[/path] that providers were told, which signatures cover; unset: as each request says",
    )
    trusted_proxies: str = named(
        "",
        "TRUNKLINE_WEBHOOKS__TRUSTED_PROXIES",
        "WEBHOOKS_TRUSTED_PROXIES",
        description="addresses and networks, comma separated, whose X-Forwarded-For, -Proto and -Host count",
    )
    sns_topics: str = named(
        "",
        "TRUNKLINE_WEBHOOKS__SNS_TOPICS",
        "WEBHOOKS_SNS_TOPICS",
        description="ARNs, comma separated, of the SNS topics that are ours: their subscriptions are confirmed, others refused",
    )
    sns_signature: Literal["required", "optional"] = named(
        "required",
        "TRUNKLINE_WEBHOOKS__SNS_SIGNATURE",
        "WEBHOOKS_SNS_SIGNATURE",
        description="whether a message of SNS must be signed; optional: raw delivery is taken too. One that is there must hold",
    )
    body_bytes: int = Field(1024 * 1024, ge=1024, description="largest body that is taken")
    body_seconds: float = Field(10.0, gt=0, description="time for a body to come in")
    message_bytes: int = Field(
        1024 * 1024,
        ge=1024,
        le=1024 * 1024,
        description="largest message, and call, that the queues take; bodies that do not fit go to the bridge's claim store",
    )
    answer_seconds: float = Field(5.0, gt=0, description="time for SQS to take a request; then the answer is 503")
    rate: float = Field(500.0, gt=0, description="requests per second of one source address, in the long run")
    burst: int = Field(1000, ge=1, description="requests of one source address at once")
    calls: int = Field(8, ge=1, le=64, description="calls in flight per queue")
    linger_ms: int = Field(2, ge=0, le=1000, description="how long a call to SQS waits for more requests")


class Gmail(Group):
    model_config = SettingsConfigDict(env_prefix="TRUNKLINE_GMAIL__")

    base_url: str = Field(
        "https://gmail.googleapis.com", pattern=r"^https?://[^\s?#]+$", description="where Gmail's API answers"
    )
    token_command: str | None = Field(
        None, description="prints a bearer token for the mailbox; run again when one is refused"
    )
    token: SecretStr | None = Field(None, description="a bearer token, where no command prints one; lives an hour")
    days: int = Field(7, ge=1, le=365, description="how far back a full sync goes")
    attempts: int = Field(5, ge=1, le=20, description="requests for one answer, when Gmail is busy or fails")
    timeout: float = Field(30.0, gt=0, description="seconds for an answer")


class Observability(Group):
    model_config = SettingsConfigDict(env_prefix="TRUNKLINE_")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="of our own loggers")
    log_format: Literal["auto", "json", "console"] = Field("auto", description="auto: console on a terminal, else JSON")
    http_host: str = Field("127.0.0.1", description="address on which the processes serve health and metrics")
    otlp_endpoint: str | None = named(
        None,
        "TRUNKLINE_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        description="where spans go; needs the otlp extra; unset: no spans, traceparent is still carried",
    )


class Settings:
    """All groups. Built once per process by `settings()`."""

    GROUPS: ClassVar[dict[str, type[Group]]] = {
        "kafka": Kafka,
        "postgres": Postgres,
        "sqs": Sqs,
        "bridge": Bridge,
        "streams": Streams,
        "projections": Projections,
        "api": Api,
        "webhooks": Webhooks,
        "gmail": Gmail,
        "observability": Observability,
    }

    def __init__(self) -> None:
        self.profile = profile()
        self.kafka = Kafka()
        self.postgres = Postgres()
        self.sqs = Sqs()
        self.bridge = Bridge()
        self.streams = Streams()
        self.projections = Projections()
        self.api = Api()
        self.webhooks = Webhooks()
        self.gmail = Gmail()
        self.observability = Observability()
        self.secret_key = os.environ.get("TRUNKLINE_SECRET_KEY") or None
        self.data_folder = Path(os.environ.get("TRUNKLINE_DATA", ".trunkline"))


def variables(group: type[Group], field: str) -> tuple[str, ...]:
    """The environment variables that a field is read from, the first wins."""
    alias = group.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        return tuple(str(choice) for choice in alias.choices)
    return (f"{group.model_config['env_prefix']}{field}".upper(),)


def require_well_formed(source: Callable[[str], str]) -> None:
    """Raises ConfigurationError that names each malformed variable, its value, where that was found (`source` of its name), and what it
    must be."""
    wrong = []
    for group in Settings.GROUPS.values():
        try:
            group()
        except ValidationError as error:
            wrong += [_mistake(group, str(e["loc"][0]), e["input"], e["msg"], source) for e in error.errors()]
    if wrong:
        raise ConfigurationError("; ".join(wrong))


def _mistake(group: type[Group], found: str, value: Any, must: str, source: Callable[[str], str]) -> str:
    # pydantic names the field, or the first of its variables, whichever of them it was read from.
    names = {field: variables(group, field) for field in group.model_fields}
    all_ = next(each for field, each in names.items() if found == field or found in each)
    name = next((each for each in all_ if os.environ.get(each)), all_[0])
    return f"{name}={value} ({source(name)}): {must[0].lower()}{must[1:]}"


@cache
def settings() -> Settings:
    """The settings of this process. Raises ConfigurationError that names each malformed variable and what it must be."""
    try:
        return Settings()
    except ValidationError:
        require_well_formed(_source)
        raise


def _source(name: str) -> str:
    return "environment" if os.environ.get(name) else f".env or .env.{profile()}"
