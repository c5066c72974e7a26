"""One address that says whether this process can do its work, without personal data."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, current_app, jsonify, make_response
from sqlalchemy import text

from assistant.condition import StoreCondition
from assistant.settings import Settings
from assistant.stores import Stores
from corpus.database import Store
from mediation_rooms import audit_anchor

LOGGER = logging.getLogger("assistant.health")
LEAST_FREE_BYTES = 200 * 1024 * 1024
OLDEST_BELIEVABLE = datetime(2026, 1, 1, tzinfo=UTC)
SOUND = frozenset({"ok", "not checked", "being checked", "too old"})
"""Not looked at yet is no fault: the check of a large store takes its time in the background. An old backup
is the administrator's alarm; the process does its work."""

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """200 when everything works, 503 otherwise; each check is ``ok`` or one word for what is wrong."""
    settings: Settings = current_app.extensions["settings"]
    stores: Stores = current_app.extensions["stores"]
    checks = {
        "collection": _tried(lambda: _store(stores.collection)),
        "index": _tried(_index),
        "disk": _tried(lambda: _disk(settings)),
        "clock": _tried(_clock),
        "integrity": _tried(_integrity),
    }
    if stores.cases is not None:
        cases = stores.cases
        checks["cases"] = _tried(lambda: _store(cases))
        checks["backup"] = _tried(_backup)
        checks["trail"] = _tried(lambda: _trail(cases))
        checks["schema"] = _tried(_schema)
    sound = all(state in SOUND for state in checks.values())
    body = {"status": "ok" if sound else "degraded", "profile": settings.profile, "checks": checks}
    response = make_response(jsonify(body), 200 if sound else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


def install(app: Flask) -> None:
    """Serve ``/health``."""
    app.register_blueprint(blueprint)


def _tried(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as problem:  # a health page reports every failure and never fails itself
        LOGGER.warning("health check failed", extra={"kind": type(problem).__name__})
        return "failed"


def _store(store: Store) -> str:
    with store.reading() as session:
        session.execute(text("SELECT 1 FROM alembic_version"))
    return "ok"


def _schema() -> str:
    condition: StoreCondition = current_app.extensions["condition"]
    return "not the programme's" if condition.schema_problem() else "ok"


def _index() -> str:
    search = current_app.extensions.get("search")
    return "ok" if search is not None and search.is_ready() else "not ready"


def _disk(settings: Settings) -> str:
    folder = settings.instance_directory
    while not folder.exists():
        folder = folder.parent
    return "ok" if shutil.disk_usage(folder).free >= LEAST_FREE_BYTES else "nearly full"


def _clock() -> str:
    now = datetime.fromtimestamp(time.time(), UTC)
    condition: StoreCondition = current_app.extensions["condition"]
    return "set wrongly" if now < OLDEST_BELIEVABLE or condition.clock_is_wrong(now) else "ok"


def _integrity() -> str:
    condition: StoreCondition = current_app.extensions["condition"]
    return condition.state()


def _backup() -> str:
    condition: StoreCondition = current_app.extensions["condition"]
    return "too old" if condition.backup_age().backup_is_too_old(datetime.now(UTC)) else "ok"


def _trail(cases: Store) -> str:
    with cases.reading() as session:
        return "ok" if audit_anchor.heads_hold(session) else "broken"
