"""A villager asks a room for help at the kiosk; the room takes it up; the next visitor finds nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from assistant import public_desk
from assistant.factory import create_app
from assistant.search_service import build_index
from assistant.web.clock import CHINA
from mediation_rooms import keys
from mediation_rooms.actor import programme
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.requests import RequestForHelp
from mediation_rooms.models.vocabulary import RequestState
from mediation_rooms.sample_rooms import load_sample_rooms
from tests.assistant.sample_law import store_sample_law
from tests.conftest import RING
from tests.journeys.conftest import SIZES, Actor, pages_of
from tests.live_server import live

pytestmark = pytest.mark.browser


@pytest.fixture
def rooms(app, settings):
    """The sample rooms, put up for the public; a little law to search."""
    stores = app.extensions["stores"]
    store_sample_law(stores.collection)
    build_index(stores.collection, settings.index_directory)
    with stores.cases.writing() as session:
        found = load_sample_rooms(session, actor=programme("示例"), now=datetime.now(UTC))
        ids = {room.code: room.id for room in found}
    public_desk.publish(settings, stores.cases, now=datetime.now(UTC))
    return ids


@pytest.fixture
def kiosk_address(settings, rooms, tmp_path):
    """A kiosk of its own beside the full installation, on another port."""
    application = create_app(
        replace(
            settings,
            profile="kiosk",
            case_database_url="",
            key_directory=tmp_path / "kiosk-keys",
            kiosk_place="532901104213",
        )
    )
    keys.use_key_ring(RING)  # two processes stand in one here; the rooms' needs its ring back
    with live(application) as address:
        yield address
    application.extensions["stores"].dispose()


@pytest.fixture
def at_the_kiosk(chromium, kiosk_address):
    """``at_the_kiosk("phone")``: a page of a fresh browser at the kiosk."""
    with pages_of(chromium, kiosk_address, usual_size="kiosk") as open_page:
        yield open_page


class Villager(Actor):
    """Somebody who needs help."""

    def asks_for_help(self, *, about="邻居", words="示例：墙砌到我家地里", scripts=True):
        page = self.page
        page.get_by_role("link", name="我要求助").first.click()
        page.get_by_label("我看懂（听懂）了").check()
        page.locator("label.picture-choice", has_text=about).click()
        page.locator("label.room-choice", has_text="示例金花调解室").click()
        page.locator("label.chip-choice", has_text="白语（南部").click()
        page.get_by_label("想说的话").fill(words)
        page.get_by_label("怎么称呼您").fill("示例村民")
        page.get_by_label("电话（可以不写）").fill("0000-0000009")
        page.locator("label.chip-choice", has_text="不会，可以打").click()
        page.get_by_role("button", name="交给调解室").click()
        self.sees("求助回执")
        return page.locator(".receipt-number").inner_text()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_request_goes_from_the_kiosk_to_a_case_file_of_the_room(
    app, settings, rooms, at_the_kiosk, new_page, signed_in, scripts
):
    villager = Villager(at_the_kiosk("kiosk", scripts=scripts))
    number = villager.opens("/").asks_for_help()
    assert "示例村民" not in villager.page.content()
    app.extensions["jobs"].make_due_rounds()

    browser = signed_in("mediator", room_id=rooms["sample-jinhua"])
    page = new_page("desktop", scripts=scripts)
    page.context.add_cookies(
        [
            {
                "name": "session",
                "value": browser.get_cookie("session").value,
                "domain": "127.0.0.1",
                "path": "/",
            }
        ]
    )
    mediator = Actor(page)
    mediator.opens("/cases/requests").sees("邻里纠纷")
    page.get_by_role("button", name="打开").first.click()
    mediator.sees("示例：墙砌到我家地里").sees("0000-0000009").sees(number)
    page.get_by_role("link", name="登记为纠纷").click()
    page.locator("#field-kind_code").select_option("neighbour")
    page.locator("[name=statement]").fill("示例：两家争一道墙。")
    page.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_url("**/acts/gates")
    with app.extensions["stores"].cases.reading() as session:
        (request,) = session.scalars(select(RequestForHelp))
        (case,) = session.scalars(select(CaseFile))
        assert request.state is RequestState.TAKEN_UP
        assert request.case_id == case.id
        assert case.applied_on == request.received_at.astimezone(CHINA).date()


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("path", ["/", "/rooms", "/rooms/sample-jinhua", "/ask", "/place", "/leave"])
def test_the_pages_of_the_rooms_fit_every_screen_and_every_finger(at_the_kiosk, size, path):
    page = at_the_kiosk(size)
    Actor(page).opens(path).does_not_scroll_sideways()
    small = page.evaluate(
        """[...document.querySelectorAll('button, select, textarea, a.button, a.door, summary, .picture-face')]
        .filter(each => each.offsetParent && each.getBoundingClientRect().height < 43)
        .map(each => each.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_the_quick_exit_leaves_nothing_to_go_back_to(at_the_kiosk):
    """KIO-12: the neutral page is shown; Back and Forward, however often, show it or nothing of the visit."""
    page = at_the_kiosk()
    Actor(page).opens("/").opens("/topics/violence").opens("/search?q=水渠几天").opens("/ask")
    page.locator("[data-leave]").first.click()
    page.wait_for_url("**/leave")
    for move in ("go_back", "go_back", "go_forward", "go_back", "go_back"):
        getattr(page, move)(timeout=3_000, wait_until="commit")
        page.wait_for_timeout(300)
        assert "水渠" not in page.title()
        assert page.url.endswith("/leave") or page.url == "about:blank", (move, page.url)
    page.goto("/leave")
    page.get_by_role("link", name="点这里开始").click()
    Actor(page).sees("您遇到了什么事")


def test_the_exit_is_a_plain_link_where_no_script_runs(at_the_kiosk):
    """KIO-12: without scripts the neutral page is one touch away."""
    page = at_the_kiosk(scripts=False)
    Actor(page).opens("/topics/violence")
    page.locator("[data-leave]").first.click()
    Actor(page).sees("点这里开始")


def test_a_kiosk_nobody_touches_asks_and_then_rests(at_the_kiosk):
    """KIO-05: within two minutes the resting page stands there, and what was written is gone."""
    page = at_the_kiosk()
    page.clock.install()
    Actor(page).opens("/ask")
    page.get_by_label("想说的话").fill("示例：没有写完")
    page.clock.fast_forward(76_000)
    Actor(page).sees("您还在吗")
    page.get_by_role("button", name="我还在").click()
    page.clock.fast_forward(70_000)
    assert page.url.endswith("/ask")
    page.clock.fast_forward(30_000)
    page.wait_for_url("**/leave")
    assert "没有写完" not in page.content()


def test_the_next_visitor_finds_no_trace_of_the_one_before(at_the_kiosk):
    """KIO-06: no question, word or choice in page, address, suggestions, storage or cookies."""
    page = at_the_kiosk()
    villager = Villager(page)
    villager.opens("/search?q=水渠几天&lang=en")
    page.evaluate("localStorage.setItem('theme', 'dark')")
    villager.opens("/?lang=zh")
    villager.asks_for_help(words="示例：谁也不能看见")
    page.get_by_role("link", name="办完了，离开").click()
    page.wait_for_url("**/leave")
    page.get_by_role("link", name="点这里开始").click()
    page.wait_for_url("**/")
    villager.opens("/search")
    assert page.locator("input[type=search]").first.input_value() == ""
    villager.opens("/ask")
    for content in (page.content(), str(page.context.cookies())):
        for trace in ("水渠", "谁也不能看见", "示例村民", "0000-0000009"):
            assert trace not in content
    assert page.get_by_label("想说的话").input_value() == ""
    assert page.locator("input[name=contact_name]").get_attribute("autocomplete") == "off"
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert {each["name"] for each in page.context.cookies()} <= {"device"}
