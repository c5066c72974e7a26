"""A speaker is recorded in the browser, listened to, kept, approved by another person and heard by a villager.

The browser's own fake microphone beeps; no person's voice is used.
"""

from __future__ import annotations

import pytest

from tests.assistant.workbench.sound_scene import ARTICLE, add_speaker, sound_bench
from tests.journeys.conftest import SIZES, Actor

pytestmark = pytest.mark.browser


@pytest.fixture
def bench(app, signed_in):
    return sound_bench(app, signed_in)


@pytest.fixture
def colleague(new_page, live_server):
    """``colleague(browser)``: a page of the person this test client is signed in as."""

    def open_as(browser, size="desktop", **options):
        page = new_page(size, **options)
        page.context.add_cookies(
            [{"name": "session", "value": browser.get_cookie("session").value, "url": live_server}]
        )
        return page

    return open_as


def waits_until(page, condition):
    """A condition of the page; asked again and again, because the page's policy forbids eval."""
    for _try in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def records(page, seconds=2.5):
    """Press R, speak, press R; everything is on the server."""
    page.get_by_text("准备好了").wait_for()
    page.keyboard.press("r")
    page.get_by_text("正在录").wait_for()
    page.wait_for_timeout(int(seconds * 1000))
    page.keyboard.press("r")
    page.get_by_text("录到的都在服务器上了").wait_for()


def test_what_is_recorded_in_the_browser_is_heard_on_the_article_page(bench, colleague, new_page):
    page = colleague(bench.translator, permissions=["microphone"])
    Actor(page).opens(bench.page)
    records(page, 1.5)
    page.keyboard.press("a")  # not good: again
    page.get_by_text("正在录").wait_for()
    page.wait_for_timeout(2500)
    page.keyboard.press("r")
    page.get_by_text("录到的都在服务器上了").wait_for()
    page.keyboard.press("p")
    waits_until(page, "document.querySelector('[data-preview]').currentTime > 0.2")
    page.keyboard.press("k")
    page.get_by_text("已存下").wait_for()
    page.get_by_text("等人听过批准").first.wait_for()

    reviewer = colleague(bench.reviewer)
    Actor(reviewer).opens("/workbench/recordings")
    reviewer.get_by_role("button", name="听过了，批准").click()
    reviewer.get_by_text("终端上可以听到了").wait_for()

    villager = new_page("kiosk")
    Actor(villager).opens(ARTICLE).sees("中部方言")
    villager.locator("[data-listen]").first.click()
    waits_until(villager, "document.querySelector('.listen audio').currentTime > 0.3")
    assert villager.locator("[data-listen]").first.get_attribute("aria-pressed") == "true"
    villager.locator("[data-listen]").first.click()
    waits_until(villager, "document.querySelector('.listen audio').paused")


def test_a_page_closed_in_the_middle_leaves_what_was_recorded(bench, colleague):
    page = colleague(bench.translator, permissions=["microphone"])
    Actor(page).opens(bench.page)
    page.get_by_text("准备好了").wait_for()
    page.keyboard.press("r")
    page.get_by_text("正在录").wait_for()
    page.wait_for_timeout(3500)
    page.close()  # no goodbye: as when the power goes

    again = colleague(bench.translator)
    Actor(again).opens("/workbench/studio").sees("没有录完的")
    again.get_by_role("button", name="留下").click()
    again.get_by_text("已存下").wait_for()
    again.get_by_text("等人听过批准").first.wait_for()


def test_a_studio_session_goes_on_to_the_next_by_keyboard(bench, colleague):
    address = bench.translator.post(
        "/workbench/begin", data={"citation": "《示例法》第一条", "variety": "bca", "script": "han"}
    ).headers["Location"]
    bench.translator.post(address, data={"text": "【译文占位乙】"})
    page = colleague(bench.translator, permissions=["microphone"])
    Actor(page).opens("/workbench/studio?variety=bca&source=statute.示例法").sees("还没有录音的 2 个")
    page.get_by_role("button", name="从第一个录起").click()
    for number in (1, 2):
        page.get_by_text(f"第 {number} 个，共 2 个").wait_for()
        if page.locator("[data-recorder]").count() == 0:
            page.locator("select[name=speaker]").select_option(bench.speaker)
            page.get_by_role("button", name="就是这位").click()
        records(page)
        page.keyboard.press("k")
        page.get_by_text("已存下").wait_for()
    Actor(page).opens("/workbench/studio?variety=bca&source=statute.示例法").sees("都录过了")


def test_without_a_microphone_the_page_says_so_and_offers_the_file(bench, colleague):
    page = colleague(bench.translator)
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    Actor(page).opens(bench.page)
    page.get_by_text("准备好了").wait_for()
    page.keyboard.press("r")
    page.get_by_text("话筒打不开").wait_for()


@pytest.mark.parametrize("size", list(SIZES))
def test_the_pages_of_sound_fit_every_screen(bench, colleague, size):
    add_speaker(bench.translator, name="示例说话人乙")
    bench.upload(b"RIFF")
    page = colleague(bench.translator, size)
    for path in (
        bench.page,
        f"/workbench/units/{bench.unit}",
        "/workbench/studio?variety=bca&source=statute.示例法",
        "/workbench/studio?variety=bca&source=prompts",
        "/workbench/speakers",
        "/workbench/recordings",
        "/speech",
    ):
        Actor(page).opens(path).does_not_scroll_sideways()
