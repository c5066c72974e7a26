"""The song checker: counting, rhyming, sections, and what it refuses to read."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.outreach.rhyme import sound_of
from assistant.outreach.verse import BAI_SIGNS, SongNotReadable, check_song
from assistant.outreach.verse_forms import FORMS, Delivery
from corpus.bai.glossary import starter_rows

SHANHUA = FORMS["3715"]


def song():
    return (files("assistant.outreach") / "data" / "song-people-mediation.txt").read_text("utf-8")


def test_the_song_that_ships_has_nothing_to_hint_at():
    checked = check_song(song(), SHANHUA)
    assert [len(stanza.lines) for stanza in checked.sections[0].stanzas] == [4, 4, 4]
    assert checked.hints == ()


@pytest.mark.parametrize(
    ("old", "new", "kind", "line"),
    [
        ("和气值千金", "和气最值千金", "syllables", 5),
        ("和气值千金", "和气值万两", "rhyme", 5),
        ("邻里好比一家亲，\n", "", "lines", 2),
        ("一句好话暖三春", "一句好话暖三qqq", "unreadable", 4),
    ],
)
def test_a_fault_is_named_with_its_line(old, new, kind, line):
    hints = check_song(song().replace(old, new), SHANHUA).hints
    assert (kind, line) in {(hint.kind, hint.line) for hint in hints}
    assert all(f"第 {hint.line} 行" in hint.message for hint in hints)


def test_the_third_line_need_not_rhyme():
    assert check_song(song().replace("一句好话暖三春", "一句好话暖三冬"), SHANHUA).hints == ()


def test_spoken_passages_are_not_counted_and_sections_name_their_music():
    text = (
        "【白】\n各位乡亲，今天讲一件小事。\n【唱｜腔：南腔｜板：平板｜调：道情】\n"
        + song().split("\n", 1)[1]
    )
    spoken, sung = check_song(text, SHANHUA).sections
    assert (spoken.delivery, spoken.stanzas[0].lines[0].sound) == (Delivery.SPOKEN, None)
    assert (sung.school, sung.beat, sung.melody) == ("南腔", "平板", "道情")


@pytest.mark.parametrize("heading", ["【唱｜鼓：大】", "【念】", "【唱"])
def test_a_broken_heading_says_how_to_write_it(heading):
    with pytest.raises(SongNotReadable, match="第 1 行的段头"):
        check_song(heading + "\n天", SHANHUA)


def test_attested_bai_words_are_counted_by_the_parser():
    words = [row.text for row in starter_rows() if row.text and row.text.isalpha()]
    assert len(words) > 20
    readable = [word for word in words if not sound_of(word).unreadable]
    assert len(readable) > len(words) * 0.9
    assert all(min(sound_of(word).syllable_counts) >= 1 and sound_of(word).rhymes for word in readable)


def test_the_lines_of_three_fives_and_two_sevens_may_come_in_any_order():
    five, seven = "大家来听法", "大家都来听讲法"
    for lines in ([five] * 3 + [seven] * 2, [seven, five, seven, five, five]):
        assert check_song("\n".join(lines), FORMS["3527"]).hints == ()
    assert check_song("\n".join([five] * 4 + [seven]), FORMS["3527"]).hints


@given(st.text(alphabet="法理情和山水花天人民", min_size=1, max_size=40), st.sampled_from("，。！ 、"))
def test_every_han_character_is_one_syllable_and_punctuation_none(text, mark):
    assert sound_of(text + mark).syllable_counts == {len(text)}


@given(st.text(max_size=300).filter(lambda text: not any(sign in text for sign in ("【", *BAI_SIGNS))))
def test_any_text_without_headings_can_be_checked(text):
    for form in FORMS.values():
        check_song(text, form)
