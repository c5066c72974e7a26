"""Characters nobody sees, in names, in texts and in the names of files."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from assistant.hidden_marks import on_a_page, without_hidden_marks
from mediation_rooms import samples
from mediation_rooms.models.cases import CaseFile
from tests.assistant.casework.conftest import make_case, mediator, rooms  # noqa: F401 - fixtures of case work

HIDDEN = "\u202e\u200b\u2066\u2069\u200f\ufeff\u061c\u2028"


@pytest.mark.parametrize("mark", list(HIDDEN))
def test_hidden_marks_are_taken_out_and_everything_seen_stays(mark):
    assert without_hidden_marks(f"示例{mark}甲 a\u0301 báip\nnaif") == "示例甲 a\u0301 báip\nnaif"
    assert on_a_page(7) == 7


def test_no_page_shows_a_direction_mark_from_a_name_a_text_or_a_file(app, mediator, make_case):  # noqa: F811
    """INP-03: in what was stored before, in what is entered now, and in the names of files."""
    case_id = make_case(samples.boundary_case_mediating)
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(CaseFile, case_id)
        case.parties[0].name = "示例\u202e甲"
        case.statement = "示例\u2066田埂\u2069"
        case.title = "示例\u200b案"
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    picture.seek(0)
    answer = mediator.post(
        f"/cases/{case_id}/acts/evidence",
        data={
            "name": "示例\u202e证据",
            "provided_on": "2026-11-01",
            "page_count": "1",
            "files": [(picture, "示例\u202egpj.exe.jpg")],
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    for address in (f"/cases/{case_id}", "/cases/", "/cases/files", f"/cases/{case_id}/acts/amend"):
        page = mediator.get(address).text
        assert not re.search(f"[{HIDDEN}]", page), address
    page = mediator.get(f"/cases/{case_id}").text
    assert "示例甲" in page
    assert "示例证据" in page
    link = re.search(rf"/cases/{case_id}/attachments/\d+", page)[0]
    named = mediator.get(link).headers["Content-Disposition"]
    assert "%E2%80%AE" not in named
    with app.extensions["stores"].cases.reading() as session:
        piece = session.get_one(CaseFile, case_id).evidence[-1]
        assert piece.name == "示例证据"
