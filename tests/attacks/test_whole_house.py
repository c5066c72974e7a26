"""A furnished house, every address walked: by another room, by nobody in particular, and with generated rubbish.

The tests stand in this order because the last one leaves the house in disorder.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from openpyxl import load_workbook
from sqlalchemy import func, select

from corpus.store import Base as CollectionBase
from mediation_rooms.audit import AuditRecord
from mediation_rooms.csv_cells import FORMULA_SIGNS
from mediation_rooms.permissions import Role
from mediation_rooms.privacy_reports import AffectedPerson, affected_as_csv
from mediation_rooms.store import Base as CaseBase
from tests.attacks.conftest import MARKER, OTHER_DIVISION, OWN_DIVISION, House
from tests.attacks.fingerprints import of_stores
from tests.attacks.furnished import EVERYBODY
from tests.attacks.rubbish import requests_from
from tests.attacks.stored_code import FORMULAS, Watcher, conflict_page, pages, poison
from tests.attacks.walking import Asked, unwalked, without_numbers
from tests.browser_setup import find_chromium
from tests.faults.extent import extent
from tests.live_server import live

LEAVING = {"sign_in.sign_out", "kiosk.leave"}
OF_A_ROOM = re.compile(r"^/(?:cases/|overview/handed-on/)")
"""Addresses whose rows a room keeps; everything else is the collection's, public, or of one person."""
OF_A_PERSON = re.compile(r"^/(?:work/|workbench/takes/)")
NOBODYS = 999_999


def test_every_route_is_known_to_the_walk(house: House):
    """ACC-01, INP-08: a new route without a way to it, and without a value for its ids, fails here."""
    assert {each[1:] for each in unwalked(house.app, house.asked)} == set()
    assert len(operations(house)) > 190
    assert MARKER in house.owner.get(f"/cases/{house.foreign.open_id}").text, "the word to look for is there"


def test_reading_every_page_changes_nothing(house: House):
    """ACC-13: both databases are equal before and after all pages were walked, with real ids (the trail excepted)."""
    assert house.before_walk == house.after_walk
    auditor = house.person(Role.AUDITOR)
    before = of_stores(house.app)
    assert auditor.get("/account/trail").status_code == 200
    for each in operations(house):
        if each.method == "GET" and each.endpoint not in LEAVING:
            house.owner.head(each.address)
    assert of_stores(house.app) == before


def operations(house: House) -> list[Asked]:
    """One request for each route and method: the one whose form has most in it."""
    found: dict[tuple[str, str], Asked] = {}
    for each in house.asked:
        known = found.get(each.operation)
        size = len(each.fields) + len(each.files)
        if each.endpoint not in LEAVING and (known is None or size > len(known.fields) + len(known.files)):
            found[each.operation] = each
    return sorted(found.values(), key=lambda each: each.operation)


def nobodys(each: Asked, house: House) -> str:
    """The same address with the id of nothing."""
    path = each.address.partition("?")[0]
    if OF_A_PERSON.match(path):
        return re.sub(r"(/work/\w+/|/takes/)[^/]+", r"\g<1>" + "x" * 22, path)
    return re.sub(r"/\d+(?=/|$|\.)", f"/{NOBODYS}", path, count=1)


def test_no_address_of_a_room_or_a_person_opens_for_another(house: House):
    """ACC-03: everything that the pages of one room offered, asked by another: 404 and the body of what is missing."""
    stranger = house.person(*EVERYBODY, room_id=house.own.room_id, division=OTHER_DIVISION)
    before, kinds = of_stores(house.app), Counter[str]()
    for each in house.asked:
        path = each.address.partition("?")[0]
        if not (OF_A_PERSON.match(path) or (OF_A_ROOM.match(path) and re.search(r"/\d+(?:/|$|\.)", path))):
            continue
        if each.method == "GET" and kinds[each.rule] > 6:
            continue
        made = stranger.open(
            path, method=each.method, data=dict(each.fields) if each.method == "POST" else None
        )
        missing = stranger.open(
            nobodys(each, house),
            method=each.method,
            data=dict(each.fields) if each.method == "POST" else None,
        )
        assert made.status_code == missing.status_code == 404, (each, made.status_code, missing.status_code)
        assert without_numbers(made.text) == without_numbers(missing.text), each
        kinds[each.rule] += 1
    assert of_stores(house.app) == before
    known = {
        rule.rule for rule in house.app.url_map.iter_rules() if re.search(r"^/(?:cases|work)/.*<", rule.rule)
    }
    assert known - set(kinds) <= {"/cases/forms/<key>.<any(pdf,docx):kind>"}
    with house.app.extensions["stores"].cases.reading() as session:
        refused = session.scalar(select(func.count()).where(AuditRecord.result == "refused")) or 0
    assert refused >= len(kinds)


