"""Attacks on signing in, on sessions and on what stays behind."""

from __future__ import annotations

import io
import json
import logging
import re
import statistics
import time
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from assistant.factory import create_app
from assistant.logging_setup import JsonLines
from assistant.settings import Settings
from assistant.web.sign_in import safe_next
from mediation_rooms import accounts, sign_in_sessions
from mediation_rooms.actor import programme
from mediation_rooms.audit import AuditRecord
from mediation_rooms.passwords import Passwords
from mediation_rooms.permissions import Role
from mediation_rooms.sign_in_sessions import SignInSession
from tests.conftest import PASSWORD, RING, form_token

TESTER = programme("测试")


def account(app: Flask, name: str, *roles: Role, secret: str | None = None) -> int:
    now = datetime.now(UTC)
    with app.extensions["stores"].cases.writing() as session:
        made, _code = accounts.create_account(
            session, actor=TESTER, user_name=name, display_name="示例甲", roles=frozenset(roles), room_id=1,
            division_code=None, now=now,
        )  # fmt: skip
        made.password_hash = app.extensions["passwords"].hash(PASSWORD)
        made.password_changed_at = now
        made.totp_secret = secret
        return made.id


def try_in(browser, name: str, password: str = PASSWORD, **headers):
    return browser.post("/sign-in/", data={"user_name": name, "password": password}, **headers)


def test_six_wrong_tries_stop_one_account_and_not_the_others(app: Flask, visitor):
    """AUT-01: the throttle is per account and device, not global."""
    account(app, "a1")
    account(app, "a2")
    for _try in range(6):
        try_in(visitor, "a1", "wrong wrong wrong")
    assert try_in(visitor, "a1").status_code == 429
    assert try_in(visitor, "a2").status_code == 303


def test_a_stranger_at_the_kiosk_does_not_lock_the_mediator_out_at_her_own_desk(app: Flask, visitor):
    """AUT-02: a device that signed in before keeps its own counter."""
    account(app, "a1")
    own = app.test_client()
    assert try_in(own, "a1").status_code == 303
    own.delete_cookie("session")
    for _try in range(8):
        try_in(visitor, "a1", "wrong wrong wrong")
    assert try_in(visitor, "a1").status_code == 429
    assert try_in(own, "a1").status_code == 303


def test_unknown_wrong_and_disabled_give_the_same_bytes(app: Flask):
    """AUT-04: same text, status and length: wrong, unknown, disabled, without a password yet, reset; throttled too."""
    names = ["示例甲", "示例丙", "示例乙", "示例丁", "示例戊"]
    account(app, names[0])
    disabled, waiting, was_reset = (account(app, name) for name in names[2:])
    with app.extensions["stores"].cases.writing() as session:
        session.get_one(accounts.Account, disabled).is_disabled = True
        session.get_one(accounts.Account, waiting).password_hash = None
        accounts.reset(
            session, session.get_one(accounts.Account, was_reset), actor=TESTER, now=datetime.now(UTC)
        )
    for page, fields in (
        ("/sign-in/", {"password": "wrong wrong wrong"}),
        ("/sign-in/", {"password": PASSWORD}),
        ("/sign-in/first", {"code": "aaaa-bbbb-cccc-dddd", "password": "猫 走过 石桥 twelve"}),
        ("/sign-in/first", {"code": "", "password": ""}),
    ):
        seen = {code: set() for code in range(8)}
        for name in names:
            if name == names[0] and fields["password"] == PASSWORD:
                continue
            browser = app.test_client()
            browser.environ_base["REMOTE_ADDR"] = f"10.0.{names.index(name)}.{len(fields['password'])}"
            for number in range(8):
                answer = browser.post(page, data={"user_name": name, **fields})
                text = answer.text.replace(name, "NAME").replace(form_token(browser), "TOKEN")
                seen[number].add((answer.status_code, re.sub(r'"form_token" value="[^"]+"', "", text)))
        assert {len(answers) for answers in seen.values()} == {1}, (page, fields)


