"""From the list of fixed phrases to Bai beside a form and sound in a file; whom a unit is given to. Placeholders only."""

from __future__ import annotations

import re

import pytest

from assistant.drafting import bai_phrases, phrase_texts, spoken_phrases
from assistant.web.fixed_phrases import prompts_to_say, texts_to_translate
from corpus.bai.varieties import Variety
from corpus.parallel.phrases import register_phrases
from mediation_rooms import samples
from tests.assistant.casework.conftest import make_case, mediator, rooms  # noqa: F401 - fixtures
from tests.assistant.workbench.sound_scene import add_speaker, tone

PLACE = "【译文占位甲】"
KEY = "rights.stop"


@pytest.fixture
def bench(app, signed_in):
    """A translator and a reviewer; the phrases are registered as ``prepare`` does it."""
    with app.app_context(), app.extensions["stores"].collection.writing() as session:
        assert register_phrases(session, texts_to_translate()) > len(phrase_texts())
    return signed_in("translator"), signed_in("reviewer")


def approved(bench, key: str = KEY) -> str:  # type: ignore[no-untyped-def]
    translator, reviewer = bench
    begun = translator.post(
        "/workbench/begin", data={"citation": f"phrase:{key}", "variety": "bfs", "script": "han"}
    )
    assert begun.status_code == 303, begun.text
    address = begun.headers["Location"]
    assert translator.post(address, data={"text": PLACE, "provenance": "测试占位"}).status_code == 303
    for step in ("review", "approve"):
        assert reviewer.post(f"{address}/steps/{step}").status_code == 303
    return address


def recorded(bench, page: str) -> str:  # type: ignore[no-untyped-def]
    """Upload and approve a take from a recording page; its number."""
    import io

    translator, reviewer = bench
    shown = translator.get(page).text
    speaker = re.search(r'data-speaker="(\d+)"', shown)[1]
    data = {"file": (io.BytesIO(tone()), "录音.wav"), "speaker": speaker}
    sent = translator.post(f"{page}/upload", data=data, content_type="multipart/form-data")
    assert sent.status_code == 303, sent.text
    take = re.search(r"/workbench/recordings/(\d+)/sound", reviewer.get(page).text)[1]
    assert reviewer.post(f"/workbench/recordings/{take}/approve").status_code == 303
    return take


def test_without_registration_the_list_says_what_to_do(signed_in):
    assert "flask --app wsgi prepare" in signed_in("translator").get("/workbench/phrases").text


def test_a_phrase_is_listed_translated_and_stands_beside_the_form(app, bench):
    translator, _reviewer = bench
    page = translator.get("/workbench/phrases?variety=bfs&script=han").text
    assert phrase_texts()[KEY] in page
    assert "page.home.question" in page
    approved(bench)
    page = translator.get("/workbench/phrases?variety=bfs&script=han").text
    assert PLACE in page
    queue = translator.get("/workbench/?statute=固定用语").text
    assert f"固定用语 {KEY}" in queue
    assert "共 1 条" in queue
    with app.extensions["stores"].collection.reading() as session:
        found = bai_phrases(session, variety=Variety.SOUTHERN)
        assert (found.texts, found.source) == ({KEY: PLACE}, "测试占位")
        assert bai_phrases(session, variety=Variety.CENTRAL).texts == {}


def test_a_changed_sentence_shows_in_the_list_and_among_the_stale(app, bench):
    translator, _reviewer = bench
    approved(bench)
    with app.app_context(), app.extensions["stores"].collection.writing() as session:
        register_phrases(session, texts_to_translate() | {KEY: "示例：改过的句子。"})
    page = translator.get("/workbench/phrases?variety=bfs&script=han").text
    assert "中文原文已经改了" in page
    assert "第 2 版" in page
    assert "示例：改过的句子。" in re.sub(r"<[^>]+>", "", translator.get("/workbench/stale").text)


