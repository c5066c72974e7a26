"""A fresh case store with the sample rooms for each test, and the people who act in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import mediation_rooms.models
from corpus.database import Store
from mediation_rooms.actor import Actor
from mediation_rooms.keys import KeyRing, new_key_ring, use_key_ring
from mediation_rooms.sample_acts import sample_moment
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room
from mediation_rooms.store import Base
from tests.databases import Databases

assert mediation_rooms.models


@pytest.fixture(scope="session")
def ring() -> KeyRing:
    """The keys of these tests; set anew for each, because other tests have their own."""
    return new_key_ring()


@pytest.fixture(scope="session")
def template(databases: Databases, ring: KeyRing) -> str:
    """The name of a template with tables and sample rooms, copied for each test."""
    use_key_ring(ring)
    databases.template("rooms", _fill)
    return "rooms"


def _fill(store: Store) -> None:
    assert store.write_engine is not None
    Base.metadata.create_all(store.write_engine)
    with store.writing() as session:
        load_sample_rooms(session, actor=Actor(1, "示例管理员"), now=sample_moment(date(2026, 1, 5)))


@pytest.fixture
def rooms_store(databases: Databases, template: str, ring: KeyRing, tmp_path: Path) -> Iterator[Store]:
    use_key_ring(ring)
    store = Store(databases.new(template, tmp_path / "cases.sqlite3"))
    yield store
    store.dispose()
    databases.forget(store.url)


@pytest.fixture
def session(rooms_store: Store) -> Iterator[Session]:
    with rooms_store.writing() as opened:
        yield opened


@pytest.fixture
def now() -> datetime:
    """Monday, 2 March 2026, nine in the morning in China."""
    return sample_moment(date(2026, 3, 2))


@pytest.fixture
def mediator(session: Session) -> Actor:
    return Actor(2, "示例调解员甲", room_id=sample_room(session, "sample-jinhua").id)


@pytest.fixture
def stranger(session: Session) -> Actor:
    """A mediator of another room."""
    return Actor(3, "示例调解员丁", room_id=sample_room(session, "sample-elder").id)