def test_unknown_and_known_names_take_the_same_time(app: Flask):
    """AUT-03: the same hashing for nobody; medians within a quarter, production cost."""
    passwords = Passwords()
    kept = passwords.hash(PASSWORD)
    times: dict[bool, list[float]] = {True: [], False: []}
    for known in (True, False) * 8:
        began = time.perf_counter()
        passwords.matches("wrong wrong wrong", kept if known else None)
        times[known].append(time.perf_counter() - began)
    ratio = statistics.median(times[True]) / statistics.median(times[False])
    assert 0.75 < ratio < 1.33


def test_the_session_gets_a_new_id_at_sign_in_and_at_every_change(app: Flask, visitor):
    """SES-01: no fixation; a planted cookie is never taken over."""
    account(app, "a1")
    visitor.set_cookie("session", "planted-by-an-attacker")
    assert try_in(visitor, "a1").status_code == 303
    first = visitor.get_cookie("session").value
    assert first != "planted-by-an-attacker"
    assert visitor.post("/account/end-other-sessions").status_code == 303
    second = visitor.get_cookie("session").value
    assert second != first
    replay = app.test_client()
    replay.set_cookie("session", first)
    assert replay.get("/account/").status_code == 302


def test_a_cookie_kept_from_before_signing_out_is_dead(app: Flask, signed_in):
    """SES-02: replay after sign-out."""
    browser = signed_in(Role.MEDIATOR)
    kept = browser.get_cookie("session").value
    assert browser.get("/account/").status_code == 200
    answer = browser.post("/sign-in/out")
    assert answer.status_code == 303
    thief = app.test_client()
    thief.set_cookie("session", kept)
    assert thief.get("/account/").status_code == 302


