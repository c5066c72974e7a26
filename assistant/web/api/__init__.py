"""The JSON API under ``/api/v1`` and its OpenAPI document, made from the code."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api, Blueprint
from webargs.flaskparser import FlaskParser

from assistant.settings import Settings


class _BadInputParser(FlaskParser):
    """Bad input is 400; the default of the library is 422."""

    DEFAULT_VALIDATION_STATUS = 400


class _Blueprint(Blueprint):
    ARGUMENTS_PARSER = _BadInputParser()


class _Api(Api):
    def _register_error_handlers(self) -> None:
        """None: :mod:`assistant.errors` answers, for pages and programs alike."""


blueprint = _Blueprint(
    "api", __name__, url_prefix="/api/v1", description="法条查找 / the law, searched and read"
)

from assistant.web.api import law, search  # noqa: E402, F401 - views register themselves here


def install(app: Flask, _settings: Settings) -> None:
    """Serve the API and ``/api/v1/openapi.json``."""
    app.config.update(
        API_TITLE="白汉双语法律与调解助手 / Bai–Chinese Law and Mediation Assistant",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    _Api(app).register_blueprint(blueprint)
