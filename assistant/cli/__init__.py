"""Commands of `flask --app wsgi`: every module of this package offers its own in ``COMMANDS``."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Flask


def install(app: Flask) -> None:
    """Add the commands of every module here that has a ``COMMANDS`` tuple."""
    for found in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{found.name}")
        for command in getattr(module, "COMMANDS", ()):
            app.cli.add_command(command)
