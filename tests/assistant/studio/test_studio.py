"""A material from the first word to the pack; who may check what; what happens when the law changes."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from assistant import jobs
from assistant.outreach import items
from assistant.outreach.event_figures import figures_by_topic
from assistant.outreach.events import EventEntry, ReachEntry, record_event
from assistant.outreach.exports import EXPORTS
from assistant.outreach.items import Editor, ItemEntry, ItemRefused
from assistant.outreach.measures import Measure
from assistant.outreach.models import ItemStatus, OutreachItem
from corpus.law.models import Article, StatuteVersion
from corpus.law.state import renew_fingerprint
from tests.assistant.sample_law import store_sample_law

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
WRITER, JURIST, READER = Editor(1, "示例宣传员"), Editor(2, "示例法律审核人"), Editor(3, "示例审校")
ENTRY = ItemEntry(
    title="水渠的事，先看约定",
    written_on=date(2026, 11, 24),
    topic="neighbours",
    author="示例宣传员",
    rights="可以自由复印散发",
    lines=("先看约定", "再找村里"),
    points=(("水渠谁来修？", "先看大家怎么约定的。"),),
    script="乡亲们，修水渠先看约定。",
    articles=("《示例法》第二条",),
)
FORM = {
    "title": ENTRY.title,
    "written_on": "2026-11-24",
    "topic": "neighbours",
    "author": "示例宣传员",
    "rights": "可以自由复印散发",
    "lines": "先看约定\n再找村里",
    "points": "水渠谁来修？\n先看大家怎么约定的。",
    "script": "乡亲们，修水渠先看约定。",
    "articles": "《示例法》第二条",
    "verse_form": "free",
}


@pytest.fixture
def collection(collection_store):
    """A writing session of a collection with a little law."""
    store_sample_law(collection_store)
    with collection_store.writing() as session:
        yield session


def checked(session) -> OutreachItem:  # type: ignore[no-untyped-def]
    item = items.write_item(session, entry=ENTRY, editor=WRITER, now=NOW)
    items.take_item_step(session, item, "check_law", editor=JURIST, now=NOW)
    return items.take_item_step(session, item, "check_language", editor=READER, now=NOW)


def test_two_other_people_check_before_anything_is_published(collection):
    item = items.write_item(collection, entry=ENTRY, editor=WRITER, now=NOW)
    for step, editor in (("check_law", WRITER), ("publish", WRITER), ("check_language", READER)):
        with pytest.raises(ItemRefused):
            items.take_item_step(collection, item, step, editor=editor, now=NOW)
    items.take_item_step(collection, item, "check_law", editor=JURIST, now=NOW)
    for editor in (WRITER, JURIST):
        with pytest.raises(ItemRefused):
            items.take_item_step(collection, item, "check_language", editor=editor, now=NOW)
    items.take_item_step(collection, item, "check_language", editor=READER, now=NOW)
    items.take_item_step(collection, item, "publish", editor=WRITER, now=NOW)
    assert item.status is ItemStatus.PUBLISHED
    assert [step.step for step in item.history] == ["write", "check_law", "check_language", "publish"]
    items.write_item(collection, entry=replace(ENTRY, title="改过的标题"), editor=WRITER, now=NOW, item=item)
    assert item.status is ItemStatus.DRAFT


def test_without_rights_nothing_is_published_and_nothing_set(collection):
    item = items.write_item(collection, entry=replace(ENTRY, rights=""), editor=WRITER, now=NOW)
    items.take_item_step(collection, item, "check_law", editor=JURIST, now=NOW)
    items.take_item_step(collection, item, "check_language", editor=READER, now=NOW)
    with pytest.raises(ItemRefused, match="权利"):
        items.take_item_step(collection, item, "publish", editor=WRITER, now=NOW)
    with pytest.raises(ValueError, match="权利"):
        items.material_from(item)


def test_a_changed_article_turns_its_materials_up_by_themselves(collection):
    item = checked(collection)
    items.take_item_step(collection, item, "publish", editor=WRITER, now=NOW)
    assert items.recheck(collection, on=NOW.date()) == []
    version = collection.scalars(
        select(StatuteVersion).where(StatuteVersion.effective_on == date(2020, 1, 1))
    ).one()
    changed = next(row for row in version.articles if row.number == 2 and not row.suffix)
    changed.text = "样例文字乙，讲水渠七天。"
    collection.flush()
    renew_fingerprint(collection)
    assert items.recheck(collection, on=NOW.date()) == [item]
    assert item.needs_checking
    assert items.step_problems(collection, item, "withdraw", editor=WRITER, today=NOW.date()) == []
    assert isinstance(changed, Article)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"written_on": date(2099, 1, 1)}, "written_on"),
        ({"bai_source": "只有出处"}, "bai_source"),
        ({"points": (("只有问", ""),)}, "points"),
        ({"articles": ("随便写写",)}, "articles"),
        ({"articles": ("《示例法》第九百条",)}, "articles"),
        ({"script": "看不见\x0b的字符"}, "script"),
        ({"verse_form": "十四行"}, "verse_form"),
    ],
)
def test_what_is_wrong_is_named_by_field(collection, changes, field):
    with pytest.raises(ItemRefused) as refused:
        items.write_item(collection, entry=replace(ENTRY, **changes), editor=WRITER, now=NOW)
    assert field in refused.value.problems


def test_every_way_out_makes_something_and_the_same_twice(collection):
    material = items.material_from(checked(collection))
    for key in ("pdf-cloth", "png-square", "pptx", "docx", "epub", "txt", "srt", "vtt"):
        made = EXPORTS[key].make(material)
        assert made
        assert EXPORTS[key].make(material) == made, key


def test_reach_keeps_its_units_apart_and_shows_what_was_never_taught(collection):
    entry = EventEntry(
        title="三月街普法",
        held_on=date(2026, 5, 1),
        division_code="532901104213",
        language_code="bfs",
        topics=("fraud", "seeds"),
        reach=(
            ReachEntry(Measure.SHEETS, 300, False, "领取登记"),
            ReachEntry(Measure.ATTENDANCES, 500, True),
        ),
    )
    record_event(collection, entry=entry, editor=WRITER, now=NOW)
    figures = {row.topic: row for row in figures_by_topic(collection, since=date(2026, 1, 1))}
    assert figures["fraud"].reach == {Measure.SHEETS: 300, Measure.ATTENDANCES: 500}
    assert figures["land"].event_count == 0
    assert figures_by_topic(collection, since=date(2026, 6, 1))[0].event_count == 0
    with pytest.raises(ItemRefused):
        record_event(collection, entry=replace(entry, topics=()), editor=WRITER, now=NOW)


@pytest.fixture
def studio(app, signed_in):
    """An educator, a jurist and a reviewer over a little law."""
    store_sample_law(app.extensions["stores"].collection)
    return signed_in("educator"), signed_in("jurist"), signed_in("reviewer")


def test_an_educator_goes_from_an_empty_wall_to_a_pack(app, studio):
    educator, jurist, reviewer = studio
    assert "还没有材料" in educator.get("/outreach/").text
    refused = educator.post("/outreach/new", data={**FORM, "title": "", "script": "写了一半"})
    assert refused.status_code == 422
    assert "写了一半" in refused.text
    address = educator.post("/outreach/new", data=FORM).headers["Location"]
    assert educator.get(address).status_code == 200
    assert educator.post(f"{address}/steps/check_law").status_code == 404
    assert jurist.post(f"{address}/steps/check_law").status_code == 303
    assert reviewer.post(f"{address}/steps/check_language").status_code == 303
    assert educator.post(f"{address}/steps/publish").status_code == 303
    assert educator.get(f"{address}/picture.png").mimetype == "image/png"
    assert educator.get(f"{address}/export/docx").data[:2] == b"PK"
    assert educator.get(f"{address}/export/nothing").status_code == 404
    item_id = address.rsplit("/", 1)[1]
    assert educator.post("/outreach/pack", data={}).status_code == 422
    begun = educator.post(
        "/outreach/pack", data={"items": item_id, "forms": ["pdf-cloth", "txt"], "title": "三月街"}
    )
    with app.app_context():
        assert jobs.run_waiting(app) == 1
    link = re.search(
        r"/work/collection/[\w-]+/files/pack\.zip", educator.get(begun.headers["Location"]).text
    )[0]
    with zipfile.ZipFile(io.BytesIO(educator.get(link).data)) as pack:
        assert pack.testzip() is None
        manifest = json.loads(pack.read("manifest.json"))
        assert manifest["title"] == "三月街"
        assert {entry["name"].rsplit("/", 1)[-1] for entry in manifest["files"]} == {
            "pdf-cloth.pdf",
            "txt.txt",
            "booklet.pdf",
            "booklet.docx",
            "booklet.epub",
        }
        assert "可以自由复印散发" in pack.read("rights-and-sources.txt").decode()


def test_a_cancelled_pack_leaves_nothing_behind(app, studio, tmp_path):
    from assistant.outreach.pack import write_pack

    educator, _jurist, _reviewer = studio
    educator.post("/outreach/new", data=FORM)

    class Stopped(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise Stopped

    with app.extensions["stores"].collection.reading() as session:
        materials = [items.material_from(item) for item in session.scalars(select(OutreachItem))]
    with pytest.raises(Stopped):
        write_pack(tmp_path / "pack.zip", materials, title="停下", tells=stop)
    assert list(tmp_path.iterdir()) == [
        path for path in tmp_path.iterdir() if path.name in {"instance", "keys"}
    ]


def test_two_editors_the_second_sees_both_texts(app, studio):
    educator, _jurist, _reviewer = studio
    address = educator.post("/outreach/new", data=FORM).headers["Location"]
    version = re.search(r'name="version" value="(\d+)"', educator.get(f"{address}/edit").text)[1]
    assert (
        educator.post(f"{address}/edit", data={**FORM, "version": version, "title": "先存的"}).status_code
        == 303
    )
    second = educator.post(f"{address}/edit", data={**FORM, "version": version, "title": "后写的"})
    assert second.status_code == 409
    assert "先存的" in second.text
    assert "后写的" in second.text


def test_songs_are_tried_out_without_being_kept(studio):
    educator, _jurist, _reviewer = studio
    page = educator.post("/outreach/song", data={"verse_form": "3715", "song": "一二三四五六七\n一二三"})
    assert page.status_code == 200
    assert educator.post("/outreach/song", data={"song": "【怪｜头】\n一二三"}).status_code in (200, 422)
    assert educator.get("/outreach/events").status_code == 200
    assert educator.post("/outreach/events", data={"title": "x"}).status_code == 422


def test_the_command_line_lists_exports_and_checks(app, studio, tmp_path):
    educator, _jurist, _reviewer = studio
    educator.post("/outreach/new", data=FORM)
    run = app.test_cli_runner().invoke
    with app.extensions["stores"].collection.reading() as session:
        key = session.scalars(select(OutreachItem.key)).one()
    assert ENTRY.title in run(args=["outreach", "list"]).output
    made = run(args=["outreach", "export", key, "txt", str(tmp_path / "稿.txt")])
    assert made.exit_code == 0
    assert (tmp_path / "稿.txt").read_text(encoding="utf-8")
    assert run(args=["outreach", "export", "nothing", "txt"]).exit_code == 1
    assert "没有变" in run(args=["outreach", "check"]).output
