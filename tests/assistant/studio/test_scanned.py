"""A printed code: it counts openings without anybody, forwards to the law, and asks three questions."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text

from assistant.factory import create_app
from assistant.outreach import events
from assistant.outreach.codes import code_of
from assistant.outreach.event_models import OutreachEvent
from assistant.outreach.events import EventEntry
from assistant.outreach.items import Editor, ItemEntry, write_item
from assistant.outreach.kinds import ItemKind
from assistant.outreach.models import OutreachItem
from assistant.outreach.quiz import read_question
from assistant.settings import Settings
from tests.assistant.sample_law import store_sample_law

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TEACHER = Editor(1, "示例宣传员")
POSTER = ItemEntry(
    title="示例海报", written_on=date(2026, 11, 24), rights="可以自由使用", lines=("先看约定",),
    kind=ItemKind.POSTER, articles=("《示例法》第二条",),
)  # fmt: skip
QUIZ = replace(
    POSTER,
    title="示例小问答",
    kind=ItemKind.QUIZ,
    topic="neighbours",
    questions=(read_question("水渠谁来修？", "*先看约定\n谁力气大谁修", "《示例法》第二条").as_stored(),),
)
SECRET = "203.0.113.77"
AGENT = "SECRETAGENT/9.9"


@pytest.fixture
def codes(app):
    """The codes of a poster and of an event with a quiz."""
    store = app.extensions["stores"].collection
    store_sample_law(store)
    with store.writing() as session:
        poster = write_item(session, entry=POSTER, editor=TEACHER, now=NOW)
        quiz = write_item(session, entry=QUIZ, editor=TEACHER, now=NOW)
        held = EventEntry(
            title="示例活动", held_on=date(2026, 11, 20), division_code="532901104213", language_code="bfs",
            topics=("neighbours",), materials=((quiz.id, 30), (poster.id, 10)),
        )  # fmt: skip
        event = events.record_event(session, entry=held, editor=TEACHER, now=NOW)
        return code_of(session, item=poster).code, code_of(session, event=event).code


def everything_stored(app) -> bytes:
    """Every byte below the instance folder, and the collection's rows as text."""
    folder = app.extensions["settings"].instance_directory
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_scan_counts_one_and_goes_to_the_article(app, client, codes):
    poster, _event = codes
    answer = client.get(f"/q/{poster}")
    assert answer.status_code == 303
    assert "示例法" in client.get(answer.headers["Location"]).text
    assert answer.headers["Cache-Control"] == "no-store"
    client.get(f"/q/{poster.upper()}")
    counts = app.extensions["settings"].instance_directory / "counts" / "counts.log"
    assert counts.read_bytes().count(f"q:{poster};".encode()) == 2


def test_a_scan_sets_no_cookie_and_leaves_nothing_of_the_person_anywhere(app, client, codes, monkeypatch):
    """Nothing personal is stored or logged: no address, no browser, no cookie, no referrer, no code in the log."""
    from assistant.logging_setup import LOGGER

    written = io.StringIO()
    LOGGER.setLevel("INFO")
    monkeypatch.setattr(LOGGER.handlers[0], "stream", written)
    poster, event = codes
    headers = {"User-Agent": AGENT, "X-Forwarded-For": SECRET, "Referer": "http://example.test/SECRETPAGE"}
    for path in (f"/q/{poster}", f"/q/{event}", f"/q/{event}/articles"):
        answer = client.get(path, headers=headers, environ_base={"REMOTE_ADDR": SECRET})
        assert answer.headers.getlist("Set-Cookie") == []
    stored, logged = everything_stored(app), written.getvalue()
    for secret in (SECRET, AGENT, "SECRETPAGE"):
        assert secret.encode() not in stored
        assert secret not in logged
    assert poster not in logged
    assert "/q/<code>" in logged
    with app.extensions["stores"].collection.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM outreach_day_counts")) == 0


def test_unknown_codes_are_not_there_and_count_nothing(app, client, codes):
    for code in ("zzzzzz", "0", "a" * 200, "%00", "../x"):
        assert client.get(f"/q/{code}").status_code == 404
    assert not (app.extensions["settings"].instance_directory / "counts").exists()


