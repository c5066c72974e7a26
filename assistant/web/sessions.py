"""The database sessions of a request: opened when asked for, committed once, never on GET.

The writer is committed after the view, when its answer is below 400, and rolled back otherwise.
Before the commit it is checked that the person is still signed in, so a save that races with
signing out is not stored.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from assistant.stores import Stores
from assistant.web import acts
from assistant.web.sign_in import browser_is_still_signed_in, current_account
from corpus.database import Store

SAFE_METHODS = acts.SAFE_METHODS


def collection_reader() -> Session:
    """A session that reads the public collection. Closed after the request."""
    return _opened("collection_reader", _stores().collection, writes=False)


def collection_writer() -> Session:
    """The session that writes the collection. Raises RuntimeError in a GET."""
    return _opened("collection_writer", _stores().collection, writes=True)


def case_reader() -> Session:
    """A session that reads the case store. 404 where there is none (kiosk)."""
    return _opened("case_reader", _case_store(), writes=False)


def case_writer() -> Session:
    """The session that writes the case store. Raises RuntimeError in a GET."""
    return _opened("case_writer", _case_store(), writes=True)


def _stores() -> Stores:
    stores: Stores = current_app.extensions["stores"]
    return stores


def _case_store() -> Store:
    cases = _stores().cases
    if cases is None:
        abort(404)
    return cases


def _opened(name: str, store: Store, *, writes: bool) -> Session:
    if writes and request.method in SAFE_METHODS:
        raise RuntimeError("a GET never writes")
    opened: dict[str, Session] = g.setdefault("database_sessions", {})
    if name not in opened:
        opened[name] = store.open_writer() if writes else store.open_reader()
    return opened[name]


def _finish(*, keep: bool) -> None:
    """Commit or roll back what the view wrote; a line of the trail stands before the act does."""
    opened: dict[str, Session] = g.get("database_sessions", {})
    writers = [opened[name] for name in ("collection_writer", "case_writer") if name in opened]
    if not writers:
        if keep and acts.line_is_due():
            acts.leave_line(None)
        return
    if keep and current_account() is not None:
        cases = opened.get("case_writer")
        if cases is not None:
            keep = browser_is_still_signed_in(cases)
        else:
            store = _stores().cases
            if store is not None:
                with store.reading() as fresh:
                    keep = browser_is_still_signed_in(fresh)
        if not keep:
            for writer in writers:
                writer.rollback()
            abort(403)
    if not keep:
        for writer in writers:
            writer.rollback()
        return
    for writer in writers:
        writer.flush()  # a stale or refused row is noticed before the line is written
    told_ahead = False
    if acts.line_is_due():
        acts.leave_line(opened.get("case_writer"))
        told_ahead = "case_writer" not in opened
    try:
        for writer in writers:
            writer.commit()
    except Exception:
        if told_ahead:
            acts.leave_line(None, result="failed")
        raise


def install(app: Flask) -> None:
    """Commit inside the dispatch, so that a failed commit becomes the right error page."""
    dispatch = app.dispatch_request

    def _dispatch(*arguments: Any, **keywords: Any) -> AnyResponse:
        response = app.make_response(dispatch(*arguments, **keywords))
        _finish(keep=response.status_code < 400)
        return response

    app.dispatch_request = _dispatch  # type: ignore[method-assign]

    @app.teardown_request
    def _close(_error: BaseException | None) -> None:
        for session in g.pop("database_sessions", {}).values():
            session.close()
