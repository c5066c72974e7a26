"""Forty payloads in every text that is kept, every page loaded in a real browser with its defences off."""

from __future__ import annotations

import datetime
import itertools
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Enum, String, Text, inspect
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.serving import make_server

from assistant.cli.write_migrations import load_models
from assistant.web.casework.act_list import all_acts
from corpus.database import Store
from corpus.store import Base as CollectionBase
from mediation_rooms import samples
from mediation_rooms.permissions import Role
from mediation_rooms.store import Base as CaseBase
from tests.assistant.casework.conftest import make_case, mediator, rooms
from tests.attacks.payloads import PAYLOADS
from tests.attacks.sampling import routes
from tests.browser_setup import find_chromium

FIXTURES = (make_case, mediator, rooms)
KEPT_TABLES = {"audit_records", "audit_chains", "row_seals", "sign_in_sessions", "alembic_version"}
NOT_WORDS = re.compile(
    r"(^|_)(code|codes|hash|index|token|key|kind|state|status|step|citation|number|sha256|stored_name|media_type|variety|script"
    r"|version|basis|queue|boot_id|public_id|fingerprint|slug|roles|recovery|secret|language|division|reference|email|digest"
    r"|path|file|format|place|side|purpose_code|created_by_id|short_name|system|layout|design|theme|form|payload|result"
    r"|statute|born|area|calendar|level|festival|license|licence)($|_)"
)
"""Columns whose values the programme chooses from closed lists, or looks up; nobody types into them."""
STAFF = ("/cases", "/overview", "/workbench", "/outreach", "/account")
EVERYBODY = tuple(role for role in Role if role not in {Role.AUDITOR, Role.SECURITY_OFFICER})


def typed_columns(model: type) -> list[tuple[str, int]]:
    """The columns of a model that hold what somebody typed, with their length."""
    found = []
    for attribute in inspect(model).column_attrs:
        column = attribute.columns[0]
        length = getattr(column.type, "length", None)
        words = isinstance(column.type, String | Text) or type(column.type).__name__.startswith("Encrypted")
        is_chosen = (
            isinstance(column.type, Enum) or column.foreign_keys or column.unique or column.primary_key
        )
        if words and not is_chosen and not NOT_WORDS.search(attribute.key):
            found.append((attribute.key, length or 20_000))
    return found


def poison(store: Store, base: Any) -> tuple[int, set[str]]:
    """Write a payload into every typed text of every row; how many, and into which payloads' places."""
    payloads, written, tables = itertools.cycle(PAYLOADS), 0, set()
    for mapper in base.registry.mappers:
        model = mapper.class_
        if model.__tablename__ in KEPT_TABLES:
            continue
        columns = typed_columns(model)
        with store.reading() as session:
            keys = [inspect(row).identity for row in session.query(model).all()]
        for key in keys[:3]:
            for name, length in columns:
                payload = next(payload for payload in payloads if len(payload) <= length or length < 20)
                if length < 20:
                    continue
                try:
                    with store.writing() as session:
                        row = session.get_one(model, key)
                        if isinstance(getattr(row, name), str):
                            setattr(row, name, payload)
                            session.flush()
                            written += 1
                            tables.add(f"{model.__tablename__}.{name}")
                except (SQLAlchemyError, ValueError, AttributeError):
                    continue  # a closed list or a seal refuses it: nothing of the kind can be stored there
    return written, tables


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def filled_house(app: Flask, signed_in: Any, make_case: Any) -> tuple[list[int], Any]:
    """Files in five states, an outreach starter set, a translation begun; a person with every role."""
    browser = signed_in(*EVERYBODY, room_id=1, division_code="532901")
    ids = [make_case(samples.boundary_case_opened, days_ago=1), make_case(samples.boundary_case_mediating)]
    ids += [
        make_case(samples.boundary_case_in_force),
        make_case(samples.boundary_case_archived, days_ago=120),
    ]
    ids.append(make_case(samples.oral_case_performed))
    browser.post("/outreach/starter-set")
    browser.post("/workbench/begin", data={"citation": "《示例法》第二条", "variety": "bca", "script": "han"})
    return ids, browser


def pages_of(app: Flask, ids: list[int], browser: Any) -> list[str]:
    """Every page without an id, every page and form of the files, and what the lists link to."""
    found = [route.address for route in routes(app) if route.method == "GET" and "<" not in route.rule]
    found += [f"/cases/{case_id}" for case_id in ids]
    found += [f"/cases/{ids[1]}/acts/{key}" for key in all_acts()] + [f"/cases/{ids[2]}/acts/amend"]
    broken = []
    for address in list(found):
        answer = browser.get(address)
        if answer.status_code >= 500 and "Retry-After" not in answer.headers and address != "/health":
            broken.append(address)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            found += re.findall(r'href="(/(?:outreach/items|workbench/units|account/people|articles|rooms|outreach/events|requests|outreach/songs)/[^"#?]+)"', answer.text)[:6]  # fmt: skip
    assert broken == []
    shown = [address for address in dict.fromkeys(found) if browser.get(address).mimetype == "text/html"]
    # pages for leaving empty the browser, the session too: public pages come last
    return sorted(shown, key=lambda address: not address.startswith(STAFF))


