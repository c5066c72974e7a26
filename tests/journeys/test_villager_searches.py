"""A villager finds the law: at the kiosk, on a telephone, by keyboard, without scripts."""

from __future__ import annotations

import pytest

from assistant.search_service import build_index
from tests.assistant.sample_law import store_sample_law
from tests.journeys.conftest import SIZES, Actor

pytestmark = pytest.mark.browser


@pytest.fixture
def law(app):
    """The sample statute, searchable."""
    store = app.extensions["stores"].collection
    store_sample_law(store)
    build_index(store, app.extensions["settings"].index_directory)


class Villager(Actor):
    """Somebody with a question."""

    def asks(self, question):
        box = self.page.get_by_role("searchbox").first
        box.fill(question)
        box.press("Enter")
        self.page.wait_for_url("**/search**")
        return self

    def opens_the_first_answer(self):
        self.page.locator(".result h2 a").first.click()
        self.page.wait_for_url("**/articles/**")
        return self


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_villager_asks_reads_and_goes_on(law, new_page, size, scripts):
    page = new_page(size, scripts=scripts)
    villager = Villager(page)
    villager.opens("/").sees("您遇到了什么事")
    villager.asks("水渠几天").sees("现行有效")
    villager.opens_the_first_answer().sees("还没有审定的白语译文")
    page.locator("a[rel=prev]").click()
    villager.sees("样例文字甲")


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize(
    "path", ["/", "/topics/land", "/statutes", "/statutes/示例法", "/style-guide", "/search?q=水渠"]
)
def test_nothing_sticks_out_of_any_screen(law, new_page, size, path):
    Villager(new_page(size)).opens(path).does_not_scroll_sideways()


def test_twice_the_letter_size_still_fits(law, new_page):
    page = new_page("desktop")
    for path in ("/", "/search?q=水渠", "/articles/示例法%232"):
        page.set_viewport_size({"width": 640, "height": 400})  # 1280 × 800 at 200 %
        Villager(page).opens(path).does_not_scroll_sideways()


def test_whoever_uses_the_keyboard_skips_to_the_text_and_sees_where_they_are(law, new_page):
    page = new_page("desktop")
    Villager(page).opens("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('name')") == "q"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.getAttribute('name')") == "q"


def test_every_control_is_large_enough_for_a_finger(law, new_page):
    page = new_page("kiosk")
    for path in ("/", "/search?q=水渠", "/statutes"):
        Villager(page).opens(path)
        small = page.evaluate(
            """[...document.querySelectorAll('button, input:not([type=hidden]), select, a.button, a.tile, summary')]
            .filter(each => each.offsetParent && each.getBoundingClientRect().height < 43)
            .map(each => each.outerHTML.slice(0, 120))"""
        )
        assert small == [], path


def test_light_and_dark_are_chosen_and_kept(law, new_page):
    page = new_page("desktop", color_scheme="light")
    Villager(page).opens("/")
    page.locator("[data-theme-toggle]").click()
    Villager(page).opens("/statutes")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(law, new_page, scheme):
    page = new_page("desktop", color_scheme=scheme)
    weak = []
    for path in ("/style-guide", "/search?q=水渠", "/articles/示例法%232"):
        Villager(page).opens(path)
        weak += page.evaluate(CONTRAST)
    assert weak == []


CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const part = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b); };
  const ground = (element) => { for (let each = element; each; each = each.parentElement) {
      const colour = rgba(getComputedStyle(each).backgroundColor); if (colour[3] > 250) return colour; } return [255, 255, 255, 255]; };
  const weak = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.offsetParent || element.closest('[aria-hidden], .visually-hidden, .hero, svg')) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(rgba(style.color)), light(ground(element))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) weak.push(`${element.textContent.trim().slice(0, 20)} ${ratio.toFixed(2)} ${style.color}`);
  }
  return weak;
}"""
