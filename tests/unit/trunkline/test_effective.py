"""`trunkline settings`: every setting, its value without secrets, and where it came from."""

import pytest

from runtime.settings import Settings, settings
from trunkline.effective import MASK, Setting, effective


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    def read(**variables: str) -> dict[str, Setting]:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        return {row.name: row for row in effective()}

    yield read
    settings.cache_clear()


def test_every_setting_is_there(rows) -> None:  # type: ignore[no-untyped-def]
    shown = rows()
    assert {f"{name}.{field}" for name, group in Settings.GROUPS.items() for field in group.model_fields} <= set(shown)
    assert all(row.description for row in shown.values())


def test_the_name_that_was_used_is_told(rows) -> None:  # type: ignore[no-untyped-def]
    shown = rows(KAFKA_BROKERS="broker:9092")
    assert shown["kafka.brokers"][1:3] == ("broker:9092", "KAFKA_BROKERS (environment)")
    assert shown["kafka.partitions"].source == "default"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:s3cret@host/db", f"postgresql://u:{MASK}@host/db"),
        (
            "postgresql://host/db?user=u&password=s3cret&sslmode=require",
            f"postgresql://host/db?user=u&password={MASK}&sslmode=require",
        ),
        ("postgresql://host/db", "postgresql://host/db"),
    ],
)
def test_passwords_in_urls_are_masked(url: str, shown: str, rows) -> None:  # type: ignore[no-untyped-def]
    assert rows(DATABASE_URL=url)["postgres.url"].value == shown


def test_no_secret_is_shown(rows) -> None:  # type: ignore[no-untyped-def]
    shown = rows(
        TRUNKLINE_SECRET_KEY="s3cret-s3cret-s3cret",
        TRUNKLINE_KAFKA__SASL_PASSWORD="s3cret",
        TRUNKLINE_API_TOKENS="acme:s3cret",
        DATABASE_URL="postgresql://u:s3cret@host/db",
    )
    assert "s3cret" not in str(shown)
    assert shown["secret_key"].value == shown["kafka.sasl_password"].value == MASK
