"""The condition of stores, disk and clock, told in /health and to the people who are signed in."""

from __future__ import annotations

import io
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from assistant import condition as conditions
from mediation_rooms import audit, integrity
from mediation_rooms.actor import programme
from mediation_rooms.permissions import Role


@pytest.fixture
def condition(app):
    return app.extensions["condition"]


def zero_a_page(store):
    """Fill a store with lines, put its log into the file, and overwrite one of the last pages."""
    with store.writing() as session:
        for number in range(400):
            audit.record(session, actor=programme("测试"), action="x", reason=f"第{number}次" * 20)
    path = store.path
    store.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with path.open("r+b") as handle:
        handle.seek(4096 * (path.stat().st_size // 4096 - 2))
        handle.write(bytes(4096))


def test_sound_stores_are_checked_beside_the_work(app, condition, client):
    assert client.get("/health").json["checks"]["integrity"] == "not checked"
    condition.start().join(30)
    assert client.get("/health").json["checks"]["integrity"] == "ok"


@pytest.mark.sqlite("damages the file; PostgreSQL has checksums of its own")
def test_a_damaged_store_stops_saving_and_the_way_out_is_shown(app, condition, signed_in):
    """DUR-13: damage found by the check at start shows in /health, on pages, and refuses every save."""
    browser = signed_in(Role.ADMINISTRATOR)
    zero_a_page(app.extensions["stores"].cases)
    condition.check()
    health = browser.get("/health")
    assert health.status_code == 503
    assert health.json["checks"]["integrity"] == "damaged: cases"
    refused = browser.post("/account/language", data={"x": "y"})
    assert refused.status_code == 409
    assert "backup restore" in refused.get_data(as_text=True)


@pytest.mark.sqlite("damages the file; PostgreSQL has checksums of its own")
def test_a_store_that_cannot_be_read_counts_as_damaged(app, condition):
    path = app.extensions["stores"].cases.path
    app.extensions["stores"].dispose()
    path.write_bytes(b"not a database" * 1000)
    condition.check()
    assert condition.state() == "damaged: cases"


def test_a_clock_set_back_is_told_to_signed_in_people_only(app, condition, signed_in, visitor):
    """DUR-15: the newest line of the trail lies two days ahead of the clock."""
    browser = signed_in(Role.ADMINISTRATOR)
    with app.extensions["stores"].cases.writing() as session:
        audit.record(session, actor=programme("测试"), action="x")
        ahead = datetime.now(UTC) + timedelta(days=2)
        session.execute(update(audit.AuditChain).values(last_at=ahead))
    assert "时钟不对" in browser.get("/account/").get_data(as_text=True)
    assert "时钟不对" not in visitor.get("/").get_data(as_text=True)
    assert browser.get("/health").json["checks"]["clock"] == "set wrongly"


def test_without_its_reserve_the_disk_takes_no_files_but_still_words(app, monkeypatch, signed_in):
    """The database keeps its reserve: an upload is refused with 507, a page still opens with a warning."""
    browser = signed_in(Role.ADMINISTRATOR)
    monkeypatch.setattr(integrity, "has_reserve", lambda _folder: False)
    assert "磁盘快满了" in browser.get("/account/").get_data(as_text=True)
    large = (io.BytesIO(b"0" * (conditions.LARGEST_FORM_BYTES + 1)), "示例.jpg")
    refused = browser.post("/account/", data={"file": large}, content_type="multipart/form-data")
    assert refused.status_code == 507
    assert "没有收下" in refused.get_data(as_text=True)
    small = browser.post("/account/", data={"word": "字"})
    assert small.status_code != 507
