"""The whole content of both databases as two digests, to see whether something changed."""

from __future__ import annotations

import hashlib

from flask import Flask
from sqlalchemy import inspect, text

from corpus.database import Store

TRAIL = frozenset({"audit_records", "audit_chains", "sign_in_sessions"})
"""What reading leaves: lines of the trail, and the time at which a session was last used."""


def fingerprint(store: Store, *, without: frozenset[str] = frozenset()) -> str:
    """A digest of every row of every table."""
    digest = hashlib.sha256()
    with store.reading() as session:
        for name in sorted(inspect(session.connection()).get_table_names()):
            if name not in without:
                rows = session.execute(text(f'SELECT * FROM "{name}"')).all()
                digest.update(repr((name, sorted(map(repr, rows)))).encode())
    return digest.hexdigest()


def of_stores(app: Flask) -> tuple[str, str]:
    """Case store and collection, without the trail."""
    stores = app.extensions["stores"]
    return fingerprint(stores.cases, without=TRAIL), fingerprint(stores.collection)
