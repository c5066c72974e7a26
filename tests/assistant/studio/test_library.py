"""Kinds, Bai by variety, versions, the law of today, case stories taken in."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from assistant.outreach import items
from assistant.outreach.case_stories import NotACaseStory, read_case_story, read_story
from assistant.outreach.items import Editor, ItemEntry, ItemRefused
from assistant.outreach.kinds import KINDS, ItemKind
from assistant.outreach.language_versions import BaiText, versions_of
from assistant.outreach.law_changes import changed_words, warnings_of_today
from assistant.outreach.models import ItemStatus, OutreachItem
from corpus.bai.varieties import Variety
from corpus.law.models import StatuteVersion
from corpus.law.state import renew_fingerprint
from tests.assistant.sample_law import store_sample_law

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WRITER, JURIST, READER = Editor(1, "示例宣传员"), Editor(2, "示例法律审核人"), Editor(3, "示例审校")
ENTRY = ItemEntry(
    title="示例材料", written_on=date(2026, 11, 24), rights="可以自由使用", lines=("先看约定",),
    kind=ItemKind.POSTER, articles=("《示例法》第二条",),
)  # fmt: skip
STORY = {
    "kind": "case-story",
    "schema": 1,
    "title": "示例故事",
    "paragraphs": ["甲和乙为水渠争了三年。", "调解员请他们坐下来，先看约定。"],
    "citations": ["示例法#2"],
    "reviewed_by_two": True,
    "shifted_dates": True,
}


@pytest.fixture
def collection(collection_store):
    """A writing session of a collection with a little law."""
    store_sample_law(collection_store)
    with collection_store.writing() as session:
        yield session


def change_the_law(session) -> None:
    version = session.scalars(
        select(StatuteVersion).where(StatuteVersion.effective_on == date(2020, 1, 1))
    ).one()
    article = next(row for row in version.articles if row.number == 2 and not row.suffix)
    article.text = "样例文字乙，讲水渠七天。"
    version.fingerprint = "d" * 64  # an import gives every changed text another one
    session.flush()
    renew_fingerprint(session)


@pytest.mark.parametrize("kind", list(ItemKind))
def test_a_kind_without_its_parts_does_not_pass_the_jurist(collection, kind):
    bare = replace(ENTRY, kind=kind, lines=())
    item = items.write_item(collection, entry=bare, editor=WRITER, now=NOW)
    with pytest.raises(ItemRefused, match="还没有写") as refused:
        items.take_item_step(collection, item, "check_law", editor=JURIST, now=NOW)
    assert len(refused.value.problems) == len(KINDS[kind].needs)


def test_every_variety_has_its_place_and_text_needs_its_source(collection):
    item = items.write_item(collection, entry=ENTRY, editor=WRITER, now=NOW)
    assert [each.is_there for each in versions_of(item)] == [False] * 4
    placeholder = "（测试占位，不是白文）"
    pair = (
        BaiText(Variety.SOUTHERN, placeholder, "测试出处甲"),
        BaiText(Variety.CENTRAL, f"{placeholder}乙", "测试出处乙"),
    )
    entry = replace(ENTRY, bai_versions=pair, bai_beside="bca")
    items.write_item(collection, entry=entry, editor=WRITER, now=NOW, item=item)
    assert (item.bai_variety, item.bai_source) == ("bca", "测试出处乙")
    assert {each.variety for each in versions_of(item) if each.is_there} == {
        Variety.SOUTHERN,
        Variety.CENTRAL,
    }
    wrong = replace(ENTRY, bai_versions=(BaiText(Variety.SOUTHERN, placeholder),))
    with pytest.raises(ItemRefused) as refused:
        items.write_item(collection, entry=wrong, editor=WRITER, now=NOW)
    assert "bai_source-bfs" in refused.value.problems


def test_a_changed_article_is_said_without_anybody_asking_with_what_changed(collection):
    item = items.write_item(collection, entry=ENTRY, editor=WRITER, now=NOW)
    assert warnings_of_today(collection, on=NOW.date()) == {}
    change_the_law(collection)
    assert "条文有改动" in warnings_of_today(collection, on=NOW.date())[item.id]
    assert item.needs_checking == ""
    (changed,) = changed_words(collection, item, on=NOW.date())
    assert (changed.before, changed.now) == ("样例文字乙，讲水渠五天。", "样例文字乙，讲水渠七天。")


def test_published_items_with_dead_law_stand_first_on_the_first_page_by_themselves(app, signed_in):
    store = app.extensions["stores"].collection
    store_sample_law(store)
    educator = signed_in("educator")
    with store.writing() as session:
        item = items.write_item(session, entry=ENTRY, editor=Editor(91, "示例"), now=NOW)
        items.take_item_step(session, item, "check_law", editor=Editor(92, "示例"), now=NOW)
        items.take_item_step(session, item, "check_language", editor=Editor(93, "示例"), now=NOW)
        items.take_item_step(session, item, "publish", editor=Editor(91, "示例"), now=NOW)
        assert item.status is ItemStatus.PUBLISHED
        item_id = item.id
    assert "依据的条文变了" not in educator.get("/outreach/").text
    with store.writing() as session:
        change_the_law(session)
    page = educator.get("/outreach/?q=没有这样的标题").text
    assert "已经发布的材料里，有 1 个依据的条文变了" in page
    shown = educator.get(f"/outreach/items/{item_id}/versions").text
    assert "<del>五</del>" in shown or "<del>" in shown
    assert "<ins>" in shown


def test_versions_show_what_a_change_took_out_and_put_in(app, signed_in):
    store_sample_law(app.extensions["stores"].collection)
    educator = signed_in("educator")
    form = {
        "title": "示例海报", "kind": "poster", "written_on": "2026-11-24", "lines": "先看约定",
        "articles": "《示例法》第二条", "verse_form": "free", "rights": "可以自由使用",
        "question-1": "水渠谁来修？", "question-1-choices": "*先看约定\n谁力气大谁修",
        "question-1-article": "《示例法》第二条",
    }  # fmt: skip
    address = educator.post("/outreach/new", data=form).headers["Location"]
    educator.post(f"{address}/edit", data={**form, "lines": "先看约定，再找村里"})
    page = educator.get(f"{address}/versions").text
    assert "<ins>，再找村里</ins>" in page
    assert "*先看约定" in educator.get(f"{address}/edit").text
    assert "水渠谁来修" in educator.get(address).text
    wrong = educator.post("/outreach/new", data={**form, "question-1-choices": "是\n否"})
    assert wrong.status_code == 422
    assert "谁来修" in wrong.text
    assert "示例海报" in educator.get("/outreach/?kind=poster").text
    assert "示例海报" not in educator.get("/outreach/?kind=radio").text


def test_a_reviewed_story_comes_in_as_a_draft(app, signed_in):
    store_sample_law(app.extensions["stores"].collection)
    educator = signed_in("educator")

    def upload(row):
        body = io.BytesIO(json.dumps(row, ensure_ascii=False).encode())
        return educator.post("/outreach/stories", data={"story": (body, "story.json")})

    assert upload(STORY).status_code == 303
    with app.extensions["stores"].collection.reading() as session:
        item = session.scalars(select(OutreachItem)).one()
        assert (item.kind, item.status, item.rights) == (ItemKind.CASE_STORY, ItemStatus.DRAFT, "")
        assert [row.citation for row in item.articles] == ["示例法#2"]
    refused = upload({**STORY, "reviewed_by_two": False})
    assert refused.status_code == 422
    assert "两个人审查" in refused.text
    assert upload({**STORY, "citations": ["示例法#900"]}).status_code == 422


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "other"}, "不是案例故事"),
        ({"schema": 2}, "格式版本"),
        ({"schema": True}, "格式版本"),
        ({"title": " "}, "标题"),
        ({"title": 7}, "标题"),
        ({"paragraphs": []}, "段落"),
        ({"paragraphs": ["好", 3]}, "第 2 段"),
        ({"paragraphs": ["打电话 13900000000 找他"]}, "号码"),
        ({"paragraphs": ["看不见\x07的"]}, "控制字符"),
        ({"citations": []}, "依据"),
        ({"citations": ["随便"]}, "看不懂依据"),
        ({"shifted_dates": "yes"}, "日期已经移动"),
        ({"parties": ["示例"]}, "多出了"),
    ],
)
def test_a_story_that_is_not_fit_is_refused_with_every_reason(changes, says):
    with pytest.raises(NotACaseStory, match=says):
        read_story(json.dumps({**STORY, **changes}, ensure_ascii=False).encode(), on=date(2026, 11, 24))


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", b"{" * 5000, b"NaN", b"[" * 100_000])
def test_any_other_file_is_no_story(content):
    with pytest.raises(NotACaseStory):
        read_story(content, on=date(2026, 11, 24))


def test_the_file_of_a_rooms_page_is_taken_in_with_the_day_of_its_review():
    row = {
        "format": "case-story/1", "kind": "neighbour", "text": "甲和乙为水渠争了三年。",
        "articles": ["《示例法》第二条"], "reviewed_on": "2026-11-20",
    }  # fmt: skip
    content = json.dumps(row, ensure_ascii=False).encode()
    for entry in (read_case_story(content), read_story(content, on=date(2026, 11, 24))):
        assert (entry.written_on, entry.kind) == (date(2026, 11, 20), ItemKind.CASE_STORY)
        assert entry.rights == ""
    for changes in ({"reviewed_on": ""}, {"text": " "}, {"format": "case-story/9"}, {"articles": ["随便"]}):
        with pytest.raises(NotACaseStory):
            read_case_story(json.dumps({**row, **changes}, ensure_ascii=False).encode())