def test_signing_out_empties_the_browser_and_lands_on_a_page_with_a_fresh_cookie(signed_in):
    """KIO-03: Clear-Site-Data, and a cookie that keeps the page before out of the back-forward cache."""
    browser = signed_in(Role.MEDIATOR)
    answer = browser.post("/sign-in/out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    landing = browser.get(answer.headers["Location"])
    assert any("HttpOnly" in cookie for cookie in landing.headers.getlist("Set-Cookie"))


def test_a_new_password_ends_every_other_session(app: Flask, visitor):
    """SES-03: two browsers, one changes the password."""
    account(app, "a1")
    other = app.test_client()
    assert try_in(visitor, "a1").status_code == 303
    assert try_in(other, "a1").status_code == 303
    new = "三月街上卖山货的人家 market"
    assert visitor.post("/account/password", data={"current": PASSWORD, "password": new}).status_code == 303
    assert visitor.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


@pytest.mark.parametrize("change", ["roles", "is_disabled", "room"])
def test_a_change_of_standing_holds_on_the_very_next_request(app: Flask, signed_in, room_ids, change):
    """ACC-11 and SES-03: demotion, another room or disabling end the sessions."""
    here, there = room_ids[:2]
    administrator, person = signed_in(Role.ADMINISTRATOR), signed_in(Role.ROOM_HEAD, room_id=here)
    assert person.get("/account/trail/room").status_code == 200
    fields = {
        "roles": "mediator" if change == "roles" else "room_head",
        "room_id": str(there if change == "room" else here),
    }
    if change == "is_disabled":
        fields["is_disabled"] = "yes"
    assert administrator.post(f"/account/people/{person.account_id}", data=fields).status_code == 303
    assert person.get("/account/trail/room").status_code == 302


def test_fields_that_the_form_does_not_have_are_ignored(app: Flask, signed_in, room_ids):
    """ACC-09: mass assignment on accounts changes nothing but the form's own fields."""
    administrator, person = signed_in(Role.ADMINISTRATOR), signed_in(Role.MEDIATOR, room_id=room_ids[0])
    fields = {
        "roles": ["mediator", "nonsense"], "room_id": str(room_ids[0]), "password_hash": "x", "user_name": "changed",
        "totp_secret": "x", "id": "1", "created_at": "1970-01-01", "version_id": "99",
    }  # fmt: skip
    assert administrator.post(f"/account/people/{person.account_id}", data=fields).status_code == 303
    with app.extensions["stores"].cases.reading() as session:
        stored = session.get_one(accounts.Account, person.account_id)
        assert stored.user_name != "changed"
        assert stored.password_hash != "x"
        assert stored.totp_secret is None
        assert stored.roles == {Role.MEDIATOR}


def test_nobody_raises_their_own_rights(signed_in):
    """ACC-09: an administrator's own standing is changed by another."""
    browser = signed_in(Role.ADMINISTRATOR)
    answer = browser.post(f"/account/people/{browser.account_id}", data={"roles": ["auditor"]})
    assert answer.status_code == 422


def test_a_save_that_races_with_signing_out_is_not_stored(app: Flask, signed_in):
    """SES-07: the session ends between loading the page and saving."""
    administrator = signed_in(Role.ADMINISTRATOR)
    token = administrator.get_cookie("session").value
    original = app.view_functions["account.create"]

    def racing(**values):
        with app.extensions["stores"].cases.writing() as session:
            sign_in_sessions.end(session, token)
        return original(**values)

    app.view_functions["account.create"] = racing
    fields = {"user_name": "太晚了", "display_name": "示例甲", "roles": "translator"}
    assert administrator.post("/account/people", data=fields).status_code == 403
    with app.extensions["stores"].cases.reading() as session:
        assert accounts.find_by_user_name(session, "太晚了") is None


def test_a_forged_kiosk_or_device_cookie_is_worth_nothing(app: Flask, visitor):
    """KIO-07, AUT-01: both are signed."""
    account(app, "a1")
    visitor.set_cookie("kiosk", "abc.0123")
    for number in range(6):
        visitor.set_cookie("known", f"1:{number}.{'0' * 64}")
        try_in(visitor, "a1", "wrong wrong wrong")
    assert try_in(visitor, "a1").status_code == 429


def test_a_supervisor_enters_only_with_the_second_factor_and_each_code_once(app: Flask, visitor):
    """AUT-09: through the pages."""
    secret = pyotp.random_base32(32)
    account(app, "officer", Role.COUNTY_OFFICER, secret=secret)
    assert try_in(visitor, "officer").headers["Location"].startswith("/sign-in/code")
    assert visitor.get("/account/").status_code == 302
    code = pyotp.TOTP(secret).now()
    assert visitor.post("/sign-in/code", data={"code": "000000"}).status_code == 403
    assert visitor.post("/sign-in/code", data={"code": code}).status_code == 303
    assert visitor.get("/account/").status_code == 200
    again = app.test_client()
    try_in(again, "officer")
    assert again.post("/sign-in/code", data={"code": code}).status_code == 403


def test_an_officer_without_a_second_factor_must_enrol_before_anything_else(app: Flask, visitor):
    """AUT-09: no way round; recovery codes are shown once."""
    account(app, "officer", Role.COUNTY_OFFICER)
    assert try_in(visitor, "officer").headers["Location"].startswith("/sign-in/second-factor")
    assert visitor.get("/account/").headers["Location"] == "/sign-in/second-factor"
    page = visitor.get("/sign-in/second-factor").text
    secret = re.search(r"[A-Z2-7]{32}", page).group(0)
    answer = visitor.post("/sign-in/second-factor", data={"code": pyotp.TOTP(secret).now()})
    assert answer.status_code == 200
    assert len(re.findall(r"<code>[a-z0-9]{4}-", answer.text)) == 10
    assert visitor.get("/account/").status_code == 200


def test_guessing_the_second_factor_is_slowed_down(app: Flask, visitor):
    """AUT-01: codes as well as passwords."""
    account(app, "officer", Role.COUNTY_OFFICER, secret=pyotp.random_base32(32))
    try_in(visitor, "officer")
    answers = [
        visitor.post("/sign-in/code", data={"code": f"{number:06}"}).status_code for number in range(7)
    ]
    assert answers[-1] == 429


def test_a_weak_hash_is_renewed_at_the_next_sign_in(app: Flask, visitor):
    """AUT-11: upgraded when the password is known."""
    number = account(app, "a1")
    stronger = app.extensions["passwords"]
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    with app.extensions["stores"].cases.writing() as session:
        session.get_one(accounts.Account, number).password_hash = weak
    assert try_in(visitor, "a1").status_code == 303
    with app.extensions["stores"].cases.reading() as session:
        kept = session.get_one(accounts.Account, number).password_hash
    assert kept != weak
    assert not stronger.needs_rehash(kept)


def test_an_idle_session_is_refused_on_the_server(app: Flask, signed_in):
    """SES-04 and KIO-05: fifteen minutes after the last request, whatever the browser thinks."""
    browser = signed_in(Role.MEDIATOR)
    with app.extensions["stores"].cases.writing() as session:
        row = session.scalars(select(SignInSession)).one()
        row.seen_boot_seconds -= 15 * 60 + 1
        row.seen_at -= timedelta(minutes=15, seconds=1)
    assert browser.get("/account/").status_code == 302
    assert timedelta(minutes=15) >= sign_in_sessions.IDLE_LIMIT


NEXT = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "https:evil",
    "http:/evil", "javascript:alert(1)", "/\tevil", "/\n/evil", "\t//evil", " //evil", "／／evil", "/／evil",
    "//evil@x", "/%0d%0aLocation:x\r\n", "data:text/html,x", "", "evil.example", "/\x00/evil", "/\u0085/evil",
)  # fmt: skip


