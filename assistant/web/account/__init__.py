"""Signing in and out, one's own account, and the accounts of others for those who manage them."""

from __future__ import annotations

from flask import Blueprint, Flask

from assistant.settings import Settings

blueprint = Blueprint("account", __name__, url_prefix="/account")
sign_in_blueprint = Blueprint("sign_in", __name__, url_prefix="/sign-in")


def install(app: Flask, _settings: Settings) -> None:
    """Register both blueprints with their views."""
    from assistant.web.account import (  # noqa: F401 - registers views
        backups,
        entrance,
        first_steps,
        machine,
        own,
        people,
        trail,
    )

    app.register_blueprint(sign_in_blueprint)
    app.register_blueprint(blueprint)
