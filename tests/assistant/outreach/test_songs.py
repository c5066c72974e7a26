"""A song with its music, its Bai and its sounds: what is stored, what is hinted at, what leaves."""

from __future__ import annotations

import io
import math
import shutil
import struct
import subprocess
import wave
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from assistant.outreach.designs.catalogue import DESIGNS
from assistant.outreach.epub import as_epub
from assistant.outreach.exports import EXPORTS
from assistant.outreach.material import Material, Sound, material_of
from assistant.outreach.office_words import as_book_docx
from assistant.outreach.setting_problems import CannotBeSet
from assistant.outreach.song_notation import (
    WrittenSection,
    WrittenStanza,
    as_notation,
    as_written,
    notation_problems,
)
from assistant.outreach.sounds import stanza_key
from assistant.outreach.starter import BAI_PLACE, starter_topics
from assistant.outreach.typeset import as_pdf
from assistant.outreach.verse import SongNotReadable, check_song
from assistant.outreach.verse_forms import FORMS, Delivery
from corpus.bai.glossary import starter_rows

SHANHUA = FORMS["3715"]
TOPICS = [material_of(topic) for topic in starter_topics()]
EPUBCHECK = Path("/usr/bin/epubcheck")
ATTESTED = next(row for row in starter_rows() if row.text and row.text.isalpha())
FOUR = "一句好话暖三春\n一句好话暖三春\n一句好话暖三冬\n和气值千金"
TEXT = f"【白】\n各位乡亲请坐好。\n【唱｜腔：南腔｜板：平板｜调：道情｜韵：翠茵茵】\n{FOUR}\n\n{FOUR}"


@pytest.fixture
def tone(tmp_path) -> Path:
    """Two seconds of a plain tone: nobody's voice."""
    path = tmp_path / "tone.wav"
    with wave.open(str(path), "wb") as held:
        held.setnchannels(1)
        held.setsampwidth(2)
        held.setframerate(16_000)
        held.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(n / 6))) for n in range(32_000)))
    return path


def a_song(**changes: object) -> Material:
    return replace(TOPICS[0], title="有话好好说", song=TEXT, verse_form="3715", **changes)  # type: ignore[arg-type]


def test_what_is_sung_names_its_music_and_what_is_spoken_stands_apart():
    spoken, sung = check_song(TEXT, SHANHUA).sections
    assert (spoken.is_sung, sung.is_sung) == (False, True)
    assert sung.heading == "唱　腔：南腔　板：平板　调：道情　韵：翠茵茵"
    assert sung.stanzas[0].hints == ()


def test_a_rhyme_family_is_held_against_the_lines_and_stays_a_hint():
    hints = check_song(TEXT.replace("韵：翠茵茵", "韵：花上花"), SHANHUA).hints
    assert {hint.kind for hint in hints} == {"rhyme"}
    assert "花上花" in hints[0].said


def test_a_line_of_bai_needs_a_source_and_a_line_above_it():
    bai = ATTESTED.text
    text = f"【唱｜白文：{ATTESTED.source}】\n一句好话\n＝{bai}"
    (section,) = check_song(text, FORMS["free"]).sections
    assert (section.stanzas[0].lines[0].bai, section.stanzas[0].is_in_bai) == (bai, True)
    assert section.stanzas[0].lines[0].bai_sound.syllable_counts
    for wrong, what in (
        (f"【唱】\n一句好话\n＝{bai}", "出处"),
        (f"【唱｜白文：某处】\n＝{bai}", "上面没有"),
        (f"【白｜白文：某处】\n一句好话\n＝{bai}", "道白"),
    ):
        with pytest.raises(SongNotReadable, match=what):
            check_song(wrong, FORMS["free"])


def test_the_syllables_of_a_stanza_wholly_in_bai_are_those_of_its_bai():
    text = f"【唱｜白文：{ATTESTED.source}】\n" + "\n".join(f"一句好话\n＝{ATTESTED.text}" for _ in range(4))
    kinds = {hint.kind for hint in check_song(text, SHANHUA).hints}
    assert "syllables" in kinds and "rhyme" not in kinds


def test_the_editor_gives_back_what_was_stored():
    assert as_notation(as_written(TEXT)) == TEXT


