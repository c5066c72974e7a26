"""Lines of a translation beside lines of the Chinese: nothing lost, nothing twice, corrected by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.bai.varieties import Variety
from corpus.citation import Citation
from corpus.importing.aligned_units import aligned_article, as_bytes, can_be_cut, from_bytes, moved, units_of
from corpus.importing.incoming_units import IncomingUnit
from corpus.parallel.alignment import Bead, align
from corpus.parallel.parts import paragraphs_of, part_of
from corpus.parallel.unit_tables import UnitScript

ARTICLE = "开头一款，说明总的意思。\n第二款有下列情形：\n（一）甲；\n（二）乙乙乙。\n最后一款。"
LINES = st.lists(st.integers(0, 60), max_size=12).map(lambda lengths: ["x" * each for each in lengths])


def row(text: str) -> IncomingUnit:
    return IncomingUnit(1, Citation("示例法", 1), Variety.CENTRAL, UnitScript.HAN, text)


def test_items_belong_to_their_paragraph_and_are_found_by_number():
    assert [each.text for each in paragraphs_of(ARTICLE)][
        1
    ] == "第二款有下列情形：\n（一）甲；\n（二）乙乙乙。"
    assert part_of(ARTICLE, 2, 2) == "（二）乙乙乙。"
    assert part_of(ARTICLE, 3) == "最后一款。"
    assert part_of(ARTICLE, 0, 1) == "（一）甲；"
    assert part_of(ARTICLE, 4) == part_of(ARTICLE, 2, 9) == ""
    assert part_of(ARTICLE, 0) == ARTICLE
    assert [each.text for each in paragraphs_of("（一）只有项。\n（一）又是一。")] == [
        "（一）只有项。",
        "（一）又是一。",
    ]


def test_a_long_line_meets_the_long_line_and_two_short_ones_one_of_their_joint_length():
    source = ["甲" * 40, "乙" * 10, "丙" * 38]
    assert align(source, ["a" * 120, "b" * 30, "c" * 114]) == [Bead((n,), (n,)) for n in range(3)]
    joined = align(["甲" * 20, "乙" * 20, "丙" * 60], ["ab" * 40, "c" * 120])
    assert joined == [Bead((0, 1), (0,)), Bead((2,), (1,))]
    split = align(["甲" * 60, "乙" * 20], ["a" * 30, "b" * 30, "c" * 20])
    assert split == [Bead((0,), (0, 1)), Bead((1,), (2,))]


@given(LINES, LINES)
def test_every_line_of_both_texts_stands_in_exactly_one_bead(source, target):
    beads = align(source, target)
    assert [place for bead in beads for place in bead.source] == list(range(len(source)))
    assert [place for bead in beads for place in bead.target] == list(range(len(target)))


def test_a_text_of_thousands_of_lines_is_not_waited_for():
    assert len(align(["甲"] * 300, ["b"] * 5_000)) == 1


@given(st.lists(st.text("【】abc", min_size=1, max_size=30), min_size=1, max_size=9))
def test_no_line_is_lost_between_proposal_correction_and_units(lines):
    unit = row("\n".join(lines))
    article = aligned_article(unit, ARTICLE)
    assert [each.chinese for each in article.rows] == [each.text for each in paragraphs_of(ARTICLE)]
    rows = article.rows
    for place, move in ((0, "down"), (1, "up"), (2, "up"), (0, "join"), (2, "down"), (9, "up"), (1, "join")):
        rows = moved(rows, place, move)
        assert "\n".join(each.text for each in rows if each.text).split("\n") == lines
    (back,) = from_bytes(as_bytes([article]))
    assert back == article
    assert "\n".join(each.text for each in units_of(back)).split("\n") == lines


def test_paragraphs_become_units_of_their_own_place():
    article = aligned_article(row("【第一款译文占位】\n【第二款】\n【一】\n【二二】\n【末款】"), ARTICLE)
    assert article.is_even
    assert [str(each.citation) for each in units_of(article)] == ["示例法#1.1", "示例法#1.2", "示例法#1.3"]
    assert [each.text for each in units_of(article)][2] == "【末款】"
    assert can_be_cut(article.unit, ARTICLE)
    assert not can_be_cut(units_of(article)[0], ARTICLE)
    assert not can_be_cut(article.unit, "只有一款。")


@pytest.mark.parametrize("place", [-1, 3, 99])
def test_a_correction_outside_the_rows_changes_nothing(place):
    rows = aligned_article(row("【甲】"), ARTICLE).rows
    assert moved(rows, place, "join") == rows