@pytest.mark.browser
@pytest.mark.timeout(600)
def test_no_stored_text_ever_runs(
    app: Flask, signed_in, make_case, served: str, request: pytest.FixtureRequest
):
    """INP-01: stored in every typed column of both stores; every page in Chromium, the content policy switched off."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("NOT RUN: no Chromium on this machine")
    playwright = request.getfixturevalue("playwright")
    load_models()
    ids, browser = filled_house(app, signed_in, make_case)
    stores = app.extensions["stores"]
    in_cases, case_places = poison(stores.cases, CaseBase)
    in_collection, collection_places = poison(stores.collection, CollectionBase)
    print(f"INP-01: {in_cases + in_collection} texts in {len(case_places | collection_places)} columns")
    assert len(case_places) > 40
    assert len(collection_places) > 8
    addresses = pages_of(app, ids, browser)
    conflict = conflict_page(browser, ids[1])
    ran: list[str] = []
    lost: list[str] = []
    shown = 0
    chrome = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
    context = chrome.new_context(bypass_csp=True, base_url=served)
    session = [{"name": "session", "value": browser.get_cookie("session").value, "url": served}]
    context.add_init_script("window.alert = window.confirm = window.prompt = () => { window.ran = 1; };")
    page = context.new_page()
    page.on("dialog", lambda dialog: (ran.append(page.url), dialog.dismiss()))
    for address in addresses:
        context.add_cookies(session)  # pages for leaving empty the browser
        page.goto(address, wait_until="load")
        seen = page.evaluate("document.documentElement.outerHTML")
        shown += "ran=1" in seen
        if page.evaluate("window.ran"):
            ran.append(address)
        if "/sign-in/" in page.url and address.startswith(STAFF):
            lost.append(address)
        ran += [f"{address}: {link}" for link in page.evaluate(LINKS)]
    page.emulate_media(media="print")
    context.add_cookies(session)
    page.goto(f"/cases/{ids[1]}", wait_until="load")
    assert not page.evaluate("window.ran")
    page.set_content(conflict)
    page.wait_for_timeout(200)
    if page.evaluate("window.ran"):
        ran.append("the page of two editors")
    chrome.close()
    print(f"INP-01: {len(addresses)} pages, payloads visible on {shown}")
    assert ran == []
    assert lost == [], "these pages were not seen: the session was gone"
    assert len(addresses) > 80
    assert shown > 40


LINKS = """() => [...document.querySelectorAll('[href],[src],[action],[formaction]')]
  .map(each => each.href || each.src || each.action || '').filter(String)
  .map(each => typeof each === 'string' ? each : each.baseVal).filter(each => /^(javascript|data:text)/i.test(each))"""


def conflict_page(browser: Any, case_id: int) -> str:
    """Two people edited: the page with both texts, each of them hostile."""
    address = f"/cases/{case_id}/acts/amend"
    seen = re.search(r'name="seen_version" value="(\d+)"', browser.get(address).text)
    assert seen
    fields = {
        "kind_code": "neighbour",
        "division_code": "532901104213",
        "amount_in_dispute": "1.00",
        "seen_version": seen[1],
    }
    browser.post(address, data={**fields, "statement": PAYLOADS[2]})
    answer = browser.post(address, data={**fields, "statement": PAYLOADS[10]})
    assert answer.status_code == 409
    assert "&lt;/script&gt;" in answer.text
    return str(answer.text)


def test_papers_keep_hostile_text_as_text(app: Flask, signed_in, make_case):
    """INP-01: papers in Word and PDF, ledgers and tables made from the same texts: made, and never a formula."""
    load_models()
    ids, browser = filled_house(app, signed_in, make_case)
    poison(app.extensions["stores"].cases, CaseBase)
    year = datetime.date.today().year  # noqa: DTZ011 - any year will do
    for address in (
        f"/cases/{ids[1]}/papers/application.docx", f"/cases/{ids[1]}/papers/application.pdf",
        f"/cases/{ids[3]}/papers/agreement.docx", f"/cases/{ids[3]}/dossier", f"/overview/table.xlsx?year={year}",
    ):  # fmt: skip
        assert browser.get(address).status_code in (200, 302, 404, 409, 422), address