words = st.text(alphabet="甲乙丙 abc，。", max_size=20)
stanzas = st.builds(WrittenStanza, chinese=st.lists(words, max_size=5).map("\n".join))
sections = st.builds(
    WrittenSection,
    delivery=st.sampled_from(Delivery),
    school=st.sampled_from(("", "南腔", "海东腔")),
    beat=words,
    stanzas=st.lists(stanzas, min_size=1, max_size=3),
)


@given(st.lists(sections, max_size=4))
def test_any_song_without_problems_survives_writing_and_reading(written):
    assert notation_problems(written) == {}
    stored = as_notation(written)
    assert as_notation(as_written(stored)) == stored


@pytest.mark.parametrize(
    ("section", "place", "said"),
    [
        (WrittenSection(school="南腔｜板"), "1", "符号"),
        (WrittenSection(stanzas=[WrittenStanza("【唱】")]), "1.1", "开头"),
        (WrittenSection(stanzas=[WrittenStanza("一句", "a\nb")], bai_source="某处"), "1.1", "一句对一句"),
        (WrittenSection(stanzas=[WrittenStanza("一句", "a")]), "1.1", "谁写的"),
        (WrittenSection(Delivery.SPOKEN, stanzas=[WrittenStanza("一句", "a")]), "1.1", "道白"),
    ],
)
def test_what_cannot_be_written_down_is_named_by_its_place(section, place, said):
    assert said in notation_problems([section])[place]


def test_new_words_of_a_stanza_have_no_recording_yet():
    assert stanza_key("a", "一句") != stanza_key("a", "另一句")
    assert len(stanza_key("x" * 60, "一句")) <= 200


def test_the_sheet_for_the_singer_has_music_counts_and_marked_empty_places():
    text = PdfReader(io.BytesIO(as_pdf(a_song(), DESIGNS["singer"]))).pages[0].extract_text()
    assert "南腔" in text and BAI_PLACE in text and "三七一五" in text


def test_a_book_has_contents_index_of_law_and_tunes_and_every_item():
    made = as_book_docx([a_song(), *TOPICS], title="示例唱本")
    assert made == as_book_docx([a_song(), *TOPICS], title="示例唱本")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        words = archive.read("word/document.xml").decode()
    assert "目录" in words and "腔：南腔" in words and 'w:anchor="item13"' in words
    pages = PdfReader(io.BytesIO(as_pdf([a_song(), *TOPICS], DESIGNS["reader"], title="示例唱本"))).pages
    assert "腔：南腔" in pages[-1].extract_text()


def test_a_book_with_sound_is_clean_under_epubcheck(tone, tmp_path):
    """Media overlays follow the stanzas; the checker of the standard's makers finds nothing to say."""
    sounds = (Sound("2.1", tone, 2.0, "示例音 & 测试"), Sound("2.2", tone, 2.0, "示例音"))
    made = as_epub([a_song(sounds=sounds), *TOPICS], title="示例 & 唱本")
    assert made == as_epub([a_song(sounds=sounds), *TOPICS], title="示例 & 唱本")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {"OEBPS/overlay-0.smil", "OEBPS/sound-0-1.mp3"} <= set(archive.namelist())
    if not (EPUBCHECK.exists() and shutil.which("java")):
        pytest.skip("no epubcheck on this machine: install the package epubcheck")
    book = tmp_path / "book.epub"
    book.write_bytes(made)
    said = subprocess.run(
        ["java", "-jar", str(EPUBCHECK), "-w", str(book)], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert "0 fatals / 0 errors / 0 warnings" in said.stdout


def test_a_sound_that_cannot_be_read_is_named(tmp_path):
    broken = tmp_path / "broken.ogg"
    broken.write_bytes(b"OggS no sound")
    with pytest.raises(ValueError, match="broken.ogg"):
        as_epub([a_song(sounds=(Sound("2.1", broken, 1.0, ""),))], title="坏的")


@pytest.mark.parametrize("key", EXPORTS)
def test_every_way_out_gives_the_same_bytes_twice_and_names_a_control_character(key, tone):
    """One place judges what no form can carry; nothing leaves half."""
    song = a_song(sounds=(Sound("2.1", tone, 2.0, "示例音"),))
    assert EXPORTS[key].make(song) == EXPORTS[key].make(song)
    with pytest.raises(CannotBeSet, match=r"广播稿.*U\+0007"):
        EXPORTS[key].make(replace(song, script="乡亲们\x07请听"))
