"""migrate and makemigrations."""

import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Column, Integer, MetaData, Table

from projections import migrations
from projections.migrations import making
from projections.migrations.histories import VIEWS_HISTORY, History, load_models
from runtime.settings import Postgres, Settings

pytestmark = pytest.mark.feature("F-021")


@pytest.fixture
def settings(dsn: str) -> Settings:
    """Those of an empty database."""
    made = Settings()
    made.postgres = Postgres(url=SecretStr(dsn))
    return made


async def test_an_empty_database_is_migrated_once(settings: Settings) -> None:
    assert (await migrations.migrate(settings, dry_run=True)).changed == ["trunkline"]
    assert (await migrations.migrate(settings)).changed == ["trunkline"]
    assert (await migrations.migrate(settings, "acme")).changed == ["tenant_acme"]
    again = await migrations.migrate(settings)
    assert (again.changed, str(again)) == ([], "nothing to do, 2 schemas current")


async def test_models_and_history_agree(settings: Settings) -> None:
    assert await migrations.make(settings) == []


class Elsewhere(History):
    """A history whose steps lie in a folder of the test, and whose models have one table more."""

    place: Path

    @property
    def folder(self) -> Path:
        return self.place


async def test_a_step_that_is_missing_is_written(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_models()
    models = MetaData(naming_convention=VIEWS_HISTORY.metadata.naming_convention)
    for table in VIEWS_HISTORY.metadata.tables.values():
        table.to_metadata(models)
    history = Elsewhere(*VIEWS_HISTORY._replace(metadata=models))
    history.place = tmp_path / "versions"
    shutil.copytree(VIEWS_HISTORY.folder, history.place)
    before = set(history.place.glob("*.py"))
    monkeypatch.setattr(making, "VIEWS_HISTORY", history)
    assert await migrations.make(settings) == []

    Table("telegrams", models, Column("id", Integer, primary_key=True))
    (missing,) = await migrations.make(settings, "Telegrams", dry_run=True)
    assert (missing.path, "op.create_table('telegrams'" in missing.code) == (None, True)
    (written,) = await migrations.make(settings, "Telegrams")
    assert written.path is not None
    assert set(history.place.glob("*.py")) - before == {written.path}
    assert written.path.name == f"{len(before) + 1:04d}_telegrams.py"
    assert await migrations.make(settings) == []
