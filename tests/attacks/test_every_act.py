"""The trail tells every act once: the tables cover every address and command, and nothing stands untold."""

from __future__ import annotations

import re

import click
import pytest
from flask import Flask
from sqlalchemy import select

from assistant.cli.entry import TOLD
from assistant.web import acts
from assistant.web.access import ACCESS, PUBLIC
from assistant.web.acts import BY_ITS_VERB, BY_THE_EDGE, NO_LINE
from assistant.web.casework.act_list import all_acts
from corpus.parallel.tables import Speaker
from mediation_rooms import samples
from mediation_rooms.audit import AuditRecord
from mediation_rooms.permissions import Role
from tests.assistant.casework.conftest import make_case, mediator, rooms
from tests.assistant.workbench.sound_scene import add_speaker
from tests.attacks.sampling import routes
from tests.attacks.test_mass_assignment import as_filled_in
from tests.told_acts import Answered, untold

FIXTURES = (make_case, mediator, rooms)
TELLS_BY_ITSELF = {
    "accounts first", "accounts create", "accounts reset", "backup create", "backup restore", "backup drill", "cases import",
    "cases export", "documents render", "documents dossier", "keys rotate", "keys retire", "privacy affected",
    "privacy retention", "requests collect", "rooms load", "rooms load-samples",
    "stores back",
}  # fmt: skip
SAYS_NOTHING_OF_PEOPLE = {
    "accounts list", "accounts permissions", "audit anchor", "audit verify", "backup list", "backup verify", "catalogs",
    "collection check", "collection fetch", "collection list", "collection show", "documents blank", "documents list",
    "edition keygen", "edition list", "edition verify", "evaluate", "glossary find", "glossary waiting", "index build",
    "index status", "index vectors", "keys create", "outreach check", "outreach list", "prepare", "privacy leftovers",
    "privacy minors", "privacy register", "requests publish", "requests waiting", "rooms changes", "rooms list",
    "rooms template", "rooms workflow", "search", "settings", "statistics table", "stores check",
    "stores status", "work",
}  # fmt: skip


def lines(app: Flask) -> list[AuditRecord]:
    with app.extensions["stores"].cases.reading() as session:
        return list(session.scalars(select(AuditRecord).order_by(AuditRecord.id)))


def test_every_address_of_the_house_says_what_it_tells(app: Flask):
    """AUD-01: each stands in exactly one of three tables; one that is new or gone fails here."""
    ours = {endpoint for endpoint, need in ACCESS.items() if need != PUBLIC}
    tables = (BY_ITS_VERB, frozenset(BY_THE_EDGE), frozenset(NO_LINE))
    assert sorted(endpoint for table in tables for endpoint in table) == sorted(ours)
    unsafe = {route.endpoint for route in routes(app) if route.method not in acts.SAFE_METHODS}
    silent = {endpoint: NO_LINE[endpoint] for endpoint in unsafe & set(NO_LINE)}
    assert set(silent.values()) <= {acts._DRAFT, acts._PREVIEW, NO_LINE["outreach.recheck"]}, silent


def test_every_command_says_what_it_tells(app: Flask):
    """AUD-01: backup, rotation, import, export by the operator: a command in none of the lists fails here."""
    found = {
        f"{name} {below}" if below else name
        for name, command in app.cli.commands.items()
        for below in (command.commands if isinstance(command, click.Group) else [""])
        if name not in ("run", "shell", "routes", "openapi")
    }
    assert sorted([*TOLD, *TELLS_BY_ITSELF, *SAYS_NOTHING_OF_PEOPLE]) == sorted(found)


@pytest.mark.parametrize("words", ["keys rotate", "keys retire", "audit export", "glossary load-starter"])
def test_an_operators_act_leaves_one_line(app: Flask, words):
    """AUD-01: through the command itself."""
    outcome = app.test_cli_runner().invoke(args=words.split())
    assert outcome.exit_code == 0, outcome.output
    expected = TOLD.get(words, words.replace(" ", "."))
    assert [(line.action, line.actor_name) for line in lines(app)] == [(expected, "命令行")]


def test_a_refused_address_leaves_one_line_with_the_device(app: Flask, signed_in):
    """AUD-01, AUD-02: a translator on every address that the role does not open: 404 and a line each."""
    browser = signed_in(Role.TRANSLATOR)
    asked = []
    for route in routes(app):
        need = ACCESS[route.endpoint]
        if (
            need in (PUBLIC, "signed_in")
            or browser.open(route.address, method=route.method).status_code != 404
        ):
            continue
        if acts_refused(app, route.endpoint):
            asked.append(route.endpoint)
    assert len(asked) > 60
    told = [line for line in lines(app) if line.result == "refused" and line.action == "access"]
    assert len(told) >= len(asked)
    assert {line.account_id for line in told} == {browser.account_id}
    assert all(re.fullmatch(r"[0-9a-f]{12}|127\.0\.0\.1", line.device) for line in told)
    assert sum(len(line.device) == 12 for line in told) > 20


