"""Five disputes played in a real browser by a mediator: settled, failed, oral, a minor's, with violence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from assistant.web.clock import CHINA, today
from mediation_rooms import samples
from mediation_rooms.gates import all_gates
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import CaseState
from tests.assistant.casework.conftest import make_case, mediator, rooms
from tests.journeys.conftest import Actor

pytestmark = pytest.mark.browser
assert make_case, mediator
assert rooms

TODAY = str(today())


def clock(minutes_ago: int = 0) -> str:
    """A moment as a browser's field writes it."""
    return (datetime.now(CHINA) - timedelta(minutes=minutes_ago)).strftime("%Y-%m-%dT%H:%M")


@dataclass
class Mediator(Actor):
    """Somebody at the desk of a room, who fills forms in by what stands beside the boxes."""

    app: object
    case_id: int = 0

    def fills(self, **fields):  # type: ignore[no-untyped-def]
        """Enter values by name: text, a choice, a tick, several ticks."""
        for name, value in fields.items():
            self.enters(name.replace("__", "-"), value)
        return self

    def enters(self, name: str, value) -> None:  # type: ignore[no-untyped-def]
        """One value in one box."""
        boxes = self.page.locator(f'main [name="{name}"]')  # type: ignore[attr-defined]
        kind = boxes.first.get_attribute("type")
        if boxes.first.evaluate("e => e.tagName") == "SELECT":
            if isinstance(value, re.Pattern):
                labels = boxes.first.locator("option").all_inner_texts()
                boxes.first.select_option(label=next(text for text in labels if value.search(text)))
            else:
                boxes.first.select_option(value)
        elif kind == "radio":
            self.page.locator(f'main [name="{name}"][value="{value}"]').check()  # type: ignore[attr-defined]
        elif kind == "checkbox" and value is True:
            for number in range(boxes.count()):
                boxes.nth(number).check()
        else:
            boxes.first.fill(str(value))

    def saves(self):  # type: ignore[no-untyped-def]
        """Press the button of the form."""
        with self.page.expect_navigation():  # type: ignore[attr-defined]
            self.page.locator("main .submit-bar button").last.click()  # type: ignore[attr-defined]
        return self

    def takes_in(self, **fields):  # type: ignore[no-untyped-def]
        """Take in a dispute; the file's questions open by themselves."""
        self.opens("/cases/")
        self.page.get_by_role("link", name="登记纠纷").click()  # type: ignore[attr-defined]
        usual = {"applicant__language_code": "bfs", "applicant__told": True, "respondent__told": True}
        self.fills(**{**usual, **fields}).saves()
        self.case_id = int(re.search(r"/cases/(\d+)/", self.page.url)[1])  # type: ignore[attr-defined,index]
        return self

    def does(self, key: str, **fields):  # type: ignore[no-untyped-def]
        """Open the form of an act, fill it in, save it, and be back on the file."""
        self.opens(f"/cases/{self.case_id}/acts/{key}")
        self.fills(**fields).saves()
        refused = self.page.locator("main .alert-danger").all_inner_texts()  # type: ignore[attr-defined]
        assert self.page.url.endswith(f"/cases/{self.case_id}"), (key, refused)  # type: ignore[attr-defined]
        return self

    def answers_every_question(self, **otherwise: str):  # type: ignore[no-untyped-def]
        """Ask everything before acceptance; the answer is no where nothing else is said."""
        self.opens(f"/cases/{self.case_id}/acts/gates")
        for code in all_gates():
            if self.page.locator(f'[name="{code}"]').count():  # type: ignore[attr-defined]
                self.enters(code, otherwise.get(code, "no"))
                if self.page.locator(f'[name="{code}-alone"]').count():  # type: ignore[attr-defined]
                    self.enters(f"{code}-alone", True)
        return self.saves()

    def for_each_party(self, key: str, prefix: str, answer: str, **fields):  # type: ignore[no-untyped-def]
        """One form with one answer a party."""
        self.opens(f"/cases/{self.case_id}/acts/{key}")
        for name in self.page.eval_on_selector_all(  # type: ignore[attr-defined]
            f'main [name^="{prefix}-"]', "boxes => [...new Set(boxes.map(box => box.name))]"
        ):
            self.enters(name, answer)
        return self.fills(**fields).saves()

    def begins_mediation(self):  # type: ignore[no-untyped-def]
        """Accept, name a mediator, tell the rights, ask for consent, begin."""
        self.does("accept", reason="双方愿意调解")
        self.does("mediator", mediator=re.compile("示例调解员"))
        self.for_each_party("notice", "understood", "yes", kind="rights_and_duties")
        self.for_each_party("consent", "answer", "yes", kind="mediation")
        return self.does("begin-mediation", reason="双方到齐")

    def file(self) -> CaseFile:
        """What is now stored."""
        with self.app.extensions["stores"].cases.reading() as session:  # type: ignore[attr-defined]
            case = session.scalars(select(CaseFile).where(CaseFile.id == self.case_id)).one()
            assert [*case.parties, *case.risks], "loaded here, because the session ends"
            return case

    def stands_at(self, label: str):  # type: ignore[no-untyped-def]
        """What the badge beside the title says."""
        assert self.page.locator(".page-header .badge").inner_text() == label  # type: ignore[attr-defined]
        return self