def test_the_rights_notice_is_played_sentence_by_sentence(app, bench, mediator, make_case):  # noqa: F811
    translator, _reviewer = bench
    case_id = make_case(samples.boundary_case_mediating)
    address = f"/cases/{case_id}/rights-aloud"
    assert "一句一句念给当事人听" in mediator.get(f"/cases/{case_id}").text
    page = mediator.get(f"{address}?variety=bfs").text
    assert "有录音的 0 句" in page
    assert "还没有录音" in page
    assert "/sounds/" not in page
    unit = approved(bench).rsplit("/", 1)[1]
    assert add_speaker(translator, variety="bfs").status_code == 303
    of_unit = recorded(bench, f"/workbench/record/unit/{unit}")
    of_prompt = recorded(bench, "/workbench/record/prompt/phrase.rights.nature")
    page = mediator.get(f"{address}?variety=bfs").text
    assert f"/sounds/{of_unit}" in page
    assert f"/sounds/{of_prompt}" in page
    assert "有录音的 2 句" in page
    assert PLACE in page
    other = mediator.get(f"{address}?variety=bca").text
    assert "/sounds/" not in other
    assert PLACE not in other
    with app.extensions["stores"].collection.reading() as session:
        assert set(spoken_phrases(session, variety=Variety.SOUTHERN)) == {KEY, "rights.nature"}
    assert mediator.get(f"/cases/{case_id}/acts/notice").text.count(address) == 1


def test_an_approved_sentence_of_a_page_is_heard_at_the_kiosk_as_it_was_written(bench, client):
    unit = approved(bench, "page.home.question").rsplit("/", 1)[1]
    assert add_speaker(bench[0], variety="bfs").status_code == 303
    assert "/sounds/" not in client.get("/").text
    in_own_words = recorded(bench, "/workbench/record/prompt/home.question")
    assert f"/sounds/{in_own_words}" in client.get("/").text
    as_written = recorded(bench, f"/workbench/record/unit/{unit}")
    page = client.get("/").text
    assert f"/sounds/{as_written}" in page
    assert f"/sounds/{in_own_words}" not in page


def test_another_room_does_not_open_the_page(signed_in, make_case, rooms):  # noqa: F811
    case_id = make_case(samples.boundary_case_mediating)
    stranger = signed_in("mediator", room_id=list(rooms.values())[1])
    assert stranger.get(f"/cases/{case_id}/rights-aloud").status_code == 404


def test_the_studio_lists_pages_and_forms_together(app, bench):
    translator, _reviewer = bench
    with app.app_context():
        names = set(prompts_to_say())
    assert {"home.question", f"phrase.{KEY}"} <= names
    page = translator.get("/workbench/studio?variety=bfs&source=prompts").text
    assert phrase_texts()[KEY] in page
    assert "您遇到了什么事？" in page
    approved(bench)
    assert PLACE in translator.get("/workbench/studio?variety=bfs&source=statute.固定用语").text


def test_a_unit_is_given_to_another_person_by_a_day(bench, signed_in):
    translator, reviewer = bench
    address = approved(bench)
    mediating = signed_in("mediator")
    page = reviewer.get(address).text
    assert f'<option value="{translator.account_id}"' in page
    assert f'<option value="{mediating.account_id}"' not in page
    data = {"assignee": str(translator.account_id), "due_on": "2026-12-31"}
    assert reviewer.post(f"{address}/assign", data=data).status_code == 303
    queue = translator.get("/workbench/").text
    assert "我的" in queue
    assert "2026-12-31" in queue
    assert "示例工作人员1" in reviewer.get("/workbench/").text
    for wrong in ({"assignee": str(mediating.account_id)}, {"assignee": "胡说"}, {"due_on": "明天"}):
        assert reviewer.post(f"{address}/assign", data=wrong).status_code == 422
    assert "2026-12-31" in translator.get("/workbench/").text
    assert translator.post(f"{address}/assign", data=data).status_code == 404
    assert reviewer.post(f"{address}/assign", data={}).status_code == 303
    assert "2026-12-31" not in translator.get("/workbench/").text
