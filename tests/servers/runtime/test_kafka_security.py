"""TLS and SASL against a real broker that insists on them; the token for MSK by its own rules."""

import base64
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from runtime import topics
from runtime.errors import ConfigurationError, Unavailable
from runtime.kafka import MskIamToken, client_options
from runtime.settings import Kafka
from schemas.topics import SETTINGS
from trunkline.platform.kafka import Kafka as Broker
from trunkline.platform.ports import free_port


class SecureBroker(Broker):
    """A broker that also listens with SASL over TLS and with mutual TLS."""

    def __init__(self, folder: Path, certificate: Path, key: Path) -> None:
        super().__init__(folder)
        self.certificate, self.key = certificate, key
        self.sasl, self.mutual = free_port(), free_port()

    def prepare(self) -> None:
        super().prepare()
        more = f"SASL_SSL://127.0.0.1:{self.sasl},SSL://127.0.0.1:{self.mutual}"
        text = self._properties.read_text().replace("listeners=PLAINTEXT", f"listeners={more},PLAINTEXT")
        pem = self.folder / "server.pem"
        pem.write_text(self.key.read_text() + self.certificate.read_text())
        plain = "org.apache.kafka.common.security.plain.PlainLoginModule required user_app='words';".replace("'", '"')
        scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        text = text.replace(
            "listener.security.protocol.map=", "listener.security.protocol.map=SASL_SSL:SASL_SSL,SSL:SSL,"
        )
        self._properties.write_text(
            text
            + f"ssl.keystore.type=PEM\nssl.keystore.location={pem}\n"
            + f"ssl.truststore.type=PEM\nssl.truststore.location={self.certificate}\n"
            + "listener.name.ssl.ssl.client.auth=required\n"
            + "listener.name.sasl_ssl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512\n"
            + f"listener.name.sasl_ssl.plain.sasl.jaas.config={plain}\n"
            + f"listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config={scram}\n"
            + f"listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={scram}\n"
        )

    def add_scram_user(self) -> None:
        """Through the broker's own tool, as an operator does it."""
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
            subprocess.run(
                self.java(
                    "kafka.admin.ConfigCommand",
                    *("--bootstrap-server", self.brokers, "--alter", "--entity-type", "users", "--entity-name", "app"),
                    *("--add-config", f"{mechanism}=[password=words]"),
                    memory=128,
                ),
                check=True,
                capture_output=True,
            )


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory, certificate: tuple[Path, Path]) -> Iterator[SecureBroker]:
    server = SecureBroker(tmp_path_factory.mktemp("secure"), *certificate)
    server.start()
    server.add_scram_user()
    yield server
    server.stop()


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_sasl_over_tls(broker: SecureBroker, certificate: tuple[Path, Path], mechanism: str) -> None:
    kafka = Kafka(
        brokers=f"127.0.0.1:{broker.sasl}",
        security_protocol="SASL_SSL",
        sasl_mechanism=mechanism,
        sasl_username="app",
        sasl_password="words",
        ssl_cafile=certificate[0],
        topic_prefix=f"{mechanism}.",
    )
    assert await topics.create(kafka, [SETTINGS]) == [f"{mechanism}.comms.settings.v1"]


async def test_a_wrong_password_is_told_in_words(broker: SecureBroker, certificate: tuple[Path, Path]) -> None:
    kafka = Kafka(
        brokers=f"127.0.0.1:{broker.sasl}",
        security_protocol="SASL_SSL",
        sasl_username="app",
        sasl_password="other",
        ssl_cafile=certificate[0],
    )
    with pytest.raises(Unavailable, match="do TRUNKLINE_KAFKA__"):
        await topics.problems(kafka)


async def test_mutual_tls(broker: SecureBroker, certificate: tuple[Path, Path]) -> None:
    address = f"127.0.0.1:{broker.mutual}"
    cert, key = certificate
    trusted = Kafka(
        brokers=address, security_protocol="SSL", ssl_cafile=cert, ssl_certfile=cert, ssl_keyfile=key, topic_prefix="m."
    )
    assert await topics.create(trusted, [SETTINGS]) == ["m.comms.settings.v1"]
    nobody = Kafka(brokers=address, security_protocol="SSL", ssl_cafile=cert, request_timeout_ms=2000)
    with pytest.raises(Unavailable):
        await topics.problems(nobody)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"security_protocol": "SASL_SSL"}, "needs TRUNKLINE_KAFKA__SASL_USERNAME"),
        ({"security_protocol": "SSL", "ssl_certfile": Path("c")}, "belong together"),
        ({"security_protocol": "SSL", "ssl_cafile": Path("missing.pem")}, "cannot be read"),
        ({"security_protocol": "SASL_SSL", "sasl_mechanism": "AWS_MSK_IAM"}, "needs TRUNKLINE_KAFKA__AWS_REGION"),
    ],
)
def test_half_a_configuration_is_told_in_words(
    values: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigurationError, match=said):
        client_options(Kafka(**values))


def test_the_token_for_msk_is_a_presigned_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")
    token = MskIamToken("eu-west-1").sign()
    url = urlsplit(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode())
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert (url.scheme, url.hostname) == ("https", "kafka.eu-west-1.amazonaws.com")
    assert asked["Action"] == "kafka-cluster:Connect"
    assert asked["X-Amz-Security-Token"] == "session"
    assert asked["X-Amz-Expires"] == "900"
    assert "/eu-west-1/kafka-cluster/aws4_request" in asked["X-Amz-Credential"]
    assert len(asked["X-Amz-Signature"]) == 64


def test_a_client_context_verifies_the_broker(certificate: tuple[Path, Path]) -> None:
    options = client_options(Kafka(security_protocol="SSL", ssl_cafile=certificate[0]))
    assert options["ssl_context"].verify_mode == ssl.CERT_REQUIRED
