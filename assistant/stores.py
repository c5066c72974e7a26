"""The two stores of a process: the public collection and, never in a kiosk, the cases."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.settings import Settings
from corpus.database import Store
from corpus.editions.following import EditionStore


@dataclass(frozen=True)
class Stores:
    """``cases`` is None in the kiosk profile: there is nothing a trick could reach."""

    collection: Store
    cases: Store | None

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.collection.dispose()
        if self.cases is not None:
            self.cases.dispose()


def open_stores(settings: Settings) -> Stores:
    """Open what the profile may open: the kiosk has no case store and reads the edition installed here.

    A kiosk whose ``DATABASE_URL`` names another database reads that one.
    """
    if settings.is_kiosk:
        editions = settings.instance_directory / "editions"
        own = settings.database_url == f"sqlite:///{settings.instance_directory / 'collection.sqlite3'}"
        if own:
            return Stores(collection=EditionStore(editions, settings.database_url), cases=None)
        return Stores(collection=Store(settings.database_url, read_only=True), cases=None)
    return Stores(collection=Store(settings.database_url), cases=Store(settings.case_database_url))
