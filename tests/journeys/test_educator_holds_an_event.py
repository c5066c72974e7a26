"""An educator plans an event, holds it, counts, and sees it in the figures; a visitor scans its code."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from assistant.web.clock import today
from tests.assistant.sample_law import store_sample_law
from tests.journeys.conftest import SIZES, Actor

pytestmark = pytest.mark.browser


class Educator(Actor):
    """Somebody who teaches law at a market."""

    def writes_a_quiz(self):
        self.opens("/outreach/new")
        self.page.get_by_label("哪一种材料").select_option("quiz")
        self.page.get_by_label(re.compile("^标题")).fill("示例小问答")
        self.page.get_by_label("主题", exact=True).select_option("neighbours")
        self.page.locator("#field-rights").fill("可以自由使用")
        self.page.locator("#field-articles").fill("《示例法》第二条")
        self.page.get_by_text("小问答：三个问题").click()
        self.page.locator("#field-question-1").fill("水渠谁来修？")
        self.page.locator("#field-question-1-choices").fill("*先看约定\n谁力气大谁修")
        self.page.locator("#field-question-1-article").fill("《示例法》第二条")
        self.page.get_by_role("button", name="保存", exact=True).click()
        self.page.wait_for_url(re.compile(r"/items/\d+$"))
        return self

    def plans(self, title, *, on):
        self.opens("/outreach/events")
        self.page.get_by_role("link", name="登记一次活动").click()
        self.page.locator("#field-title").fill(title)
        self.page.get_by_label("计划中").check()
        self.page.locator("#field-held_on").fill(on.isoformat())
        self._goes_to("大理市", "532901")
        self._goes_to("喜洲镇", "532901104")
        self.page.locator("#field-division_code").select_option("532901104213")
        self.page.get_by_label("邻里让一步，日子宽一丈").check()
        self.page.get_by_label("示例小问答", exact=True).check()
        return self.saves()

    def _goes_to(self, name, code):
        self.page.locator("#field-division_code").select_option(code)
        self.page.get_by_role("button", name="列出下一级").click()
        self.page.locator("#field-division_code option", has_text=name).first.wait_for(state="attached")

    def saves(self):
        self.page.get_by_role("button", name="保存", exact=True).first.click()
        self.page.wait_for_url(re.compile(r"/events/\d+$"))
        return self

    def holds_it(self, *, on):
        self.page.get_by_role("link", name="办完登记").click()
        self.page.get_by_label("已经办了").check()
        self.page.locator("#field-held_on").fill(on.isoformat())
        self.page.locator('[name="reach-sheets"]').fill("300")
        self.page.locator('[name="reach-sheets-proof"]').fill("领取登记")
        self.page.locator('[name="reach-attendances"]').fill("500")
        self.page.locator('[name="reach-attendances-estimate"]').check()
        return self.saves()

    def counts_on_paper(self, *, before, after):
        self.page.get_by_text("登记纸上的数").click()
        for when, (answered, right) in (("before", before), ("after", after)):
            self.page.locator(f'[name="answers-1-{when}"]').fill(str(answered))
            self.page.locator(f'[name="answers-1-{when}-right"]').fill(str(right))
        with self.page.expect_navigation():
            self.page.locator('form[action$="/answers"] button').click()
        return self


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_event_is_planned_held_counted_and_seen_in_the_figures(
    app, signed_in, new_page, live_server, scripts
):
    store_sample_law(app.extensions["stores"].collection)
    token = signed_in("educator").get_cookie("session").value
    page = new_page("desktop", scripts=scripts)
    page.context.add_cookies([{"name": "session", "value": token, "url": live_server}])
    educator = Educator(page)
    educator.writes_a_quiz()
    educator.plans("示例集市讲法", on=today() + timedelta(days=5)).sees("计划中")
    event = page.url
    educator.holds_it(on=today()).sees("已经办了").sees("凭据：领取登记").sees("估计")
    educator.counts_on_paper(before=(20, 6), after=(20, 15)).sees("15/20（75%）")
    code = page.locator("code", has_text="/q/").first.inner_text()

    visitor = Actor(new_page("phone", scripts=scripts))
    visitor.opens(code).sees("三个问题").does_not_scroll_sideways()
    assert visitor.page.context.cookies() == []

    educator.opens("/outreach/events/figures?area=532901104")
    educator.sees("打开次数（不是人数）").sees("6/20（30%）")
    row = page.locator(".coverage tbody tr", has_text="邻里让一步")
    assert "1" in row.inner_text().split()
    for size in SIZES:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        for path in ("/outreach/events", event, f"{event}/edit", "/outreach/events/figures"):
            educator.opens(path).does_not_scroll_sideways()


def test_what_was_typed_survives_a_closed_browser(app, signed_in, new_page, live_server):
    token = signed_in("educator").get_cookie("session").value
    cookie = [{"name": "session", "value": token, "url": live_server}]
    page = new_page()
    page.context.add_cookies(cookie)
    page.goto("/outreach/events/new")
    with page.expect_response(re.compile("/outreach/drafts/event-new")) as kept:
        page.locator("#field-title").fill("写了一半的活动")
    assert kept.value.status == 204
    page.close()
    later = new_page()
    later.context.add_cookies(cookie)
    later.goto("/outreach/events/new")
    assert later.locator("#field-title").input_value() == "写了一半的活动"
    later.get_by_role("button", name="不要了，重新写").click()
    later.wait_for_url("**/events/new")
    assert later.locator("#field-title").input_value() == ""