QUESTIONS = (MARKER, "13911112222")


@pytest.mark.parametrize(
    ("roles", "room", "division"),
    [
        (EVERYBODY, True, OTHER_DIVISION),
        ((Role.COUNTY_OFFICER,), False, OWN_DIVISION),
        ((Role.AUDITOR,), False, None),
    ],
)
def test_no_word_of_a_room_stands_anywhere_for_another(house: House, roles, room, division):
    """ACC-04, ACC-06, ACC-08: in no page, paper, export, hit or message of another room, a centre or an auditor."""
    person = house.person(*roles, room_id=house.own.room_id if room else None, division=division)
    words = (MARKER.encode(), b"13911112222", MARKER.encode("utf-16-be"), MARKER.encode("utf-16-le"))
    seen = 0
    for each in operations(house):
        if each.method != "GET" or each.endpoint == "account.trail":
            continue
        path = each.address.partition("?")[0]
        answer = person.get(each.address)
        assert not any(word in answer.data for word in words), each
        if "<" not in each.rule:
            asked = dict.fromkeys(("q", "kind", "month", "year", "before", "party", "name", "period"), "别室")
            assert MARKER.encode() not in person.get(path, query_string=asked).data, each
        seen += answer.status_code == 200
    assert seen > 5


def test_what_is_no_page_is_a_download_or_sealed(house: House):
    """UPL-05, UPL-06: every answer of the walk that is neither a page nor JSON runs nothing, with an honest name and type."""
    kinds = Counter[str]()
    for each in operations(house):
        answer = house.owner.get(each.address) if each.method == "GET" else None
        if (
            answer is None
            or answer.status_code != 200
            or answer.mimetype in ("text/html", "application/json")
            or not answer.data
        ):
            continue
        kinds[answer.mimetype] += 1
        named = answer.headers.get("Content-Disposition", "inline")
        is_own_paper = named.startswith("inline") and answer.mimetype == "application/pdf"
        assert is_own_paper or "sandbox" in answer.headers["Content-Security-Policy"], each
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.mimetype not in (
            "image/svg+xml",
            "text/xml",
            "application/xml",
            "application/xhtml+xml",
        ), each
        assert named.isascii()
    assert len(kinds) > 5


@pytest.mark.browser
@pytest.mark.timeout(3_600)
def test_no_stored_text_ever_runs(house: House, request: pytest.FixtureRequest):
    """INP-01: in every typed column of both stores, on every page of the walk, printed and in the merge page.

    Each column holds some of the forty payloads; at full extent each holds every one of them in turn.
    """
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("NOT RUN: no Chromium on this machine")
    playwright, stores = request.getfixturevalue("playwright"), house.app.extensions["stores"]
    conflict = conflict_page(house.owner, house.foreign.open_id)
    session = house.owner.get_cookie("session")
    assert session is not None
    with live(house.app) as served:
        chrome = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        watcher = Watcher(chrome, served, session.value)
        watcher.show(conflict, "the page of two editors")
        for turn in range(extent(40, 1)):
            texts, columns = 0, set[str]()
            for store, base in ((stores.cases, CaseBase), (stores.collection, CollectionBase)):
                written, names = poison(store, base, first=turn)
                texts, columns = texts + written, columns | names
            addresses = pages(house.asked, house.owner, most=extent(2, 1))
            for number, address in enumerate(addresses):
                media = "print" if number % 4 == turn % 4 else "screen"
                watcher.load(address, is_private=address.startswith(("/cases", "/account")), media=media)
        chrome.close()
    print(
        f"INP-01: {texts} texts in {len(columns)} columns, {len(addresses)} pages, visible on {watcher.shown}"
    )
    assert watcher.ran == []
    assert watcher.lost == [], "these pages were not seen: the session was gone"
    assert len(columns) > 100
    assert len(addresses) > 120
    assert watcher.shown > 50


