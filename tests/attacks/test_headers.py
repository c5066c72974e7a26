"""The exact headers of every status code the application gives, by every method."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask, abort, request
from werkzeug.exceptions import default_exceptions

from assistant.factory import create_app
from assistant.security import CONTENT_SECURITY_POLICY, HEADERS
from mediation_rooms.errors import InvalidEntry, NotFound, StaleVersion, StepNotAllowed
from mediation_rooms.permissions import Role

KNOWN = {
    *HEADERS, "Content-Security-Policy", "Content-Type", "Content-Length", "Cache-Control", "Vary", "Set-Cookie",
    "Location", "Allow", "Retry-After", "ETag", "Last-Modified", "Date", "Content-Disposition", "Content-Language", "Expires",
    "Clear-Site-Data", "X-Request-ID", "Accept-Ranges", "Content-Range", "Content-Encoding", "WWW-Authenticate",
}  # fmt: skip
"""Every header that any answer may carry; one that is not here tells more than it should."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
REFUSALS = (
    (404, NotFound("没有")),
    (409, StepNotAllowed(["这一步不能办"])),
    (409, StaleVersion(current_version=2)),
    (422, InvalidEntry({"name": "要写明"})),
    (500, RuntimeError("inside")),
    (507, OSError(28, "No space left")),
)


def must_be_exact(answer, what: object) -> None:
    for name, value in HEADERS.items():
        assert answer.headers.getlist(name) == [value], (what, name)
    assert answer.headers.getlist("Content-Security-Policy") == [CONTENT_SECURITY_POLICY], what
    assert set(answer.headers.keys()) <= KNOWN, (what, set(answer.headers.keys()) - KNOWN)
    if answer.status_code >= 400:
        assert answer.headers["Cache-Control"] == "no-store", what
        assert "ETag" not in answer.headers


@pytest.fixture
def failing(app: Flask):
    """``failing(code)`` makes the first page answer so."""

    def arrange(problem: int | Exception) -> None:
        def view():
            if isinstance(problem, int):
                abort(problem)
            raise problem

        app.view_functions["kiosk.home"] = view

    return arrange


def test_every_error_of_the_web_carries_the_exact_headers(failing, client):
    """HDR-01: each of the codes that Werkzeug knows, 413 and 431 among them, by GET and HEAD."""
    codes = [code for code in default_exceptions if code >= 400]
    assert {413, 431, 503} <= set(codes)
    for code in codes:
        failing(code)
        for method in ("GET", "HEAD"):
            answer = client.open("/", method=method)
            assert answer.status_code == code
            must_be_exact(answer, (code, method))


def test_every_refusal_of_the_domain_carries_them_too(failing, client):
    """HDR-01: exceptions named for what happened, an unexpected one, a full disk."""
    for code, problem in REFUSALS:
        failing(problem)
        answer = client.get("/")
        assert answer.status_code == code
        must_be_exact(answer, code)


ADDRESSES = ("/", "/search", "/sign-in/", "/account/", "/no/such/page", "/api/v1/search", "/health")


def test_every_method_carries_them(client, signed_in):
    """HDR-01: the methods a page has and those it does not have (405), for a visitor and for staff."""
    for browser in (client, signed_in(Role.MEDIATOR)):
        for address in ADDRESSES:
            for method in METHODS:
                answer = browser.open(address, method=method)
                assert answer.status_code in (200, 204, 302, 400, 403, 404, 405, 422, 503), (method, address)
                must_be_exact(answer, (method, address, answer.status_code))


def test_files_not_changed_redirects_and_throttling_carry_them(app: Flask, client, signed_in):
    """HDR-01: static files (200, 304, 206, 404), 302, 303, 413 of a real body, 429."""
    static = client.get("/static/css/tokens.css")
    assert static.status_code == 200
    again = client.get("/static/css/tokens.css", headers={"If-None-Match": static.headers["ETag"]})
    part = client.get("/static/css/tokens.css", headers={"Range": "bytes=0-9"})
    assert (again.status_code, part.status_code) == (304, 206)
    moved = client.get("/account/")
    person = signed_in(Role.MEDIATOR)
    answers = [static, again, part, moved, client.get("/static/no.css"), client.get("/static/../wsgi.py")]
    answers.append(person.post("/account/end-other-sessions"))
    answers.append(person.post("/account/password", data={"current": "x" * (21 * 1024 * 1024)}))
    for _try in range(7):
        stranger = person.post("/sign-in/", data={"user_name": "nobody", "password": "wrong wrong"})
    answers.append(stranger)
    codes = [answer.status_code for answer in answers]
    assert codes == [200, 304, 206, 302, 404, 404, 303, 413, 429]
    for answer in answers:
        must_be_exact(answer, answer.status_code)


def test_a_download_has_a_policy_of_its_own_that_runs_nothing(app: Flask, client):
    """HDR-01, UPL-05: attachments are sandboxed, whatever is in them."""
    from assistant.security import DOWNLOAD_POLICY

    def view():
        return app.make_response(("<script>", 200, {"Content-Disposition": "attachment; filename=a.html"}))

    app.view_functions["kiosk.home"] = view
    answer = client.get("/")
    assert answer.headers["Content-Security-Policy"] == DOWNLOAD_POLICY
    assert "sandbox" in DOWNLOAD_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


FORWARDED = {
    "X-Forwarded-For": "203.0.113.7, 10.0.0.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil",
    "Forwarded": "for=203.0.113.7;host=evil.example;proto=https",
}  # fmt: skip


def test_what_a_proxy_forwards_is_believed_only_where_a_proxy_is_set_up(app: Flask, settings):
    """HDR-01, ASVS 4.1.3: without TRUSTED_PROXIES nothing; with one proxy only what that one wrote; HSTS only by TLS."""
    seen: list[tuple[str | None, str, bool, str]] = []

    def view():
        seen.append((request.remote_addr, request.host, request.is_secure, request.script_root))
        return "x"

    app.view_functions["kiosk.home"] = view
    answer = app.test_client().get("/", headers=FORWARDED)
    assert "Strict-Transport-Security" not in answer.headers
    behind = create_app(dataclasses.replace(settings, trusted_proxies=1, tls=True))
    behind.view_functions["kiosk.home"] = view
    answer = behind.test_client().get("/", headers=FORWARDED)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    behind.extensions["stores"].dispose()
    assert seen == [("127.0.0.1", "localhost", False, ""), ("10.0.0.9", "evil.example", True, "")]
