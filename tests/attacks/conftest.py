"""What several attacks need: rooms that exist, and a way to let the typed password grow old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from mediation_rooms.actor import programme
from mediation_rooms.sample_rooms import load_sample_rooms
from mediation_rooms.sign_in_sessions import CONFIRMATION_LASTS, SignInSession


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
