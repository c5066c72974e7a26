"""The collection of a kiosk: the edition its pointer names, followed while the kiosk runs.

Readers that are in the middle of a page finish with the edition they began with.
"""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy.orm import Session

from corpus.database import Store
from corpus.editions.installing import POINTER_NAME, current


class EditionStore(Store):
    """A read-only store over the current edition below ``root``; over ``url`` until there is one."""

    def __init__(self, root: Path, url: str) -> None:
        self._root = root
        self._seen = 0
        self._looking = threading.Lock()
        super().__init__(url, read_only=True)
        self._follow()

    def open_reader(self) -> Session:
        """A session on the edition the pointer names now. The caller closes it."""
        self._follow()
        return super().open_reader()

    def _follow(self) -> None:
        try:
            changed = (self._root / POINTER_NAME).stat().st_mtime_ns
        except OSError:
            return
        if changed == self._seen:
            return
        with self._looking:
            edition = current(self._root) if changed != self._seen else None
            if edition is not None:
                before = self.read_engine
                super().__init__(f"sqlite:///{edition.collection}", read_only=True)
                before.dispose()  # idle connections only; pages in the middle keep theirs
            self._seen = changed
