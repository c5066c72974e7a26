"""A full installation with its sample rooms put up, and a kiosk process that shares only two folders with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant import public_desk
from assistant.factory import create_app
from mediation_rooms import keys
from mediation_rooms.actor import programme
from mediation_rooms.sample_rooms import load_sample_rooms
from tests.conftest import RING, Browser

PLACE = "532901104213"


@pytest.fixture
def rooms(app, settings):
    """Ids of the sample rooms by code, put up for the public."""
    store = app.extensions["stores"].cases
    with store.writing() as session:
        found = load_sample_rooms(session, actor=programme("示例"), now=datetime.now(UTC))
        ids = {room.code: room.id for room in found}
    public_desk.publish(settings, store, now=datetime.now(UTC))
    return ids


@pytest.fixture
def kiosk_settings(settings, tmp_path):
    """The kiosk's own settings: the case database lies in the same folder and is none of its business."""
    return replace(
        settings,
        profile="kiosk",
        case_database_url="",
        key_directory=tmp_path / "kiosk-keys",
        kiosk_place=PLACE,
    )


@pytest.fixture
def kiosk(kiosk_settings, rooms):
    """The kiosk's application."""
    application = create_app(kiosk_settings)
    assert keys._IN_USE.ring is None  # a kiosk's process holds no key ring
    keys.use_key_ring(RING)  # the rooms' process of these tests has its own
    application.test_client_class = Browser
    yield application
    application.extensions["stores"].dispose()


@pytest.fixture
def villager(kiosk):
    """The browser at the kiosk."""
    return kiosk.test_client()


@pytest.fixture
def filled_in():
    """``filled_in(words="…")``: what a villager's form sends."""

    def fill(**changes):
        return {
            "form_token": "t" * 43,
            "notice": "kiosk-2026-11-26-b",
            "about": "neighbour",
            "room": "sample-jinhua",
            "language_code": "bfs",
            "words": "示例：隔壁的墙",
            "contact_name": "示例村民",
            "contact_phone": "0000-0000009",
            "safe": "yes",
            **changes,
        }

    return fill
