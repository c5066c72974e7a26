"""Designs and exports: nothing cut off, nothing missing, the same bytes for the same words."""

from __future__ import annotations

import io
import itertools
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from assistant.outreach import ornaments
from assistant.outreach.designs.catalogue import DESIGNS, DesignKind, designs_of
from assistant.outreach.epub import as_epub
from assistant.outreach.festivals import in_lunar_words, outreach_days
from assistant.outreach.material import BaiVersion, material_of
from assistant.outreach.office_files import as_pptx
from assistant.outreach.office_words import as_docx
from assistant.outreach.pictures import PictureRefused, take_in
from assistant.outreach.scripts import as_srt, as_webvtt, cues, loudspeaker_text, sentences
from assistant.outreach.setting_problems import CannotBeSet
from assistant.outreach.starter import BAI_PLACE, starter_topics
from assistant.outreach.typeset import as_pdf, as_pictures, problems_of

MATERIALS = [
    material_of(topic, page="http://192.0.2.1/", contact="示例村人民调解室") for topic in starter_topics()
]
FIRST = MATERIALS[0]


def test_the_family_has_the_promised_designs():
    promised = {DesignKind.POSTER: 6, DesignKind.LEAFLET: 3, DesignKind.SLIDES: 2, DesignKind.BOOKLET: 2}
    assert all(len(designs_of(kind)) >= count for kind, count in promised.items())


@pytest.mark.parametrize("design", DESIGNS.values(), ids=lambda design: design.key)
def test_every_topic_fits_every_design(design):
    assert [(each.key, problems_of(each, design)) for each in MATERIALS if problems_of(each, design)] == []


@pytest.mark.parametrize("design", DESIGNS.values(), ids=lambda design: design.key)
def test_the_same_words_give_the_same_bytes_with_all_fonts_inside(design, tmp_path):
    made = as_pdf(FIRST, design)
    assert made == as_pdf(FIRST, design)
    if shutil.which("pdffonts"):
        path = tmp_path / "a.pdf"
        path.write_bytes(made)
        listed = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
        rows = listed.splitlines()[2:]
        assert rows and all(row.split()[-5] == "yes" for row in rows), listed


def test_bleed_adds_room_for_marks_and_a_phone_picture_has_its_size():
    page = PdfReader(io.BytesIO(as_pdf(FIRST, DESIGNS["cloth"], bleed=True))).pages[0]
    assert abs(float(page.mediabox.width) / 72 * 25.4 - 317) < 0.1
    (picture,) = as_pictures(FIRST, DESIGNS["tall"], width=1080)
    assert Image.open(io.BytesIO(picture)).size == (1080, 1920)


def test_text_too_long_says_where_and_a_missing_glyph_is_named():
    with pytest.raises(CannotBeSet, match="要点.*太长"):
        as_pdf(replace(FIRST, lines=("字" * 900,) * 3), DESIGNS["camellia"])
    with pytest.raises(CannotBeSet, match="U\\+1F600"):
        as_pdf(replace(FIRST, title="当心😀"), DESIGNS["camellia"])


def test_a_picture_for_phones_is_refused_like_the_print():
    with pytest.raises(CannotBeSet, match="太长"):
        as_pictures(replace(FIRST, lines=("字" * 900,) * 3), DESIGNS["camellia"], width=300)
    with pytest.raises(CannotBeSet, match="U\\+1F600"):
        as_pictures(replace(FIRST, title="当心😀"), DESIGNS["tall"], width=300)


def test_no_rights_no_export_and_no_bai_without_a_source():
    with pytest.raises(ValueError, match="权利"):
        replace(FIRST, rights=" ")
    with pytest.raises(ValueError, match="出处"):
        BaiVersion(text="x", source="")
    assert all(each.bai.note == BAI_PLACE for each in MATERIALS)


def test_office_files_and_books_are_the_same_twice():
    assert as_docx(FIRST) == as_docx(FIRST)
    assert as_pptx(FIRST) == as_pptx(FIRST)
    book = as_epub(MATERIALS, title="白汉普法读本")
    assert book == as_epub(MATERIALS, title="白汉普法读本")
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert archive.infolist()[0].filename == "mimetype"


