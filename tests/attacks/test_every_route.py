"""What must hold for every route, generated from the application's own map."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from assistant.security import HEADERS
from assistant.web.access import ACCESS, PUBLIC, SIGNED_IN, Need
from mediation_rooms.permissions import TABLE, Action, Role
from tests.attacks.sampling import Route, routes

SAFE = ("GET", "HEAD")
SEARCHES = {"kiosk.search", "api.search"}


def test_every_route_has_a_rule_and_every_rule_a_route(app: Flask):
    """ACC-01: an endpoint without a rule, or a rule whose endpoint is gone, fails here."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - set(ACCESS) == set(), "add these endpoints to assistant/web/access.py"
    assert set(ACCESS) - endpoints == set(), "these rules have no endpoint"


def test_an_endpoint_that_nobody_listed_is_refused(app: Flask, client):
    """ACC-01: unknown means deny."""
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert client.get("/forgotten").status_code == 404


def allowed(need: Need, role: Role) -> bool:
    if need in (PUBLIC, SIGNED_IN):
        return True
    return role in TABLE[Action(need)].roles


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_what_the_table_grants_and_nothing_else(app: Flask, signed_in, role):
    """ACC-02, KIO-01: role × route, GET and POST; not granted looks like not there; no role's page is kept."""
    browser = signed_in(role, room_id=1, division_code="532901")
    differences = []
    for route in routes(app):
        if route.method == "HEAD" or route.endpoint.startswith("sign_in.") or route.endpoint == "static":
            continue
        if route.endpoint in ("account.end_other_sessions", "account.enrol_kiosk"):
            continue
        answer = browser.open(route.address, method=route.method)
        status, refused = answer.status_code, answer.status_code in (403, 404)
        assert answer.headers.get("Cache-Control") == "no-store", (route, status)
        if not allowed(ACCESS[route.endpoint], role) and status != 404:
            differences.append((route, status))
        if allowed(ACCESS[route.endpoint], role) and "<" not in route.rule and refused:
            differences.append((route, status))
    assert differences == []


def test_a_visitor_is_sent_to_sign_in_or_refused_everywhere_that_is_not_public(app: Flask, client):
    """ACC-02: the row of somebody without an account."""
    for route in routes(app):
        if ACCESS[route.endpoint] == PUBLIC:
            continue
        answer = client.open(route.address, method=route.method)
        if route.method in SAFE:
            assert answer.status_code == 302, route
            assert answer.headers["Location"].startswith("/sign-in/"), route
        else:
            assert answer.status_code in (400, 403), route


def test_every_answer_carries_the_exact_headers(app: Flask, client, signed_in):
    """HDR-01 and KIO-01: the same set on every route, method and status; private pages are never kept."""
    browser = signed_in(Role.ADMINISTRATOR, room_id=1)
    for visitor in (client, browser):
        for route in routes(app):
            answer = visitor.open(route.address, method=route.method)
            for name, value in HEADERS.items():
                assert answer.headers.get(name) == value, (route, name)
            assert "Content-Security-Policy" in answer.headers, route
            assert "Server" not in answer.headers
            assert "X-Powered-By" not in answer.headers
            private = ACCESS[route.endpoint] != PUBLIC or visitor is browser or answer.status_code >= 400
            if private and route.endpoint != "static":
                assert answer.headers.get("Cache-Control") == "no-store", route


def test_errors_carry_them_too(client):
    """HDR-01: 404, 405, 413 and 400."""
    for answer in (
        client.get("/no/such/page"),
        client.delete("/"),
        client.post("/sign-in/", data={"user_name": "x"}),
    ):
        assert answer.status_code >= 400
        for name, value in HEADERS.items():
            assert answer.headers.get(name) == value