def acts_refused(app: Flask, endpoint: str) -> bool:
    last = lines(app)[-1]
    return (last.action, last.object_kind, last.result) == ("access", endpoint, "refused")


def test_an_act_of_the_other_store_stands_only_with_its_line(app: Flask, signed_in, monkeypatch):
    """AUD-01: no line, no act; an act that fails after its line is told as failed."""
    browser = signed_in(Role.TRANSLATOR)
    stores = app.extensions["stores"]

    def speakers() -> int:
        with stores.collection.reading() as session:
            return len(session.scalars(select(Speaker)).all())

    with monkeypatch.context() as patch:
        patch.setattr("mediation_rooms.audit._append", _fails)
        assert add_speaker(browser).status_code == 500
    assert speakers() == 0
    with monkeypatch.context() as patch:
        commit = type(stores.collection.open_writer()).commit
        patch.setattr(
            "sqlalchemy.orm.Session.commit",
            lambda self: _fails() if self.bind is stores.collection.write_engine else commit(self),
        )
        assert add_speaker(browser).status_code == 500
    assert speakers() == 0
    told = [(line.action, line.result) for line in lines(app) if line.action == "speaker.add"]
    assert told == [("speaker.add", "done"), ("speaker.add", "failed")]
    assert add_speaker(browser).status_code == 303
    assert speakers() == 1
    assert [line.result for line in lines(app) if line.action == "speaker.add"] == ["done", "failed", "done"]


def _fails(*_arguments, **_keywords):
    raise RuntimeError("示例故障")


def test_the_watch_over_all_tests_sees_what_it_must():
    """AUD-01: an act without a line, told twice, or told by the edge for a verb that forgot it."""
    seen = [
        Answered("outreach.take_step", is_unsafe=True, changed_rows=True, lines=()),
        Answered("outreach.take_step", is_unsafe=True, changed_rows=True, lines=("a", "b")),
        Answered(
            "casework.write_note", is_unsafe=True, changed_rows=True, lines=("act.casework.write_note",)
        ),
        Answered("casework.write_note", is_unsafe=True, changed_rows=True, lines=()),
    ]
    good = [
        Answered("outreach.take_step", is_unsafe=True, changed_rows=True, lines=("outreach.step",)),
        Answered(
            "casework.do_act", is_unsafe=True, changed_rows=True, lines=("case.consent", "case.consent")
        ),
        Answered("outreach.save", is_unsafe=True, changed_rows=False, lines=()),
    ]
    assert untold(seen + good) == seen


SECRET = "秘文记号"
NUMBER = "532901199001011234"
PHONES = ("13812345678", "138 1234 5678", "+86-138-1234-5678", "１３８１２３４５６７８")


def test_no_content_no_password_and_no_number_is_in_any_line(app: Flask, mediator, make_case, visitor):
    """AUD-02: every act's form filled with marks, reasons with numbers, sign-in with secrets: 0 of them told."""
    case_id = make_case(samples.boundary_case_mediating)
    sent = 0
    for key in all_acts():
        address = f"/cases/{case_id}/acts/{key}"
        page = mediator.get(address)
        if page.status_code != 200:
            continue
        fields = {name: _marked(name, value) for name, value in as_filled_in(page.text).items()}
        sent += mediator.post(address, data=fields).status_code == 303
    assert sent > 5
    mediator.post(f"/cases/{case_id}/notes", data={"text": f"{SECRET} {NUMBER}"})
    for words in (f"查 {NUMBER}", *(f"打 {phone} 给本人" for phone in PHONES)):
        mediator.post(f"/cases/{case_id}/identity", data={"field": "phone", "party": "1", "reason": words})
    mediator.get("/cases/files", query_string={"q": SECRET})
    visitor.post("/sign-in/", data={"user_name": SECRET, "password": f"{SECRET}密码"})
    visitor.post(
        "/sign-in/first", data={"user_name": SECRET, "password": f"{SECRET}苍山十九峰", "code": SECRET}
    )
    token = mediator.get_cookie("session").value
    told = [
        " ".join(
            str(getattr(line, column.name)) for column in AuditRecord.__table__.c if "hash" not in column.name
        )
        for line in lines(app)
    ]
    assert len(told) > 20
    assert sum("case.reveal" in words for words in told) == 1 + len(PHONES)
    for mark in (SECRET, token, NUMBER, NUMBER[:14], "13812345678", "1234 5678", "1234-5678", "１３８"):
        assert [words for words in told if mark in words] == [], mark


def _marked(name: str, value: str) -> str:
    if "reason" in name:
        return f"示例 {NUMBER}"
    return SECRET if value == "示例" else value
