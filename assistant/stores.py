"""The two stores of a process: the public collection and, never in a kiosk, the cases."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.settings import Settings
from corpus.database import Store


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
    """Open what the profile may open: the kiosk reads the collection and has no case store."""
    if settings.is_kiosk:
        return Stores(collection=Store(settings.database_url, read_only=True), cases=None)
    return Stores(collection=Store(settings.database_url), cases=Store(settings.case_database_url))
