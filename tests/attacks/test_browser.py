"""The next person at a shared machine: what a real browser still shows and keeps of somebody who was signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from mediation_rooms import samples
from mediation_rooms.accounts import Account
from mediation_rooms.actor import Actor, programme
from mediation_rooms.permissions import Role
from mediation_rooms.sample_rooms import load_sample_rooms
from mediation_rooms.sign_in_sessions import SignInSession
from tests.attacks.sampling import routes
from tests.attacks.test_sign_in import account
from tests.browser_setup import find_chromium
from tests.conftest import PASSWORD
from tests.faults.extent import extent
from tests.live_server import live

pytestmark = pytest.mark.browser
TYPED = "marker-7f3a91-typed"
NOW = datetime.now(UTC)


@dataclass
class House:
    """A server with one file, and what must not be seen of it: a name, and what was typed."""

    address: str
    case_id: int
    party_name: str


@pytest.fixture
def house(app: Flask) -> Iterator[House]:
    """The application on a loopback port, with a file of the room of ``a1``."""
    with app.extensions["stores"].cases.writing() as session:
        room = load_sample_rooms(session, actor=programme("示例"), now=NOW - timedelta(days=300))[0]
        keeper = Actor(account_id=None, name="示例调解员甲", room_id=room.id, roles=frozenset({"mediator"}))
        case = samples.boundary_case_mediating(session, actor=keeper, now=NOW - timedelta(days=9))
        case_id, name, room_id = case.id, case.parties[0].name, room.id
    made = account(app, "a1", Role.MEDIATOR)
    with app.extensions["stores"].cases.writing() as session:
        session.get_one(Account, made).room_id = room_id
    with live(app) as address:
        yield House(address, case_id, name)


@pytest.fixture
def open_profile(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable]:  # type: ignore[type-arg]
    """``open_profile()``: a browser with a profile on the disk, and the folder of the profile."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("NOT RUN: no Chromium on this machine")
    playwright = request.getfixturevalue("playwright")
    opened = []

    def launch():  # type: ignore[no-untyped-def]
        profile = tmp_path / "profile"
        browser = playwright.chromium.launch_persistent_context(
            str(profile), executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )  # fmt: skip
        opened.append(browser)
        return browser, profile

    yield launch
    for browser in opened:
        browser.close()


def sign_in(page, house: House, *, target: str, shared: bool = False) -> None:
    page.goto(f"{house.address}/sign-in/?next={target}")
    page.fill("[name=user_name]", "a1")
    page.fill("[name=password]", PASSWORD)
    if shared:
        page.check("[name=shared_machine]")
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{target}")


def found_in(profile: Path, *words: str) -> list[str]:
    """The files of a browser's profile that hold one of the words, in either way of writing letters."""
    wanted = [word.encode(coding) for word in words for coding in ("utf-8", "utf-16-le")]
    files = [path for path in profile.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word in path.read_bytes() for word in wanted)]


def visit_and_sign_out(page, house: House) -> None:
    """Open the file, type into it, look at a second page, sign out."""
    sign_in(page, house, target=f"/cases/{house.case_id}")
    assert house.party_name in page.content()
    page.locator("textarea").first.fill(TYPED)
    page.evaluate("localStorage.setItem('draft', 'x'); sessionStorage.setItem('draft', 'x')")
    page.goto(f"{house.address}/account/")
    page.locator("form[action$='/sign-in/out'] button").click()


def test_back_after_signing_out_shows_nothing_and_the_profile_keeps_nothing(house: House, open_profile):
    """KIO-02, KIO-03, KIO-04: a file was open and something typed; Back ×3, storage and caches, then the profile."""
    browser, profile = open_profile()
    page = browser.new_page()
    visit_and_sign_out(page, house)
    page.wait_for_url("**/signed-out")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("caches.keys().then((names) => names.length)") == 0
    for _press in range(3):
        page.go_back(wait_until="load")
        page.wait_for_timeout(200)
        shown = page.content() + page.title()
        assert house.party_name not in shown
        assert TYPED not in shown
        assert not page.evaluate(
            "[...document.querySelectorAll('textarea, input')].some((e) => e.value.includes('marker-'))"
        )
    assert {each["name"] for each in browser.cookies()} <= {"device", "known"}
    browser.close()
    assert found_in(profile, house.party_name, TYPED, PASSWORD) == []


