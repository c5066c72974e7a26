"""A clock that is set back by two years under a running application; names that cannot be told by their time."""

from __future__ import annotations

import datetime as real
import statistics
import sys
import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from mediation_rooms import audit_anchor, sign_in_sessions
from mediation_rooms.audit import AuditRecord
from mediation_rooms.passwords import Passwords
from mediation_rooms.permissions import Role
from mediation_rooms.sign_in_sessions import IDLE_LIMIT, SignInSession
from tests.attacks.sampling import routes
from tests.attacks.test_sign_in import account, try_in

OWN = ("assistant.", "mediation_rooms.", "corpus.")


@pytest.fixture
def set_clock(monkeypatch) -> Callable[[real.timedelta], None]:
    """``set_clock(by)``: every module of the programme reads a wall clock that is wrong by so much."""

    def shift(by: real.timedelta) -> None:
        class Shifted(real.datetime):
            @classmethod
            def now(cls, tz=None):
                return real.datetime.now(tz) + by

            @classmethod
            def fromtimestamp(cls, timestamp, tz=None):
                return real.datetime.fromtimestamp(timestamp, tz) + by

        class ShiftedDay(real.date):
            @classmethod
            def today(cls):
                return (real.datetime.now() + by).date()  # noqa: DTZ005 - as date.today() does

        for name, module in list(sys.modules.items()):
            if name.startswith(OWN):
                if getattr(module, "datetime", None) is real.datetime:
                    monkeypatch.setattr(module, "datetime", Shifted)
                if getattr(module, "date", None) is real.date and name.startswith(
                    ("assistant.", "mediation_rooms.s")
                ):
                    monkeypatch.setattr(module, "date", ShiftedDay)

    return shift


def test_two_years_back_neither_lengthen_a_session_nor_break_a_page(app: Flask, signed_in, set_clock):
    """SES-05, AUD-09, DUR-15: on the running application: no 500, a clear warning, the same limits, the chain whole."""
    browser = signed_in(Role.ADMINISTRATOR, Role.MEDIATOR, Role.REVIEWER, room_id=1)
    idle = signed_in(Role.MEDIATOR, room_id=1)
    assert browser.get("/account/").status_code == 200
    assert browser.post("/account/end-other-sessions").status_code == 303
    with app.extensions["stores"].cases.writing() as session:
        for row in session.scalars(select(SignInSession).where(SignInSession.account_id == idle.account_id)):
            row.seen_boot_seconds -= IDLE_LIMIT.total_seconds() + 1
    set_clock(real.timedelta(days=-730))
    assert sign_in_sessions.moment().now.year < 2026
    page = browser.get("/account/")
    assert page.status_code == 200
    assert "时钟不对" in page.text
    assert idle.get("/account/").status_code == 302, "idle by the clock that nobody can set"
    for route in routes(app):
        if route.method == "GET":
            answer = browser.get(route.address)
            assert (
                answer.status_code < 500
                or "Retry-After" in answer.headers
                or route.endpoint == "health.health"
            ), route
    assert browser.post("/account/end-other-sessions").status_code == 303
    assert browser.get("/health").json["checks"]["clock"] == "set wrongly"
    assert browser.post("/sign-in/out").status_code == 303
    with app.extensions["stores"].cases.reading() as session:
        assert audit_anchor.verify(session).broken == ()
        actions = session.scalars(select(AuditRecord.action)).all()
    assert "clock.jumped" in actions


def test_a_session_begun_in_the_past_ends_by_the_same_limits_when_the_clock_is_right_again(
    app, visitor, set_clock, monkeypatch
):
    """SES-05: signed in while the clock was two years back; set right, the session still ends after its hours."""
    set_clock(real.timedelta(days=-730))
    account(app, "a1")
    assert try_in(visitor, "a1").status_code == 303
    assert visitor.get("/account/").status_code == 200
    monkeypatch.undo()
    assert visitor.get("/account/").status_code == 200
    with app.extensions["stores"].cases.writing() as session:
        for row in session.scalars(select(SignInSession)):
            row.began_boot_seconds -= sign_in_sessions.ABSOLUTE_LIMIT.total_seconds() + 1
    assert visitor.get("/account/").status_code == 302


TRIES = 60


@pytest.mark.slow
def test_unknown_and_known_names_cost_the_same_at_the_page(app: Flask, visitor):
    """AUT-03: 60 tries each through the sign-in page at the production cost of hashing, medians within a quarter."""
    passwords = app.extensions["passwords"] = Passwords()
    kept = passwords.hash("wrong wrong right")
    for number in range(TRIES):
        account(app, f"known{number}")
    with app.extensions["stores"].cases.writing() as session:
        from mediation_rooms.accounts import Account

        for person in session.scalars(select(Account)):
            person.password_hash = kept
    times: dict[str, list[float]] = {"known": [], "nobody": []}
    for number in range(TRIES):
        for kind in ("known", "nobody"):
            browser = app.test_client()
            browser.environ_base["REMOTE_ADDR"] = f"10.{number}.0.{len(kind)}"
            began = time.perf_counter()
            assert try_in(browser, f"{kind}{number}", "wrong wrong wrong").status_code == 403
            times[kind].append(time.perf_counter() - began)
    known, nobody = (statistics.median(each) for each in times.values())
    print(f"AUT-03: {known * 1000:.0f} ms known, {nobody * 1000:.0f} ms unknown, ratio {known / nobody:.2f}")
    assert 0.8 < known / nobody < 1.25