@pytest.mark.parametrize("written", NEXT)
def test_the_page_after_signing_in_is_always_of_this_site(app: Flask, visitor, written):
    """ACC-14: open redirect."""
    assert safe_next(written) == "/"
    account(app, "a1")
    answer = visitor.post("/sign-in/", data={"user_name": "a1", "password": PASSWORD, "next": written})
    assert answer.headers["Location"] == "/"


def test_a_path_of_this_site_is_kept(app: Flask):
    """ACC-14: honest targets still work."""
    assert safe_next("/cases/5?tab=parties") == "/cases/5?tab=parties"


def test_the_kiosk_has_no_staff_pages_and_no_case_store_even_when_the_file_lies_beside_it(instance, tmp_path):
    """HDR-03: the case database is present; the kiosk process neither opens nor serves it."""
    assert (instance / "cases.sqlite3").exists()
    settings = Settings.from_environment(
        {"PROFILE": "kiosk", "INSTANCE_DIRECTORY": str(instance), "KEY_DIRECTORY": str(tmp_path / "kiosk-keys"),
         "SEMANTIC": "off", "JOB_WORKER": "off", "LOG_LEVEL": "error",
         "CASE_DATABASE_URL": f"sqlite:///{instance / 'cases.sqlite3'}"}
    )  # fmt: skip
    kiosk = create_app(settings)
    try:
        assert kiosk.extensions["stores"].cases is None
        assert settings.case_database_url == ""
        endpoints = {rule.endpoint.split(".")[0] for rule in kiosk.url_map.iter_rules()}
        assert endpoints & {"sign_in", "account", "casework", "workbench", "outreach", "overview"} == set()
        browser = kiosk.test_client()
        for address in ("/sign-in/", "/account/", "/cases", "/account/people"):
            assert browser.get(address).status_code == 404
        opened = {str(engine.url) for engine in (kiosk.extensions["stores"].collection.read_engine,)}
        assert not any("cases" in url for url in opened)
        with pytest.raises(PermissionError):
            kiosk.extensions["stores"].collection.open_writer()
    finally:
        kiosk.extensions["stores"].dispose()
        from mediation_rooms import keys

        keys.use_key_ring(RING)


