"""``python -m assistant.cli.remake_migrations``: write each store's single migration anew from the models.

Until the first release each store has one migration. It is made against an empty SQLite file; types
of ours are rendered as the plain types they are stored in, so a migration never imports the models.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import assistant.outreach
import corpus
import mediation_rooms
from corpus.database import Store
from corpus.migration import Migrations
from corpus.migrations import COLLECTION_MIGRATIONS

REVISION = "0001"


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


def remake(migrations: Migrations, *, metadata: object, triggers: str = "") -> Path:
    """Delete the migrations of a store and write one that makes all its tables."""
    versions = migrations.directory / "versions"
    for path in versions.glob("*.py"):
        path.unlink()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/empty.sqlite3")
        migrations.write_revision(
            store,
            metadata=metadata,  # type: ignore[arg-type]
            revision=REVISION,
            message="Make the first tables",
        )
        store.dispose()
    (written,) = versions.glob("*.py")
    text = _plain_types(written.read_text(encoding="utf-8"))
    if triggers:
        text = text.replace("\n\ndef downgrade()", f"\n    {triggers}\n\n\ndef downgrade()", 1)
        imports = "from alembic import op\n\nfrom mediation_rooms.audit import install_triggers\n"
        text = text.replace("from alembic import op\n", imports, 1)
    target = versions / f"{REVISION}_first_tables.py"
    written.rename(target)
    target.write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "check", "--fix", "--quiet", str(target)], check=False)
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(target)], check=False)
    return target


def _plain_types(text: str) -> str:
    text = text.replace("Instant(timezone=True)", "sa.DateTime(timezone=True)")
    return re.sub(r"Encrypted\w+\([^)]*\)", "sa.Text()", text)


def main() -> None:
    """Remake both."""
    import corpus.store
    import mediation_rooms.store
    from mediation_rooms.migrations import CASE_MIGRATIONS

    load_models()
    print(remake(COLLECTION_MIGRATIONS, metadata=corpus.store.Base.metadata))
    print(
        remake(
            CASE_MIGRATIONS,
            metadata=mediation_rooms.store.Base.metadata,
            triggers="install_triggers(op.get_bind())",
        )
    )


if __name__ == "__main__":
    main()
