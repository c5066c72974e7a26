"""Sample rooms and files in the store of the application, and a mediator of the first room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from assistant.web.clock import CHINA
from mediation_rooms.actor import Actor, programme
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room
from tests.assistant.sample_law import store_sample_law

NOW = datetime.now(CHINA).replace(microsecond=0)


@pytest.fixture
def rooms(app: Flask) -> dict[str, int]:
    """Ids of the sample rooms by code; a little law is in the collection."""
    stores = app.extensions["stores"]
    store_sample_law(stores.collection)
    with stores.cases.writing() as session:
        found = load_sample_rooms(session, actor=programme("示例"), now=NOW - timedelta(days=300))
        return {room.code: room.id for room in found}


@pytest.fixture
def make_case(app: Flask, rooms: dict[str, int]) -> Callable[..., int]:
    """``make_case(samples.boundary_case_mediating, days_ago=9)`` in the first room; its id."""

    def make(sample: Callable[..., CaseFile], *, days_ago: int = 9, room: str | None = None) -> int:
        code = room or next(iter(rooms))
        with app.extensions["stores"].cases.writing() as session:
            keeper = sample_room(session, code)
            actor = Actor(
                account_id=None, name="示例调解员甲", room_id=keeper.id, roles=frozenset({"mediator"})
            )
            case = sample(session, actor=actor, now=NOW - timedelta(days=days_ago))
            session.flush()
            return case.id

    return make


@pytest.fixture
def mediator(signed_in: Any, rooms: dict[str, int]) -> Any:
    """The browser of a mediator of the first room."""
    return signed_in("mediator", room_id=next(iter(rooms.values())))
