"""``python -m assistant.cli.write_migrations``: write each store's next migration from its models.

Run after changing a model. What a store has and what the models say is compared on an SQLite file
brought to the newest migration; types of ours are rendered as the plain types they are stored in, so
a migration never imports the models. Migrations that have left the house are never changed.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from types import ModuleType

from sqlalchemy import MetaData

import assistant.outreach
import corpus
import mediation_rooms
from corpus.database import Store
from corpus.migration import Migrations
from corpus.migrations import COLLECTION_MIGRATIONS


def load_models() -> None:
    """Import every module whose name says that it holds tables, so that the metadata knows them all."""
    for package in (corpus, mediation_rooms, assistant.outreach):
        _import_models(package)
    importlib.import_module("assistant.job_models")


def _import_models(package: ModuleType) -> None:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".migrations" in found.name:
            continue
        path = Path(*found.name.split("."))
        source = path / "__init__.py" if found.ispkg else path.with_suffix(".py")
        if source.exists() and "__tablename__" in source.read_text(encoding="utf-8"):
            importlib.import_module(found.name)


def write_next(migrations: Migrations, *, metadata: MetaData) -> Path | None:
    """Write the migration that leads from those there are to the models; None when nothing differs."""
    versions = migrations.directory / "versions"
    before = set(versions.glob("*.py"))
    revision = f"{len(before) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/present.sqlite3")
        migrations.upgrade(store)
        migrations.write_revision(
            store, metadata=metadata, revision=revision, message="Bring the tables to the models"
        )
        store.dispose()
    (written,) = set(versions.glob("*.py")) - before
    text = _plain_types(written.read_text(encoding="utf-8"))
    written.unlink()
    if "op." not in text.partition("def upgrade()")[2].partition("def downgrade()")[0]:
        return None
    target = versions / f"{revision}_{date.today():%Y_%m_%d}.py"  # noqa: DTZ011 - the developer's own day
    target.write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "check", "--fix", "--quiet", str(target)], check=False)
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(target)], check=False)
    return target


def _plain_types(text: str) -> str:
    text = text.replace("Instant(timezone=True)", "sa.DateTime(timezone=True)")
    return re.sub(r"Encrypted\w+\([^)]*\)", "sa.Text()", text)


def main() -> None:
    """Both stores."""
    import corpus.store
    import mediation_rooms.store
    from mediation_rooms.migrations import CASE_MIGRATIONS

    load_models()
    print(write_next(COLLECTION_MIGRATIONS, metadata=corpus.store.Base.metadata))
    print(write_next(CASE_MIGRATIONS, metadata=mediation_rooms.store.Base.metadata))


if __name__ == "__main__":
    main()
