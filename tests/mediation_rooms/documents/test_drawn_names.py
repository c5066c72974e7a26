"""A name written on a tablet stands at its place on the paper; never on a paper that takes none."""

from __future__ import annotations

import base64
import io
from datetime import timedelta

import pytest
from docx import Document
from PIL import Image, ImageDraw
from pypdf import PdfReader

from assistant.typesetting.drawn_names import TALLEST_POINTS, WIDEST_POINTS, drawings_on, fitted
from assistant.typesetting.paper_docx import papers_as_docx
from assistant.typesetting.paper_pdf import papers_as_pdf
from mediation_rooms import evidence, settlements
from mediation_rooms.documents.catalogue import form_named
from mediation_rooms.documents.paper import Signatures
from mediation_rooms.documents.source import Source
from mediation_rooms.drawn_signatures import PREFIX, read_drawing
from mediation_rooms.models.vocabulary import SignatureMethod, SignedPaper, SignerKind


def drawn(*, size=(900, 300)):
    """A drawing as the pad sends it, checked as it is before it is kept."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(picture).line((300, 200, 450, 60, 600, 220), fill="black", width=6)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return read_drawing(PREFIX + base64.b64encode(content.getvalue()).decode())


@pytest.fixture
def kept(tmp_path):
    """Where the drawings of a test lie."""
    return tmp_path / "kept"


@pytest.fixture
def signed_case(session, mediator, agreed_case, kept):
    """The agreement of the field boundary, signed once more by the first party, on the tablet."""
    case = agreed_case
    now = max(mark.signed_at for mark in case.signatures) + timedelta(hours=1)

    def keep():
        stored = evidence.keep_file(kept, drawn())
        row = evidence.attach(
            session, case, stored=stored, original_name="签名.png", place="signature", actor=mediator, now=now
        )
        session.flush()
        return row.id

    settlements.sign(
        session,
        case,
        paper=SignedPaper.AGREEMENT,
        paper_id=case.agreement.id,
        signer_kind=SignerKind.PARTY,
        signer_name=case.parties[0].name,
        method=SignatureMethod.TABLET,
        signed_at=now,
        place="示例金花调解室",
        actor=mediator,
        now=now,
        party=case.parties[0],
        drawing=keep,
    )
    session.flush()
    session.refresh(case)
    return case


def paper_with_drawings(case, folder, key="agreement"):
    paper = form_named(key).build(Source(case))
    return paper, drawings_on([paper], case, reads=lambda each: evidence.read_attachment(folder, each))


def slots(paper):
    return [slot for block in paper.blocks if isinstance(block, Signatures) for slot in block.slots]


def test_the_drawn_name_stands_in_the_agreement_as_pdf_and_as_docx(signed_case, kept):
    paper, drawings = paper_with_drawings(signed_case, kept)
    assert [slot.drawn is not None for slot in slots(paper)].count(True) == 1
    assert slots(paper)[0].drawn in drawings
    made = papers_as_pdf([paper], drawings=drawings)
    assert sum(len(page.images) for page in PdfReader(io.BytesIO(made)).pages) == 1
    assert papers_as_pdf([paper], drawings=drawings) == made
    written = papers_as_docx([paper], drawings=drawings)
    assert len(Document(io.BytesIO(written)).inline_shapes) == 1
    assert papers_as_docx([paper], drawings=drawings) == written


def test_the_drawing_goes_to_no_other_paper(signed_case, kept):
    for key in ("session_record", "rights_notice", "confirmation_application"):
        paper, drawings = paper_with_drawings(signed_case, kept, key)
        assert drawings == {}
        assert [slot.drawn for slot in slots(paper) if slot.drawn] == []


def test_a_case_that_turns_out_to_be_of_the_family_shows_no_drawing_and_leaves_the_place_for_ink(
    signed_case, kept
):
    """PRI-15: papers on marriage, adoption and inheritance bear no electronic signature (电子签名法第三条)."""
    for mark in [each for each in signed_case.signatures if each.method is not SignatureMethod.TABLET]:
        signed_case.signatures.remove(mark)
    signed_case.kind_code = "marriage_family"
    paper, drawings = paper_with_drawings(signed_case, kept)
    assert drawings == {}
    assert (slots(paper)[0].done, slots(paper)[0].drawn) == ("", None)


def test_a_damaged_drawing_leaves_the_paper_with_its_words(signed_case, kept):
    for path in kept.rglob("*"):
        if path.is_file():
            path.write_bytes(b"x" * 50)
    paper, drawings = paper_with_drawings(signed_case, kept)
    assert drawings == {}
    assert papers_as_pdf([paper], drawings=drawings)[:5] == b"%PDF-"


def test_a_drawing_is_cut_to_its_strokes_and_keeps_its_shape():
    name = fitted(drawn().content)
    with Image.open(io.BytesIO(name.png)) as picture:
        assert picture.width < 400
        assert abs(picture.width / picture.height - name.width_points / name.height_points) < 0.02
    assert name.height_points <= TALLEST_POINTS
    assert name.width_points <= WIDEST_POINTS