@pytest.fixture
def desk(app, new_page, signed_in, rooms, live_server):  # type: ignore[no-untyped-def]
    """``desk("phone")``: a mediator of the first sample room in front of a page."""

    def sit_down(size: str = "desktop", **options) -> Mediator:  # type: ignore[no-untyped-def]
        token = signed_in("mediator", room_id=next(iter(rooms.values()))).get_cookie("session").value
        page = new_page(size, **options)
        page.context.add_cookies([{"name": "session", "value": token, "url": live_server}])
        return Mediator(page, app)

    return sit_down


BOUNDARY = {
    "statement": "示例甲说，示例乙家砌新墙时占到了两家田埂中间，还压坏了一季蚕豆。",
    "requests": "把墙退回原来的田埂线",
    "kind_code": "neighbour",
    "session_language_code": "bfs",
    "applicant__name": "示例甲",
    "respondent__name": "示例乙",
    "respondent__language_code": "zh-x-local",
}


def a_sitting(result: str, **fields):  # type: ignore[no-untyped-def]
    """A sitting in Bai, interpreted for the side that speaks Chinese."""
    return {
        "starts_at": clock(30),
        "language_code": "bfs",
        "present": True,
        "interpreter_name": "示例翻译",
        "interpreter_relation": "无亲属关系",
        "course": "先到田里看了界石，再回室里分别听了两家的说法。",
        "result": result,
        "is_read_back": "yes",
        "read_back_language_code": "bfs",
        **fields,
    }


def test_a_field_boundary_from_the_first_word_to_the_archive(desk):
    """In Bai with an interpreter, written agreement with instalments, confirmation, follow-up."""
    mediator = desk().takes_in(**BOUNDARY).answers_every_question()
    mediator.begins_mediation().stands_at("调解中")
    mediator.does("session", **a_sitting("written_agreement", result_text="以旧界石为准，分期赔偿。"))
    mediator.does(
        "agreement",
        facts="示例乙砌新墙时越过旧界石。",
        disputed_matters="墙的位置；蚕豆损失。",
        responsibilities="示例乙承担主要责任。",
        total_amount="2400",
        term1__content="示例乙把新墙退到旧界石以内。",
        term1__manner="自行拆改",
        term1__due_on=TODAY,
        term2__content="示例乙赔偿蚕豆损失2400元，分两期付清。",
        term2__manner="现金",
        term2__amount="2400",
        term2__instalments=f"{TODAY} 1200 现金\n{today() + timedelta(days=30)} 1200 现金",
    )
    mediator.for_each_party("notice", "understood", "yes", kind="agreement_read_back")
    mediator.for_each_party("consent", "answer", "yes", kind="settlement")
    for name in ("示例甲", "示例乙"):
        mediator.does(
            "correction", party=re.compile(name), field="address", value="示例村示例组", reason="本人补充"
        )
    mediator.does("settle-in-writing", reason="双方自愿")
    for signer in ("示例甲", "示例乙", "示例调解员"):
        mediator.does(
            "sign", signer=re.compile(signer), signed_at=clock(1), method="fingerprint", witness="示例翻译"
        )
    mediator.does("seal").does("bring-into-force", reason="签齐盖章")
    mediator.for_each_party("consent", "answer", "yes", kind="judicial_confirmation")
    mediator.does("confirmation", court="示例人民法院", reason="双方共同申请")
    mediator.does(
        "court-result",
        outcome="confirmed",
        decided_on=TODAY,
        court_number="（2026）示例特调确1号",
        reason="收到裁定",
    )
    mediator.does("payment", receipt_number="示例1").does("payment", receipt_number="示例2")
    mediator.does("term-performed")
    mediator.does("plan-visit", planned_on=TODAY)
    mediator.does(
        "visit",
        visited_at=clock(),
        visited_person="示例甲",
        performance="full",
        satisfaction="fair",
        findings="墙退了，钱付清了。",
    )
    mediator.does("performance", performance="full", performed_on=TODAY, reason="回访查明")
    mediator.does("close", close_reason="agreement", reason="已履行完毕")
    mediator.does("archive", checked_by="示例检查人")
    mediator.stands_at("已归档").does_not_scroll_sideways()
    assert mediator.file().state is CaseState.ARCHIVED
    with mediator.page.expect_download() as waiting:
        mediator.page.locator("a[href$='papers/agreement.pdf']").click()
    assert waiting.value.suggested_filename.endswith(".pdf")