def test_a_line_break_in_what_a_person_types_starts_no_new_line_in_the_log(app: Flask, visitor):
    """INP-09, SEA-06, AUD-02: one JSON line an event, and never the question or a name."""
    stream = io.StringIO()
    for logger in (logging.getLogger("assistant"), app.logger):
        logger.setLevel("INFO")
        for handler in logger.handlers:
            if isinstance(handler.formatter, JsonLines):
                handler.setStream(stream)
    visitor.get("/search", query_string={"q": 'MARKER\r\n{"level": "critical"}\x1b[31m'})
    try_in(visitor, "MARKER\nname", "MARKER\r\npassword")
    written = stream.getvalue()
    lines = [line for line in written.split("\n") if line.strip()]
    assert lines
    assert all(json.loads(line)["level"] != "critical" for line in lines)
    assert "MARKER" not in written
    assert "\x1b" not in written


def test_requests_beyond_every_limit_are_refused_quickly(app: Flask, visitor):
    """INP-10: parts, field size, number of fields and whole size."""
    began = time.monotonic()
    part = '--b\r\nContent-Disposition: form-data; name="field%d"\r\n\r\n%s\r\n'
    huge = part % (1, "x" * (3 * 1024 * 1024)) + "--b--\r\n"
    many = "".join(part % (number, "x") for number in range(2_100)) + "--b--\r\n"
    for body in (huge, many):
        answer = visitor.post("/sign-in/", data=body, content_type="multipart/form-data; boundary=b")
        assert answer.status_code == 413
    flood = "&".join(f"a{number}=1" for number in range(300_000))
    answer = visitor.post("/sign-in/", data=flood, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    body = "a=" + "x" * (25 * 1024 * 1024)
    answer = visitor.post("/sign-in/", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert time.monotonic() - began < 4


def test_an_unexpected_error_shows_a_number_and_nothing_of_the_inside(app: Flask, client):
    """OPS-02: no trace, no message, both languages."""

    def fail():
        raise RuntimeError("SECRET-DETAIL")

    app.view_functions["kiosk.home"] = fail
    for language in ("zh", "en"):
        answer = client.get("/", query_string={"lang": language})
        assert answer.status_code == 500
        assert "SECRET-DETAIL" not in answer.text
        assert "Traceback" not in answer.text
        assert "编号" in answer.text or "number" in answer.text.lower()
    assert app.debug is False


def test_a_forged_address_header_is_not_believed(app: Flask, visitor):
    """AUT-01, ASVS 4.1.3: without a trusted proxy X-Forwarded-For changes nothing."""
    account(app, "a1")
    for number in range(6):
        try_in(visitor, "a1", "wrong wrong wrong", headers={"X-Forwarded-For": f"10.0.0.{number}"})
    assert try_in(visitor, "a1", headers={"X-Forwarded-For": "10.9.9.9"}).status_code == 429


def test_refusals_and_entries_are_in_the_trail_and_in_the_persons_own_page(app: Flask, visitor):
    """AUD-01: sign-in, refusal and sign-out leave one line each."""
    account(app, "a1")
    try_in(visitor, "a1", "wrong wrong wrong")
    try_in(visitor, "a1")
    assert "没有准许" in visitor.get("/account/").text
    visitor.post("/sign-in/out")
    with app.extensions["stores"].cases.reading() as session:
        lines = session.execute(
            select(AuditRecord.action, AuditRecord.result).where(AuditRecord.action.startswith("sign_"))
        ).all()
    assert [tuple(line) for line in lines] == [
        ("sign_in", "refused"),
        ("sign_in", "done"),
        ("sign_out", "done"),
    ]
