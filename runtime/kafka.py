"""Connections to Kafka from the settings: TLS, SASL PLAIN and SCRAM, MSK IAM. The only place that knows how we authenticate."""

import asyncio
import ssl
from typing import Any

from aiokafka.abc import AbstractTokenProvider
from aiokafka.helpers import create_ssl_context

from runtime.errors import ConfigurationError, Unavailable
from runtime.settings import Kafka
from schemas.topics import Topic


def silent(brokers: str, error: BaseException) -> Unavailable:
    """What a user is told when Kafka fails or does not answer."""
    return Unavailable(
        f"Kafka at {brokers} does not answer: {error or type(error).__name__}. Is it up, and do TRUNKLINE_KAFKA__* fit it?"
    )


def topic_name(kafka: Kafka, topic: Topic) -> str:
    """The name of a topic in this deployment: the prefix of the settings and the name of the table."""
    return kafka.topic_prefix + topic.name


def partitions_of(kafka: Kafka, topic: Topic) -> int:
    """How many partitions a topic has in this deployment."""
    return kafka.partitions if topic.copartitioned else topic.partitions


def client_options(kafka: Kafka) -> dict[str, Any]:
    """Keyword arguments that every aiokafka client takes. Raises ConfigurationError for half a set of credentials."""
    options: dict[str, Any] = {
        "bootstrap_servers": kafka.brokers,
        "security_protocol": kafka.security_protocol,
        "request_timeout_ms": kafka.request_timeout_ms,
    }
    if kafka.security_protocol.endswith("SSL"):
        options["ssl_context"] = _ssl_context(kafka)
    if kafka.security_protocol.startswith("SASL"):
        options.update(_sasl(kafka))
    return options


def _ssl_context(kafka: Kafka) -> ssl.SSLContext:
    if bool(kafka.ssl_certfile) != bool(kafka.ssl_keyfile):
        raise ConfigurationError(
            "TRUNKLINE_KAFKA__SSL_CERTFILE and TRUNKLINE_KAFKA__SSL_KEYFILE belong together; one is missing"
        )
    try:
        return create_ssl_context(
            cafile=str(kafka.ssl_cafile) if kafka.ssl_cafile else None,
            certfile=str(kafka.ssl_certfile) if kafka.ssl_certfile else None,
            keyfile=str(kafka.ssl_keyfile) if kafka.ssl_keyfile else None,
        )
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"TRUNKLINE_KAFKA__SSL_*: a certificate or key cannot be read: {error}") from error


def _sasl(kafka: Kafka) -> dict[str, Any]:
    if kafka.sasl_mechanism == "AWS_MSK_IAM":
        if not kafka.aws_region:
            raise ConfigurationError("AWS_MSK_IAM needs TRUNKLINE_KAFKA__AWS_REGION (or AWS_REGION)")
        return {"sasl_mechanism": "OAUTHBEARER", "sasl_oauth_token_provider": MskIamToken(kafka.aws_region)}
    if not kafka.sasl_username or kafka.sasl_password is None:
        raise ConfigurationError(
            f"{kafka.sasl_mechanism} needs TRUNKLINE_KAFKA__SASL_USERNAME and TRUNKLINE_KAFKA__SASL_PASSWORD"
        )
    return {
        "sasl_mechanism": kafka.sasl_mechanism,
        "sasl_plain_username": kafka.sasl_username,
        "sasl_plain_password": kafka.sasl_password.get_secret_value(),
    }


class MskIamToken(AbstractTokenProvider):
    """Tokens for MSK: a presigned kafka-cluster:Connect request, base64url (AWS "IAM access control", MSK signer protocol 2020_10_22).

    Credentials come from botocore's chain at every token, so roles and rotation keep working.
    """

    LIFETIME = 900

    def __init__(self, region: str) -> None:
        self.region = region

    async def token(self) -> str:
        return await asyncio.to_thread(self.sign)

    def sign(self) -> str:
        """One token. Raises ConfigurationError when the chain finds no credentials."""
        import base64

        from botocore.auth import SigV4QueryAuth
        from botocore.awsrequest import AWSRequest
        from botocore.session import Session

        credentials = Session().get_credentials()
        if credentials is None:
            raise ConfigurationError(
                "AWS_MSK_IAM: no AWS credentials found in the environment, profile or instance role"
            )
        request = AWSRequest(
            method="GET",
            url=f"https://kafka.{self.region}.amazonaws.com/",
            params={"Action": "kafka-cluster:Connect"},
        )
        SigV4QueryAuth(credentials.get_frozen_credentials(), "kafka-cluster", self.region, self.LIFETIME).add_auth(
            request
        )
        url = f"{request.url}&User-Agent=trunkline"
        return base64.urlsafe_b64encode(url.encode()).rstrip(b"=").decode()