def test_a_dispute_that_fails_ends_with_where_to_go_next(desk):
    """On a telephone's screen; the remedies are told before the end."""
    mediator = desk("phone").takes_in(**BOUNDARY).answers_every_question().begins_mediation()
    mediator.does("session", **a_sitting("no_agreement", result_text="差距太大。"))
    mediator.does_not_scroll_sideways()
    mediator.page.locator("summary", has_text="调解不成").click()
    mediator.sees("要告知申请人1可以通过")
    mediator.for_each_party("notice", "understood", "yes", kind="remedies")
    mediator.does("fail", reason="分歧较大")
    mediator.does("close", close_reason="gap_too_wide", reason="调解不成")
    assert mediator.file().state is CaseState.CLOSED


def test_a_small_debt_settled_by_word_of_mouth_without_scripts(desk):
    """Everything works without JavaScript, on the tall screen too."""
    mediator = desk("kiosk", scripts=False)
    mediator.takes_in(
        **{**BOUNDARY, "statement": "示例丙借了示例丁五百元没有还。", "kind_code": "contract",
           "respondent__language_code": "bfs"}
    )  # fmt: skip
    mediator.opens(f"/cases/{mediator.case_id}/acts/gates")
    for code in all_gates():
        if mediator.page.locator(f'[name="{code}"]').count():
            mediator.enters(code, "no")
            if mediator.page.locator(f'[name="{code}-alone"]').count():
                mediator.enters(f"{code}-alone", True)
    mediator.saves()
    mediator.does("accept", reason="双方愿意调解").does("mediator", mediator=re.compile("示例调解员"))
    parties = [party.id for party in mediator.file().parties]
    mediator.does("notice", kind="rights_and_duties", **{f"understood__{party}": "yes" for party in parties})
    mediator.does("consent", kind="mediation", **{f"answer__{party}": "yes" for party in parties})
    mediator.does("begin-mediation", reason="当面调解")
    mediator.does("session", **a_sitting("oral_agreement", interpreter_name="", interpreter_relation=""))
    mediator.does("oral-agreement", content="当场归还500元。", total_amount="500", due_on=TODAY)
    mediator.does("consent", kind="settlement", **{f"answer__{party}": "yes" for party in parties})
    mediator.does("settle-orally", reason="口头达成协议")
    mediator.does("performance", performance="full", performed_on=TODAY, at_once=True, reason="当场还清")
    mediator.does("close", close_reason="agreement", reason="已履行")
    assert mediator.file().state is CaseState.CLOSED


def test_a_file_with_a_minor_leaves_every_list(desk):
    """It is sealed at once, and the mediator is told who can open it."""
    mediator = desk().takes_in(**BOUNDARY)
    mediator.opens(f"/cases/{mediator.case_id}/acts/party")
    mediator.fills(
        side="applicant", name="示例小孩", told=True, born_on=str(today() - timedelta(days=365 * 15 + 10))
    ).saves()
    mediator.sees("案卷涉及未成年人").sees("请本室负责人批准")
    mediator.opens("/cases/files?all=yes").sees("没有案卷")


def test_violence_in_the_home_is_stopped_reported_and_referred(desk, make_case):
    """The question shows where to go; the file cannot be accepted, only referred, and the danger answered."""
    mediator = desk().takes_in(
        **{**BOUNDARY, "statement": "示例甲说丈夫打她。", "kind_code": "marriage_family"}
    )
    mediator.answers_every_question(violence_now="yes")
    mediator.sees("反家庭暴力法")
    assert (
        mediator.page.locator("a", has_text="受理").count() == 0 or mediator.page.get_by_text("还缺").count()
    )
    mediator.opens(f"/cases/{mediator.case_id}/acts/accept").fills(reason="想受理").saves()
    mediator.sees("现在还不能办")
    mediator.does(
        "refer",
        direction="report",
        target="示例派出所",
        gate_code="violence_now",
        found_at=clock(5),
        reason="当事人说受到家庭暴力",
        hands_over=True,
    )
    mediator.stands_at("已转交其他部门")
    assert mediator.file().risks[0].reported_to == "示例派出所"
    assert make_case(samples.boundary_case_opened)