def test_a_draft_does_not_tell_its_name(client, codes):
    assert "示例海报" not in client.get(f"/q/{codes[1]}/articles").text


def test_a_kiosk_that_opens_the_collection_read_only_counts_and_forwards(app, codes, tmp_path):
    poster, event = codes
    settings = Settings.from_environment(
        {
            "PROFILE": "kiosk",
            "INSTANCE_DIRECTORY": str(tmp_path / "kiosk"),
            "KEY_DIRECTORY": str(tmp_path / "kiosk-keys"),
            "DATABASE_URL": app.extensions["settings"].database_url,
            "SEMANTIC": "off",
            "LOG_LEVEL": "error",
        }
    )
    (tmp_path / "kiosk").mkdir()
    kiosk = create_app(settings)
    browser = kiosk.test_client()
    assert browser.get(f"/q/{poster}", buffered=True).status_code == 303
    page = browser.get(f"/q/{event}/questions/after", buffered=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    answered = browser.post(
        f"/q/{event}/questions/after", data={"csrf_token": token, "answer-1": "0"}, buffered=True
    )
    assert answered.status_code == 200
    lines = (tmp_path / "kiosk" / "counts" / "counts.log").read_text().splitlines()[1:]
    assert [line.partition(" ")[2] for line in lines] == [f"q:{poster};", f"a:{event}:1:a:r;"]
    assert browser.get("/outreach/events").status_code == 404
    unknown = browser.get("/q/zzzzzz", buffered=True)
    assert (unknown.status_code, unknown.headers["Location"]) == (303, "/")
    assert browser.get("/q/notacode", buffered=True).status_code == 404
    kiosk.extensions["stores"].dispose()


def test_answers_before_and_after_become_counts_on_the_events_page(app, visitor, signed_in, codes):
    _poster, code = codes
    address = f"/q/{code}/questions"
    assert visitor.get(f"{address}/sometimes").status_code == 404
    assert visitor.post(f"{address}/before", data={}).status_code == 422
    assert visitor.post(f"{address}/before", data={"answer-1": "7"}).status_code == 422
    for number in range(6):
        visitor.post(f"{address}/before", data={"answer-1": "0" if number < 2 else "1"})
        shown = visitor.post(f"{address}/after", data={"answer-1": "0"})
    assert "先看约定" in shown.text
    educator = signed_in("educator")
    with app.extensions["stores"].collection.reading() as session:
        event_id = session.scalars(select(OutreachEvent.id)).one()
    page = educator.get(f"/outreach/events/{event_id}").text
    assert "2/6（33%）" in page
    assert "6/6（100%）" in page
    figures = educator.get("/outreach/events/figures").text
    assert "打开次数（不是人数）" in figures or "这段时间还没有人打开过" in figures
    assert "67" in figures


def test_a_counter_file_from_a_kiosk_is_taken_in_by_the_page(app, signed_in, codes):
    poster, _event = codes
    educator = signed_in("educator")
    today = datetime.now(UTC).date().isoformat()
    content = f"#0123456789abcdef;\n{today} q:{poster};\n{today} q:{poster};".encode()

    def upload(body):
        return educator.post("/outreach/events/counts", data={"counts": (io.BytesIO(body), "counts.log")})

    assert upload(content).status_code == 303
    assert upload(content).status_code == 303
    assert upload(b"something else").status_code == 422
    page = educator.get("/outreach/events/figures").text
    assert re.search(rf"<code>{poster}</code></td><td class=\"numeric\">2</td>", page)
    assert "不是人数" in page


def test_the_printed_code_is_the_short_address(app, signed_in, codes):
    from assistant.web.outreach.standing import page_of

    educator = signed_in("educator")
    with app.extensions["stores"].collection.reading() as session:
        item = session.scalars(select(OutreachItem).where(OutreachItem.title == "示例海报")).one()
        with app.test_request_context("/outreach/"):
            assert page_of(item).endswith(f"/q/{codes[0]}")
    assert educator.get("/outreach/").status_code == 200
