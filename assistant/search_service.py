"""The search of a running process: opens the index, notices a new or damaged one, rebuilds it apart.

While an index is being rebuilt the old one answers; without any, ``IndexNotReady`` becomes 503 with
``Retry-After``. The database is the truth: an index built from another content is stale.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import BadRequest, ServiceUnavailable

from assistant.i18n import gettext as _
from assistant.settings import Settings
from corpus.bai.glossary import expand_for_search
from corpus.database import Store
from corpus.law.state import content_fingerprint
from corpus.parallel.coverage import approved_varieties
from corpus.search import _index
from corpus.search._answer import Answer
from corpus.search._guard import QueryTooLong
from corpus.search._index import IndexDamaged, Progress
from corpus.search._query import Expander
from corpus.search._structured import SearchTookTooLong
from corpus.search._thesaurus import Expansion
from corpus.search.collection import Translations, forwarding, read_articles
from corpus.search.engine import SearchEngine

LOGGER = logging.getLogger("assistant.search")
RETRY_AFTER_SECONDS = 20
LOOK_EVERY_SECONDS = 2.0
RECONCILE_SECONDS = 20.0
"""Also when nobody asks: an index never stays behind the collection for longer than its building takes."""
LOOK_AGAIN_SECONDS = 0.2
"""While there is no index: it may be there in a moment."""


class IndexNotReady(Exception):
    """There is no index yet; it is being built."""


def build_index(
    store: Store,
    directory: Path,
    progress: Progress = _index.silent,
    translations: Translations | None = approved_varieties,
) -> Path:
    """Build the index of the collection as it is now and switch to it. ValueError on an empty collection."""
    with store.reading() as session:
        fingerprint = content_fingerprint(session)
        articles = read_articles(session, translations)
    return _index.build(
        directory, articles, fingerprint=fingerprint, forwarding=forwarding(), progress=progress
    )


class SearchService:
    """What ``app.extensions["search"]`` is. Safe for many threads; one engine at a time."""

    def __init__(
        self,
        store: Store,
        directory: Path,
        *,
        semantic: bool = True,
        expanders: Sequence[Expander] = (),
        translations: Translations | None = approved_varieties,
    ) -> None:
        self.store = store
        self.directory = directory
        self.semantic = semantic
        self.expanders: list[Expander] = list(expanders)
        self.translations = translations
        self._engine: SearchEngine | None = None
        self._lock = threading.Lock()
        self._looked_at = 0.0
        self._pointer = ""
        self._builder: threading.Thread | None = None

    def engine(self) -> SearchEngine:
        """The engine in use; swapped when the pointer names a new index. Raises IndexNotReady."""
        if self._is_due():
            with self._lock:
                if self._is_due():  # another thread may have looked meanwhile
                    self._look()
                    self._looked_at = time.monotonic()
        if self._engine is None:
            raise IndexNotReady
        return self._engine

    def look_now(self) -> None:
        """Look for a new index with the next question instead of within two seconds."""
        self._looked_at = 0.0

    def _is_due(self) -> bool:
        wait = LOOK_EVERY_SECONDS if self._engine is not None else LOOK_AGAIN_SECONDS
        return not self._looked_at or time.monotonic() - self._looked_at > wait

    def is_ready(self) -> bool:
        """Whether a question would be answered now."""
        try:
            self.engine()
        except IndexNotReady:
            return False
        return True

    def warm(self) -> None:
        """Open everything before workers fork; without an index, start building it."""
        try:
            self.engine().warm()
        except IndexNotReady:
            LOGGER.info("index not ready; it is being built")

    def find(self, query: str, *, in_force_on: date | None = None, **options: Any) -> Answer:
        """See :meth:`SearchEngine.find`; without a day, today. Raises IndexNotReady, QueryTooLong."""
        return self.engine().find(query, in_force_on=in_force_on or date.today(), **options)  # noqa: DTZ011 - the day here

    def is_law(self, reference: str, on: date) -> bool:
        """Whether an article (``民法典#1079``) is in the collection and in force on a day. Raises IndexNotReady."""
        engine = self.engine()
        rows = engine.rows_of(reference, on)
        return bool(rows) and engine.table.rules(rows[0], on.toordinal())

    def status(self) -> dict[str, Any]:
        """What ``index status`` prints."""
        state: dict[str, Any] = {"directory": str(self.directory), "stale": True, "problem": None}
        try:
            path, manifest = _index.open_current(self.directory)
        except IndexDamaged as problem:
            return state | {"problem": str(problem)}
        return state | {
            "index": path.name,
            "articles": manifest["articles"],
            "with_vector": manifest["with_vector"],
            "versions": manifest["versions"],
            "fingerprint": manifest["fingerprint"],
            "stale": manifest["fingerprint"] != self._content(),
        }

    def _content(self) -> str:
        with self.store.reading() as session:
            return content_fingerprint(session)

    def _look(self) -> None:
        current = _index.current(self.directory)
        name = current.name if current is not None else ""
        try:
            if self._engine is None or name != self._pointer:
                self._engine = SearchEngine.open(
                    self.directory, semantic=self.semantic, expanders=self.expanders
                )
                self._pointer = name
            if self._engine.fingerprint != self._content():
                self._rebuild("the collection has changed")
        except IndexDamaged as damage:
            self._rebuild(str(damage))

    def _rebuild(self, why: str) -> None:
        if self._builder is not None and self._builder.is_alive():
            return
        LOGGER.warning("rebuilding the index", extra={"reason": why})
        self._builder = threading.Thread(target=self._build, name="index-builder", daemon=True)
        self._builder.start()

    def _build(self) -> None:
        try:
            build_index(self.store, self.directory, translations=self.translations)
        except ValueError:
            LOGGER.info("no articles yet: import the law first")
        except Exception:
            LOGGER.exception("the index could not be built")


def bai_expander(store: Store) -> Expander:
    """Bai in any spelling, or IPA, to the Chinese of its concept, through the glossary."""

    def expand(query: str) -> Expansion:
        try:
            with store.reading() as session:
                return Expansion(query, tuple(expand_for_search(session, query)))
        except SQLAlchemyError:
            # A collection carried here before it had a glossary still answers in Chinese.
            LOGGER.warning("glossary not readable; searching without it")
            return Expansion(query)

    return expand


def install(app: Flask, settings: Settings) -> None:
    """Make the service of this process and teach the application its three refusals."""
    collection: Store = app.extensions["stores"].collection
    app.extensions["search"] = SearchService(
        collection,
        settings.index_directory,
        semantic=settings.semantic != "off",
        expanders=(bai_expander(collection),),
    )

    @app.errorhandler(IndexNotReady)
    def _not_ready(_problem: IndexNotReady) -> ResponseReturnValue:
        return app.handle_user_exception(ServiceUnavailable(retry_after=RETRY_AFTER_SECONDS))

    @app.errorhandler(SearchTookTooLong)
    def _stopped(_problem: SearchTookTooLong) -> ResponseReturnValue:
        sentence = _("这个问题查得太久，已经停下。请把问题写短一些，或者去掉引号再查。")
        return app.handle_user_exception(ServiceUnavailable(sentence, retry_after=RETRY_AFTER_SECONDS))

    @app.errorhandler(QueryTooLong)
    def _too_long(problem: QueryTooLong) -> ResponseReturnValue:
        return app.handle_user_exception(BadRequest(f"问题太长（{problem.length} 字），请缩短到 200 字以内"))
