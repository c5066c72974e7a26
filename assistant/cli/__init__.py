"""Commands of `flask --app wsgi`: every module of this package offers its own in ``COMMANDS``."""

from __future__ import annotations

import importlib
import os
import pkgutil

import click
from flask import Flask

from assistant.cli import entry
from mediation_rooms.audit import on_device


def install(app: Flask) -> None:
    """Add the commands of every module here that has a ``COMMANDS`` tuple."""
    for found in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{found.name}")
        for command in getattr(module, "COMMANDS", ()):
            app.cli.add_command(command)
    for words, action in entry.TOLD.items():
        name, _space, below = words.partition(" ")
        group = app.cli.commands[name]
        command = group.commands[below] if isinstance(group, click.Group) else group
        assert command.callback is not None  # noqa: S101 - every command of ours does something
        command.callback = entry.telling(command.callback, action)
    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        on_device("命令行")
