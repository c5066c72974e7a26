"""What commands ask of the application they were started with, and the line an operator's act leaves."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click
from flask import current_app

from assistant.settings import Settings
from assistant.stores import Stores
from corpus.database import Store
from mediation_rooms import audit
from mediation_rooms.actor import programme

COMMAND_LINE = programme("命令行")
TOLD = {
    "audit export": "trail.export",
    "stores copy": "store.copy",
    "collection import": "law.import",
    "edition build": "edition.build",
    "edition sign": "edition.sign",
    "edition install": "edition.install",
    "edition rollback": "edition.rollback",
    "glossary load-starter": "term.import",
    "glossary import": "term.import",
    "glossary approve": "term.step",
    "glossary withdraw": "term.step",
    "glossary export": "term.export",
    "units import": "unit.import",
    "units export": "unit.export",
    "outreach starter": "outreach.load",
    "outreach pack": "outreach.pack",
    "outreach book": "outreach.pack",
    "outreach export": "outreach.export",
    "outreach take-story": "outreach.import",
    "rooms snapshot": "register.export",
    "backup carry": "backup.carry",
    "backup decide-again": "backup.decide_again",
}
"""Commands whose work leaves no line of its own: the line of each is written when it ended well."""
TOLD_AHEAD = frozenset({"store.copy"})
"""Told as begun before the work, so that the copy of a trail holds the line as well."""


def settings() -> Settings:
    """The settings in force."""
    found: Settings = current_app.extensions["settings"]
    return found


def stores() -> Stores:
    """The stores of this installation."""
    found: Stores = current_app.extensions["stores"]
    return found


def collection_store() -> Store:
    """The store of the law and its translations, which every installation has."""
    return stores().collection


def case_store(refusal: str = "自助终端没有案件库；请在调解室的机器上运行") -> Store:
    """The case store; on a kiosk, which has none, the command ends with this sentence."""
    found = stores().cases
    if found is None:
        raise click.ClickException(refusal)
    return found


def tell(action: str, *, result: str = "done") -> None:
    """A line in the trail for an act of the operator; a kiosk has no trail."""
    cases = stores().cases
    if cases is not None:
        with cases.writing() as session:
            audit.record(session, actor=COMMAND_LINE, action=action, result=result)


def telling(callback: Callable[..., Any], action: str) -> Callable[..., Any]:
    """The same command, which tells of itself when it ended well, or ahead of it."""
    if hasattr(callback, "tells"):
        return callback

    @functools.wraps(callback)
    def told(*arguments: Any, **keywords: Any) -> Any:
        if action in TOLD_AHEAD:
            with click.get_current_context().obj.load_app().app_context():
                tell(action, result="begun")
            return callback(*arguments, **keywords)
        outcome = callback(*arguments, **keywords)
        tell(action)
        return outcome

    told.tells = action  # type: ignore[attr-defined]
    return told
