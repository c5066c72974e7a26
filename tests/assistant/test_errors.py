"""What goes wrong becomes a plain page, in two languages, without internals."""

import json
import logging

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from assistant.logging_setup import JsonLines
from assistant.web.access import ACCESS
from mediation_rooms.errors import InvalidEntry, NotFound, StaleVersion, StepNotAllowed


@pytest.fixture
def failing(app, monkeypatch):
    """``failing(error)``: a page that raises this error; a browser that asks for it."""
    monkeypatch.setitem(ACCESS, "failing", "public")

    def ask(error, path="/fails"):
        def view():
            raise error

        app.add_url_rule(path, "failing", view)
        return app.test_client().get(path)

    return ask


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (NotFound(), 404, "没有找到"),
        (StepNotAllowed(["还没有登记双方同意"]), 409, "还没有登记双方同意"),
        (StaleVersion(current_version=3), 409, "已被别人改过"),
        (InvalidEntry({"name": "姓名不能空着"}), 422, "姓名不能空着"),
        (OperationalError("x", {}, Exception("database is locked")), 503, "正在准备"),
        (OperationalError("x", {}, Exception("database or disk is full")), 507, "磁盘满了"),
        (OSError(28, "No space left on device"), 507, "磁盘满了"),
        (ZeroDivisionError("密码是123"), 500, "程序出错了"),
    ],
)
def test_an_exception_becomes_its_page(failing, error, status, said):
    response = failing(error)
    page = response.get_data(as_text=True)
    assert response.status_code == status
    assert said in page
    assert "Traceback" not in page
    assert "123" not in page.replace(response.headers["X-Request-ID"], "")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("came_from", "led_back"),
    [
        ("http://localhost/statutes?name=x", "/statutes?name=x"),
        ("http://localhost/fails", None),
        ("http://evil.example/statutes", None),
        ("http://localhost//evil.example/", None),
        ("http://localhost/\\evil.example/", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_the_page_leads_back_to_where_one_was_and_to_no_other_house(failing, app, came_from, led_back):
    failing(NotFound())
    page = app.test_client().get("/fails", headers={"Referer": came_from}).get_data(as_text=True)
    assert ("回上一页" in page) is (led_back is not None)
    assert led_back is None or f'href="{led_back}"' in page
    assert "evil" not in page


def test_an_unavailable_page_says_when_to_come_back(failing):
    assert int(failing(OperationalError("x", {}, Exception("gone"))).headers["Retry-After"]) > 0


def test_a_program_is_told_in_json(failing):
    response = failing(NotFound(), "/api/v1/fails")
    assert response.content_type == "application/problem+json"
    assert response.get_json()["status"] == 404


def test_when_even_the_page_cannot_be_made_plain_words_arrive(failing, app):
    def broken():
        raise RuntimeError

    app.jinja_env.globals["asset"] = broken
    response = failing(ZeroDivisionError())
    assert response.status_code == 500
    assert response.mimetype == "text/plain"
    assert "程序出错了" in response.get_data(as_text=True)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503, 507])
def test_every_page_speaks_chinese_and_english(failing, status):
    error = HTTPException()
    error.code = status
    page = failing(error).get_data(as_text=True)
    assert 'lang="en"' in page


def test_the_log_holds_no_question_no_address_and_no_message_of_an_exception(app, client):
    lines = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(JsonLines().format(record))

    logger = logging.getLogger("assistant")
    handler = Keep()
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel("INFO")
    try:
        client.get("/statutes?name=样例村民乙的秘密")
        client.get("/没有这一页样例村民乙")
        try:
            raise ValueError("样例村民乙")
        except ValueError:
            logger.exception("unexpected", extra={"name_of_person": "样例村民乙"})
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    assert len(lines) >= 3
    assert "样例村民乙" not in "".join(lines)
    assert json.loads(lines[0])["route"] == "/statutes"