@pytest.mark.slow
def test_without_the_controls_the_same_search_finds_what_was_left(app: Flask, house: House, open_profile):
    """KIO-02, KIO-04: the measure itself is sharp: without the headers the name is on the screen or on the disk."""

    @app.after_request
    def _careless(response):
        response.headers.pop("Cache-Control", None)
        response.headers.pop("Clear-Site-Data", None)
        if request_is_for_a_file():
            response.headers["Cache-Control"] = "max-age=600"
        return response

    def request_is_for_a_file() -> bool:
        from flask import request

        return request.path.startswith("/cases/")

    app.after_request_funcs[None].insert(0, app.after_request_funcs[None].pop())
    browser, profile = open_profile()
    page = browser.new_page()
    visit_and_sign_out(page, house)
    page.wait_for_url("**/signed-out")
    seen = ""
    for _press in range(3):
        page.go_back(wait_until="load")
        seen += page.content()
    browser.close()
    assert house.party_name in seen or found_in(profile, house.party_name)


def test_no_page_of_staff_leaves_anything_to_a_service_worker(app: Flask, house: House, open_profile):
    """KIO-09: after the pages of staff in Chromium there is no worker and no cache at all: 0 addresses of staff."""
    browser, _profile = open_profile()
    page = browser.new_page()
    sign_in(page, house, target="/account/")
    asked: list[str] = []
    pages = [
        route.address
        for route in routes(app)
        if route.method == "GET"
        and not route.address.startswith("/static")
        and route.endpoint != "sign_in.signed_out"
    ]
    pages = [f"/cases/{house.case_id}", *pages]
    for address in pages[:: max(1, len(pages) // extent(len(pages), 14))]:
        page.goto(house.address + address, wait_until="load")
        asked.append(page.url)
    kept = page.evaluate(
        """async () => {
          const found = [...(await navigator.serviceWorker.getRegistrations()).map((each) => each.scope)];
          for (const name of await caches.keys())
            for (const each of await (await caches.open(name)).keys()) found.push(each.url);
          return found;
        }"""
    )
    assert len(asked) >= 10
    assert kept == []


def test_a_screen_nobody_touches_is_signed_out(app: Flask, house: House, open_profile):
    """KIO-05, SES-04: staff: the page asks, then a neutral page stands there and the session is gone on the server."""
    browser, _profile = open_profile()
    page = browser.new_page()
    page.clock.install()
    sign_in(page, house, target=f"/cases/{house.case_id}", shared=True)
    page.clock.fast_forward(249_000)
    assert not page.get_by_text("您还在吗").is_visible()
    page.clock.fast_forward(2_000)
    page.get_by_text("您还在吗").wait_for(state="visible")
    page.get_by_role("button", name="我还在").click()
    page.clock.fast_forward(249_000)
    assert page.url.endswith(f"/cases/{house.case_id}")
    page.clock.fast_forward(60_000)
    page.wait_for_url("**/signed-out")
    assert house.party_name not in page.content()
    with app.extensions["stores"].cases.reading() as session:
        assert session.scalars(select(SignInSession)).all() == []


def test_a_touch_in_one_tab_counts_for_the_others(house: House, open_profile):
    """KIO-05: who works in one tab is not signed out by another that was left behind it."""
    browser, _profile = open_profile()
    left = browser.new_page()
    left.clock.install()
    sign_in(left, house, target="/account/", shared=True)
    used = browser.new_page()
    used.goto(f"{house.address}/account/")
    for _time in range(4):
        left.clock.fast_forward(200_000)  # one clock for all tabs
        used.mouse.move(40 + _time, 50)
        left.wait_for_timeout(200)
    assert left.url.endswith("/account/")
    assert not left.get_by_text("您还在吗").is_visible()
    left.clock.fast_forward(301_000)
    left.wait_for_url("**/signed-out")
