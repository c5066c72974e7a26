"""What several attacks need: a furnished house with every address walked, rooms, a typed password that grows old."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from assistant import public_desk
from assistant.settings import Settings
from mediation_rooms import keys
from mediation_rooms.actor import programme
from mediation_rooms.permissions import Role
from mediation_rooms.sample_rooms import load_sample_rooms
from mediation_rooms.sign_in_sessions import CONFIRMATION_LASTS, SignInSession
from tests.assistant.sample_law import store_sample_law
from tests.attacks.fingerprints import of_stores
from tests.attacks.furnished import EVERYBODY, NOW, Filled, begin_work, fill_room, furnish
from tests.attacks.walking import Asked, complete, walk
from tests.conftest import RING, STORE_NAMES, Browser, sign_in_to
from tests.databases import Databases

MARKER = "别室记号"
"""A word that stands in every free text of the second room and nowhere else."""
OWN_DIVISION, OTHER_DIVISION = "532901", "532922"


@dataclass
class House:
    """The application, what is in its two rooms, and what the owner of the second room was offered by its pages."""

    app: Flask
    own: Filled
    foreign: Filled
    rooms: dict[str, int]
    owner: Browser
    asked: list[Asked] = field(default_factory=list)
    before_walk: tuple[str, str] = ("", "")
    after_walk: tuple[str, str] = ("", "")
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def person(self, *roles: Role, room_id: int | None = None, division: str | None = None) -> Browser:
        """A new account, signed in."""
        return sign_in_to(self.app, next(self.numbers), roles, room_id=room_id, division_code=division)


@pytest.fixture(scope="module")
def house(empty_stores: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One for a module: whoever changes it comes last in the module."""
    from assistant.factory import create_app

    folder: Path = tmp_path_factory.mktemp("house")
    (folder / "instance").mkdir()
    keys.use_key_ring(RING)
    keys.save_key_ring(RING, folder / "keys")
    urls = {name: empty_stores.new(name, folder / "instance" / f"{name}.sqlite3") for name in STORE_NAMES}
    os.environ.pop("FLASK_RUN_FROM_CLI", None)
    app = create_app(
        Settings.from_environment(
            {
                "INSTANCE_DIRECTORY": str(folder / "instance"),
                "KEY_DIRECTORY": str(folder / "keys"),
                "DATABASE_URL": urls["collection"],
                "CASE_DATABASE_URL": urls["cases"],
                "PASSWORD_PROFILE": "test",
                "JOB_WORKER": "off",
                "SEMANTIC": "off",
                "LOG_LEVEL": "error",
            }
        )
    )
    app.test_client_class = Browser
    stores = app.extensions["stores"]
    store_sample_law(stores.collection)
    with stores.cases.writing() as session:
        found = load_sample_rooms(session, actor=programme("示例"), now=NOW - timedelta(days=300))
        rooms = {room.code: room.id for room in found}
    public_desk.publish(app.extensions["settings"], stores.cases, now=datetime.now(NOW.tzinfo))
    furnish(app)
    first, second, expert = list(rooms)[:3]
    own = fill_room(app, first)
    foreign = fill_room(app, second, marker=MARKER, expert=expert)
    owner = sign_in_to(app, 900, EVERYBODY, room_id=foreign.room_id, division_code=OWN_DIVISION)
    made = House(app, own, foreign, rooms, owner)
    ways = begin_work(app, owner, foreign)
    made.before_walk = of_stores(app)
    made.asked = complete(app, walk(app, owner, ways))
    made.after_walk = of_stores(app)
    yield made
    stores.dispose()
    for url in urls.values():
        empty_stores.forget(url)


@pytest.fixture
def room_ids(app: Flask) -> list[int]:
    """Ids of the sample rooms."""
    with app.extensions["stores"].cases.writing() as session:
        return [
            room.id for room in load_sample_rooms(session, actor=programme("示例"), now=datetime.now(UTC))
        ]


@pytest.fixture
def password_was_typed_long_ago(app: Flask) -> Callable[[], None]:
    """Every session is as if its password had been typed eleven minutes ago."""

    def age() -> None:
        with app.extensions["stores"].cases.writing() as session:
            for row in session.scalars(select(SignInSession)):
                row.confirmed_boot_seconds -= CONFIRMATION_LASTS.total_seconds() + 60

    return age
