"""The application's table of contents: what is put together, in which order."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from assistant import (
    cli,
    condition,
    errors,
    health,
    i18n,
    jobs,
    logging_setup,
    search_service,
    security,
    stores,
)
from assistant import web as surfaces
from assistant.settings import Settings
from assistant.web import sentences, shell

KIOSK_SURFACES = frozenset({"kiosk", "api", "scanned"})
LARGEST_ROW_NUMBER = 2**31 - 1
LARGEST_UPLOAD_BYTES = 20 * 1024 * 1024


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address: what no database could hold as a row's number is not found."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ROW_NUMBER)


def create_app(settings: Settings) -> Flask:
    """An application for these settings. Touches no network and starts in seconds.

    In the kiosk profile only the surfaces in :data:`KIOSK_SURFACES` exist: nothing can be
    reached that is not there.
    """
    app = Flask(__name__)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD_BYTES,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2_000,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.url_map.converters["int"] = RowNumber
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["settings"] = settings
    app.extensions["stores"] = stores.open_stores(settings)
    logging_setup.install(app, settings)
    i18n.install(app)
    security.install(app, settings)
    errors.install(app)
    shell.install(app, settings)
    sentences.install(app)
    search_service.install(app, settings)
    jobs.install(app, settings)
    condition.install(app, settings)
    health.install(app)
    register_surfaces(app, settings)
    cli.install(app)
    return app


def register_surfaces(app: Flask, settings: Settings) -> None:
    """Register ``blueprint`` (or call ``install``) of every package below :mod:`assistant.web`."""
    for found in pkgutil.iter_modules(surfaces.__path__):
        if not found.ispkg or (settings.is_kiosk and found.name not in KIOSK_SURFACES):
            continue
        surface = importlib.import_module(f"assistant.web.{found.name}")
        if hasattr(surface, "install"):
            surface.install(app, settings)
        else:
            app.register_blueprint(surface.blueprint)