def test_subtitles_never_overlap_and_lose_no_word():
    for each in MATERIALS:
        shown = cues(each.script)
        assert "".join(cue.text for cue in shown) == "".join(sentences(each.script))
        assert all(a.ends < b.begins for a, b in itertools.pairwise(shown))
        assert as_webvtt(shown).startswith("WEBVTT") and "-->" in as_srt(shown)


@given(st.text(alphabet="甲乙丙 。！？；，、：”）\n", max_size=60))
def test_no_sign_of_a_script_is_lost_in_its_subtitles(script):
    """Doubled signs (？！) and a sign at the beginning stay too."""
    shown = "".join(cue.text for cue in cues(script))
    assert "".join(shown.split()) == "".join(script.split())


def test_the_loudspeaker_text_says_how_long_and_on_what_law_it_rests():
    text = loudspeaker_text(FIRST)
    assert "念两遍" in text
    assert FIRST.basis in text
    assert FIRST.imprint in text
    assert BAI_PLACE in text


def test_where_a_photograph_was_taken_is_not_kept():
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    held = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(held, "JPEG", exif=exif)
    taken = take_in(held.getvalue())
    assert (taken.width, taken.height) == (40, 30)
    assert not Image.open(io.BytesIO(taken.content)).getexif()


@pytest.mark.parametrize(
    "inside",
    [
        "<script>x</script>",
        '<path onload="x"/>',
        '<image href="http://192.0.2.1/a.png"/>',
        "<style>a{}</style>",
        '<path style="fill:url(#a);mask:url(http://192.0.2.1/m)"/>',
        '<path style="fill:u\\72l(http://192.0.2.1/m)"/>',
        '<?xml-stylesheet href="http://192.0.2.1/s.css"?>',
    ],
)
def test_a_drawing_with_a_programme_or_an_address_is_refused(inside):
    with pytest.raises(PictureRefused):
        take_in(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>'.encode())


def test_what_is_no_picture_or_too_large_is_refused():
    with pytest.raises(PictureRefused, match="不是"):
        take_in(b"MZ\x00 no picture")
    for width, height in ((20000, 10000), (10000, 10000), (8000, 6000)):
        held = io.BytesIO()
        Image.new("1", (width, height)).save(held, "PNG")
        with pytest.raises(PictureRefused, match="最多 40 百万"):
            take_in(held.getvalue())


def test_half_a_photograph_is_refused_and_a_drawing_of_plain_shapes_is_taken():
    held = io.BytesIO()
    Image.effect_noise((400, 300), 60).save(held, "JPEG")
    with pytest.raises(PictureRefused, match="只传了一半"):
        take_in(held.getvalue()[: len(held.getvalue()) // 2])
    plain = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 7"><path fill="url(#a)" d="M0 0"/></svg>'
    taken = take_in(plain)
    assert (taken.kind, taken.width, taken.height) == ("svg", 9, 7)


def test_the_fair_and_the_torches_follow_the_moon():
    days = {each.key: each.on for each in outreach_days(2026)}
    assert (days["third-month-fair"], days["torches"]) == (date(2026, 5, 1), date(2026, 8, 7))


def test_a_day_in_a_leap_month_is_named_as_one() -> None:
    """2025 had a second sixth month from 25 July; 火把节 fell into the first."""
    assert in_lunar_words(date(2025, 7, 25)) == "农历闰六月初一"
    assert in_lunar_words(date(2025, 7, 19)) == "农历六月廿五"
    assert [each.on for each in outreach_days(2025) if each.key == "torches"] == [date(2025, 7, 19)]


def test_no_colour_of_the_family_asks_a_press_for_more_ink_than_it_can_lay():
    """At most 300 per cent of cyan, magenta, yellow and black together, as offset printers ask."""
    folder = Path(ornaments.__file__).parent
    sources = [*folder.glob("designs/*.typ"), folder / "ornaments.py"]
    found = {each for path in sources for each in re.findall(r"#([0-9a-f]{6})", path.read_text("utf-8"))}
    assert len(found) > 12
    for colour in found:
        light = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        black = 1 - max(light)
        ink = black + sum((1 - each - black) / (1 - black) for each in light)
        assert ink <= 3, colour