def test_the_content_policy_allows_no_inline_script_or_foreign_host(client):
    """HDR-02: parsed, directive by directive."""
    policy = dict(
        part.strip().split(" ", 1) for part in client.get("/").headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert policy[name] == "'none'"
    assert policy["form-action"] == "'self'"
    assert not any(word in " ".join(policy.values()) for word in ("unsafe", "http", "*"))


@pytest.mark.parametrize("token", [None, "", "0" * 64, "foreign"])
def test_every_unsafe_request_without_the_right_token_is_refused(app: Flask, signed_in, token):
    """ACC-12: no token, an empty one, a made-up one, another browser's."""
    from tests.conftest import form_token

    browser = signed_in(Role.ADMINISTRATOR, Role.ROOM_HEAD, room_id=1)
    other = signed_in(Role.ADMINISTRATOR, room_id=1)
    form_token(browser)
    other.set_cookie("device", "e" * 43)
    headers = {} if token is None else {"X-CSRF-Token": form_token(other) if token == "foreign" else token}
    checked = 0
    for route in routes(app):
        if route.method in SAFE:
            continue
        answer = browser.open(route.address, method=route.method, headers=headers, token=False)
        expected = (400,) if _may(route) else (400, 404)
        assert answer.status_code in expected, route
        checked += 1
    assert checked > 5


def _may(route: Route) -> bool:
    need = ACCESS[route.endpoint]
    return need in (PUBLIC, SIGNED_IN) or bool(
        TABLE[Action(need)].roles & {Role.ADMINISTRATOR, Role.ROOM_HEAD}
    )


def test_a_form_sent_from_another_site_is_refused_even_with_the_token(signed_in):
    """ACC-12: the browser says where it comes from."""
    browser = signed_in(Role.MEDIATOR)
    answer = browser.post("/account/end-other-sessions", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400


HOSTILE = (
    "' OR '1'='1", "1; DROP TABLE accounts--", '" OR ""="', "1' AND SLEEP(5)--", "%27%20OR%201=1", "') UNION SELECT 1--",
    "\x00", "\u202e", "＜script＞", "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "../../etc/passwd",
    "..\\..\\windows", "%2e%2e%2f", "/etc/passwd", "a" * 5_000, "第" * 300, "𠮷" * 50, "(" * 500, "*", "NOT " * 200,
    "[a TO zzzz]", 'r".*"', "-1", "1e309", "NaN", "٣", "true", "javascript:alert(1)", "\r\nSet-Cookie: a=b",
)  # fmt: skip


def test_no_parameter_makes_any_page_fail(app: Flask, signed_in):
    """INP-07, UPL-07: every hostile value in some parameter of every page, no status 500, nothing executed."""
    browser = signed_in(Role.ADMINISTRATOR, Role.MEDIATOR, Role.REVIEWER, Role.EDUCATOR, room_id=1)
    asked = ("q", "page", "next", "before", "lang", "offset", "on", "kind", "month", "period", "year")
    for number, route in enumerate(each for each in routes(app) if each.method == "GET"):
        for first in range(0, len(HOSTILE), len(asked)):
            turn = HOSTILE[first:] + HOSTILE[:first]
            value = {name: turn[(place + number) % len(asked)] for place, name in enumerate(asked)}
            answer = browser.get(route.address, query_string=value)
            assert answer.status_code < 500 or _index_is_being_built(route, answer), (route, value)
            assert b"<script>alert(1)" not in answer.data, (route, value)
            assert b"root:x:" not in answer.data


def _index_is_being_built(route: Route, answer) -> bool:
    return answer.status_code == 503 and (
        "Retry-After" in answer.headers or route.endpoint == "health.health"
    )


def test_hostile_values_in_the_address_itself_find_nothing(app: Flask, signed_in):
    """UPL-07: traversal on every path parameter: found nowhere, never a server error."""
    browser = signed_in(Role.ADMINISTRATOR, Role.MEDIATOR, room_id=1)
    vectors = (
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e",
        "..%5c..%5cx",
        "%00",
        "%2fetc%2fpasswd",
        "....%2f%2f",
        "%c0%ae",
    )
    for route in routes(app, value="PLACE"):
        if route.method != "GET" or "PLACE" not in route.address:
            continue
        for vector in vectors:
            answer = browser.get(route.address.replace("PLACE", vector))
            assert answer.status_code in (301, 302, 308, 400, 404, 422, 503), (route, vector)
            assert b"root:x:" not in answer.data


def pages(app: Flask, browser) -> list[tuple[Route, str]]:
    found = []
    for route in routes(app):
        if route.method == "GET" and "<" not in route.rule:
            answer = browser.get(route.address)
            if answer.mimetype == "text/html":
                found.append((route, answer.text))
    assert len(found) > 5
    return found


def test_no_page_has_inline_code_or_loads_from_another_host(app: Flask, client, signed_in):
    """HDR-02 and KIO-11: no inline script, style or handler; every address is of this site."""
    for visitor in (client, signed_in(Role.ADMINISTRATOR, Role.MEDIATOR, Role.REVIEWER, room_id=1)):
        for route, html in pages(app, visitor):
            assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=.application/(ld\+)?json)", html), route
            assert not re.search(r"\son[a-z]+\s*=\s*[\"']", html), route
            assert not re.search(r"<style|\sstyle\s*=", html), route
            for address in re.findall(r"\b(?:src|href|action)\s*=\s*\"([^\"]*)\"", html):
                assert not re.match(r"(?:[a-z]+:)?//", address), (route, address)
                assert not address.lower().startswith("javascript:"), (route, address)


SIGN_IN_HINTS = {"username", "current-password", "new-password", "one-time-code"}
"""For the password manager of the person at the desk (ASVS 6.2.7); they say nothing of a case."""
PUBLIC_WORDS = {"workbench.index", "workbench.phrases", "workbench.glossary", "outreach.index"}
"""Pages of staff whose search goes over law, translations and teaching material, never over people."""


def test_forms_that_hold_data_of_people_are_not_remembered_by_the_browser(app: Flask, signed_in):
    """KIO-08: text controls carry autocomplete="off"; no GET form has personal fields, none of staff searches people."""
    personal = {"display_name", "phone", "id_number", "address", "password", "user_name"}
    browser = signed_in(Role.ADMINISTRATOR, Role.MEDIATOR, Role.ROOM_HEAD, room_id=1)
    for route, html in pages(app, browser):
        for attributes, body in re.findall(r"<form\b([^>]*)>(.*?)</form>", html, re.DOTALL):
            names = set(re.findall(r'\bname="([^"]+)"', body))
            if 'method="post"' not in attributes.lower():
                assert not names & personal, (route, names)
                assert (
                    "q" not in names or ACCESS[route.endpoint] == PUBLIC or route.endpoint in PUBLIC_WORDS
                ), route
                continue
            assert "csrf_token" in names, (route, attributes)
            for control in re.findall(r"<(?:input|textarea|select)\b([^>]*)>", body):
                if re.search(r'type="(hidden|checkbox|radio|submit|file|button)"', control):
                    continue
                said = re.search(r'autocomplete="([^"]*)"', control)
                assert said, (route, control)
                assert said[1] in {"off", *SIGN_IN_HINTS}, (route, control)
