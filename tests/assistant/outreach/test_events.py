"""Events: planned, held, changed, taken back; photographs; figures; what the disputes call for."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from PIL import Image
from sqlalchemy import func, select

from assistant.outreach import events, quiz
from assistant.outreach.dispute_topics import called_for, needs
from assistant.outreach.event_figures import REPORT, Words, by_topic, coverage, held_between, report_rows
from assistant.outreach.event_models import (
    AskedWhen,
    ConsentBasis,
    EventPhotograph,
    EventStatus,
    OutreachEvent,
)
from assistant.outreach.event_photographs import add_photograph, withdraw_photograph
from assistant.outreach.events import EventEntry, ReachEntry
from assistant.outreach.festivals import in_lunar_words, month_sheet, outreach_days
from assistant.outreach.items import Editor, ItemChangedMeanwhile, ItemEntry, ItemRefused, write_item
from assistant.outreach.kinds import ItemKind
from assistant.outreach.measures import Measure
from assistant.outreach.starter import starter_topics
from corpus.citation import Citation
from mediation_rooms.dispute_kinds import dispute_kinds
from tests.assistant.sample_law import store_sample_law

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TEACHER = Editor(1, "示例宣传员")
XIZHOU = "532901104213"
HELD = EventEntry(
    title="示例集市讲法",
    held_on=date(2026, 11, 20),
    division_code=XIZHOU,
    language_code="bfs",
    topics=("fraud", "seeds"),
    team=(("bai_speaker", "示例队员甲"), ("musician", "示例队员乙")),
    reach=(
        ReachEntry(Measure.SESSIONS, 1, False),
        ReachEntry(Measure.SHEETS, 300, False, "领取登记"),
        ReachEntry(Measure.ATTENDANCES, 500, True, "估计"),
    ),
)
PLANNED = replace(
    HELD, held_on=date(2026, 12, 4), status=EventStatus.PLANNED, reach=(), occasion="constitution"
)


@pytest.fixture
def collection(collection_store):
    """A writing session of a collection with a little law."""
    store_sample_law(collection_store)
    with collection_store.writing() as session:
        yield session


def test_an_event_is_planned_then_held_and_every_state_stays_in_its_history(collection):
    event = events.record_event(collection, entry=PLANNED, editor=TEACHER, now=NOW)
    assert held_between(collection) == []
    later = datetime(2026, 12, 5, 2, 0, tzinfo=UTC)
    done = replace(HELD, held_on=PLANNED.held_on)
    events.change_event(collection, event, entry=done, editor=TEACHER, now=later)
    assert held_between(collection) == [event]
    assert [line.step for line in event.history] == ["plan", "hold"]
    assert EventEntry.from_stored(event.history[0].entry) == PLANNED
    assert events.entry_of(event) == done
    with pytest.raises(ItemRefused, match="不能取消"):
        events.call_off(collection, event, editor=TEACHER, now=later)


def test_a_change_is_taken_back_and_brought_back(collection):
    event = events.record_event(collection, entry=HELD, editor=TEACHER, now=NOW)
    with pytest.raises(ItemRefused, match="没有可以撤销"):
        events.undo(collection, event, editor=TEACHER, now=NOW)
    changed = replace(HELD, title="改过的名称")
    events.change_event(collection, event, entry=changed, editor=TEACHER, now=NOW)
    assert events.entry_of(events.undo(collection, event, editor=TEACHER, now=NOW)) == HELD
    assert events.entry_of(events.undo(collection, event, editor=TEACHER, now=NOW)) == changed
    with pytest.raises(ItemChangedMeanwhile):
        events.change_event(collection, event, entry=HELD, editor=TEACHER, now=NOW, seen_version=1)


def test_what_was_called_off_counts_nowhere(collection):
    event = events.record_event(collection, entry=PLANNED, editor=TEACHER, now=NOW)
    events.call_off(collection, event, editor=TEACHER, now=NOW)
    assert event.status is EventStatus.CANCELLED
    assert held_between(collection) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"held_on": date(2026, 12, 1)}, "held_on"),
        ({"held_on": date(2099, 12, 1), "status": EventStatus.PLANNED, "reach": ()}, "held_on"),
        ({"topics": ()}, "topics"),
        ({"status": EventStatus.PLANNED}, "status"),
        ({"reach": (ReachEntry(Measure.SHEETS, 0, False),)}, "reach-sheets"),
        ({"hamlet_count": -1}, "hamlet_count"),
        ({"team": (("boss", "示例"),)}, "team"),
        ({"materials": ((1, -1),)}, "materials"),
    ],
)
def test_what_is_wrong_is_named_by_field(collection, changes, field):
    with pytest.raises(ItemRefused) as refused:
        events.record_event(collection, entry=replace(HELD, **changes), editor=TEACHER, now=NOW)
    assert field in refused.value.problems
    assert collection.scalar(select(func.count()).select_from(OutreachEvent)) == 0


def photograph(size=(2600, 1300)) -> bytes:
    picture = Image.new("RGB", size, (20, 60, 120))
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (25.0, 41.0, 0.0)
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif)
    return made.getvalue()


def test_a_photograph_keeps_its_consent_and_nothing_hidden_and_leaves_when_withdrawn(collection):
    event = events.record_event(collection, entry=HELD, editor=TEACHER, now=NOW)
    content = photograph()
    assert b"SECRETCAMERA" in content
    kept = add_photograph(
        collection, event, content=content, consent=ConsentBasis.SPOKEN,
        consent_note="示例：开场前口头问过", caption="示例会场", editor=TEACHER, now=NOW,
    )  # fmt: skip
    with Image.open(io.BytesIO(kept.picture)) as opened:
        assert (opened.width, opened.height) == (2000, 1000)
        assert not opened.getexif()
    assert b"SECRETCAMERA" not in kept.picture
    withdraw_photograph(collection, event, kept, editor=TEACHER, now=NOW)
    assert collection.scalar(select(func.count()).select_from(EventPhotograph)) == 0
    assert event.history[-1].step == "withdraw_photograph"


@pytest.mark.parametrize(
    ("content", "consent", "note", "field"),
    [
        (photograph((40, 30)), ConsentBasis.SPOKEN, "", "consent_note"),
        (b"GIF89a", ConsentBasis.NOBODY, "", "photograph"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ConsentBasis.NOBODY, "", "photograph"),
        (photograph((40, 30))[:200], ConsentBasis.NOBODY, "", "photograph"),
        (photograph((8000, 6000)), ConsentBasis.NOBODY, "", "photograph"),
    ],
)
def test_a_photograph_without_consent_or_out_of_bounds_is_refused(collection, content, consent, note, field):
    event = events.record_event(collection, entry=HELD, editor=TEACHER, now=NOW)
    with pytest.raises(ItemRefused) as refused:
        add_photograph(
            collection, event, content=content, consent=consent, consent_note=note, caption="",
            editor=TEACHER, now=NOW,
        )  # fmt: skip
    assert set(refused.value.problems) == {field}


def test_coverage_says_what_was_never_taught_where(collection):
    events.record_event(collection, entry=HELD, editor=TEACHER, now=NOW)
    held = held_between(collection)
    xizhou, other = coverage(held, places=["532901104", "532901105"], place_of=lambda code: code[:9])
    topics = [topic.key for topic in starter_topics()]
    assert xizhou.counts[topics.index("fraud")] == 1
    assert xizhou.never == 10
    assert (other.event_count, other.never) == (0, 12)
    assert [row.topic for row in by_topic(held) if row.event_count] == ["fraud", "seeds"]


def test_the_report_has_the_usual_columns_and_reports_zero_as_zero(collection):
    words = Words(place=lambda code: "示例镇", language=lambda code: "白语")
    (sums,) = report_rows([], words)
    by_heading = dict(zip([column.heading for column in REPORT], sums, strict=True))
    assert by_heading["资料(份)"] == 0
    events.record_event(collection, entry=HELD, editor=TEACHER, now=NOW)
    line, sums = report_rows(held_between(collection), words)
    by_heading = dict(zip([column.heading for column in REPORT], line, strict=True))
    assert by_heading["资料(份)"] == 300
    assert by_heading["横幅(条)"] is None
    assert by_heading["队员(名)"] == 2
    assert by_heading["其中估计的"] == "受教育"
    assert dict(zip([column.heading for column in REPORT], sums, strict=True))["受教育(人次)"] == 500


def test_every_need_names_a_kind_a_topic_and_an_article_that_exist():
    topics = {topic.key: topic for topic in starter_topics()}
    for need in needs():
        assert need.kind in dispute_kinds()
        assert need.reason
        cited = {article.label for article in topics[need.topic].articles}
        citation = Citation.parse(need.citation)
        assert f"《{citation.statute}》第{citation.article}条" in cited, need


def test_disputes_call_for_topics_and_small_counts_come_last_without_a_number():
    called = called_for(
        {"neighbour": 12, "marriage_family": None, "medical": 7, "pollution": 0}, {"neighbours": 2}
    )
    assert [(each.kind, each.count) for each in called] == [
        ("neighbour", 12), ("medical", 7), ("marriage_family", None),
    ]  # fmt: skip
    assert called[0].missing == ()
    assert called[1].needs == ()
    assert {need.topic for need in called[2].missing} == {"betrothal", "violence", "elders", "children"}


QUIZ = ItemEntry(
    title="示例小问答",
    written_on=date(2026, 11, 24),
    topic="neighbours",
    kind=ItemKind.QUIZ,
    rights="可以自由使用",
    questions=(
        quiz.read_question("水渠谁来修？", "*先看约定\n谁力气大谁修", "《示例法》第二条").as_stored(),
    ),
)


def test_answers_are_counts_and_a_small_group_is_not_shown(collection):
    item = write_item(collection, entry=QUIZ, editor=TEACHER, now=NOW)
    assert [row.citation for row in item.articles] == ["示例法#2"]
    event = events.record_event(
        collection, entry=replace(HELD, materials=((item.id, 20),)), editor=TEACHER, now=NOW
    )
    before, after = (1, AskedWhen.BEFORE), (1, AskedWhen.AFTER)
    quiz.write_answers(event, item, tallies={before: (3, 1), after: (20, 15)})
    (line,) = quiz.by_question(item, quiz.counted_at(event, item, "", {}))
    assert (line.before.answered, line.after.percent, line.gain) == (None, 75, None)
    on_tablets = {
        quiz.answer_count("abc234", 1, AskedWhen.BEFORE, is_right=True): 2,
        quiz.answer_count("abc234", 1, AskedWhen.BEFORE, is_right=False): 5,
    }
    counted = quiz.counted_at(event, item, "abc234", on_tablets)
    (line,) = quiz.by_question(item, counted)
    assert (line.before.answered, line.before.right, line.gain) == (10, 3, 45)
    (topic,) = quiz.by_topic([("neighbours", counted)], {"neighbours": "邻里", "land": "土地"})
    assert topic.name == "邻里"
    with pytest.raises(ItemRefused):
        quiz.write_answers(event, item, tallies={before: (3, 4)})


@pytest.mark.parametrize(
    ("text", "choices", "article", "says"),
    [
        ("", "*是\n否", "民法典#1", "没有写问题"),
        ("问？", "*是", "民法典#1", "2 到 4 个"),
        ("问？", "是\n否", "民法典#1", "写 *"),
        ("问？", "*是\n*否", "民法典#1", "写 *"),
        ("问？", "*是\n是", "民法典#1", "重复"),
        ("问？", "*是\n否", "随便", "依据"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_a_sentence(text, choices, article, says):
    with pytest.raises(ValueError, match=says):
        quiz.read_question(text, choices, article)


def test_the_year_holds_days_of_law_and_festivals_of_the_lunar_calendar():
    days = {each.key: each for each in outreach_days(2026)}
    assert (days["constitution"].on, days["drugs"].on) == (date(2026, 12, 4), date(2026, 6, 26))
    assert days["civil-code"].until == date(2026, 5, 31)
    assert days["family-education"].covers(date(2026, 5, 15))
    for key, lunar in (
        ("third-month-fair", "农历三月十五"),
        ("three-spirits", "农历四月廿三"),
        ("torches", "农历六月廿五"),
    ):
        assert in_lunar_words(days[key].on) == lunar
    weeks = month_sheet(2026, 5)
    assert all(len(week) == 7 and week[0].on.weekday() == 0 for week in weeks)
    assert {each.key for week in weeks for day in week for each in day.occasions} >= {"civil-code"}