def test_no_cell_of_any_export_is_a_formula(house: House):
    """INP-04: formulas in every typed text of both stores; every workbook and every CSV that the product makes."""
    stores = house.app.extensions["stores"]
    for store, base in ((stores.cases, CaseBase), (stores.collection, CollectionBase)):
        poison(store, base, texts=FORMULAS)
    books, cells = set[str](), 0
    whole = {"recipient": "示例乡镇", "reason": "示例", "basis": "示例依据"}
    tables = {re.sub(r"\d+", "N", each.address): each for each in house.asked if "xlsx" in each.address}
    for each in [*operations(house), *tables.values()]:
        if each.method == "GET" and not re.search(r"xlsx|export|report|table|ledger|pack", each.address):
            continue
        if each.method == "POST" and ".xlsx" not in each.rule:
            continue
        answer = house.owner.open(
            each.address, method=each.method, data=whole if each.method == "POST" else None
        )
        if "spreadsheetml" not in answer.mimetype:
            continue
        books.add(each.endpoint)
        for sheet in load_workbook(io.BytesIO(answer.data)).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", (each, cell.coordinate, cell.value)
                    cells += cell.data_type == "s" and "cmd|" in str(cell.value)
    assert books >= {
        "overview.table_file",
        "overview.export_ledger",
        "overview.register_changes",
        "outreach.event_report",
        "workbench.export",
    }
    assert cells > 20, "the hostile texts are in them"
    person = AffectedPerson(FORMULAS[0], FORMULAS[4], FORMULAS[7], (FORMULAS[6],), False)
    trail = house.app.test_cli_runner().invoke(args=["audit", "export"])
    for text in (affected_as_csv([person]), trail.output):
        for line in csv.reader(io.StringIO(text)):
            assert not any(cell[:1] in FORMULA_SIGNS and cell for cell in line), line


def fuzz(house: House, examples: int) -> tuple[int, list[str]]:
    """How many requests were sent, and what broke."""
    broken: list[str] = []
    sent = 0
    everybody = house.person(*EVERYBODY, room_id=house.foreign.room_id, division=OWN_DIVISION)
    auditor = house.person(Role.AUDITOR)
    for operation in operations(house):
        if everybody.get("/account/").status_code != 200:  # the rubbish may have ended its own session
            everybody = house.person(*EVERYBODY, room_id=house.foreign.room_id, division=OWN_DIVISION)
        browser = auditor if operation.endpoint == "account.trail" else everybody
        sent += try_out(operation, browser, examples, broken)
    return sent, broken


def try_out(operation: Asked, browser: Any, examples: int, broken: list[str]) -> int:
    """Send generated requests of one operation."""
    sent = 0

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(made=requests_from(operation))
    def send(made: dict[str, Any]) -> None:
        nonlocal sent
        sent += 1
        try:
            answer = browser.open(**made)
        except (UnicodeError, ValueError) as unsent:  # the test's own client cannot write such a request
            assert re.search("surrogate|latin-1|header", str(unsent), re.IGNORECASE), (made, unsent)
            return
        is_health = answer.status_code == 503 and operation.endpoint == "health.health"
        if answer.status_code >= 500 and not is_health:
            broken.append(f"{operation.endpoint}: {answer.status_code} {str(made)[:600]}")

    send()
    return sent


def test_no_route_breaks_on_generated_rubbish(house: House):
    """INP-08, UPL-07: a few requests of every operation; 200 of each where the slow tests run."""
    sent, broken = fuzz(house, 2)
    assert broken == []
    assert sent >= len(operations(house))


@pytest.mark.slow
@pytest.mark.timeout(7_200)
def test_no_route_breaks_on_two_hundred_each(house: House):
    """INP-08: 200 requests of every operation."""
    sent, broken = fuzz(house, 200)
    print(f"INP-08: {sent} requests, {len(broken)} broken")
    assert broken == []
