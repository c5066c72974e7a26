"""Forms as DOCX that a word processor opens, and the bound file with its pages in order."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
import zlib
from datetime import date

import pytest
from docx import Document
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject

from assistant.typesetting.dossier_pdf import dossier_as_pdf
from assistant.typesetting.paper_docx import papers_as_docx
from mediation_rooms import evidence, samples
from mediation_rooms.documents.catalogue import FORMS
from mediation_rooms.documents.completeness import dossier_problems
from mediation_rooms.documents.dossier import dossier_entries
from mediation_rooms.documents.paper import (
    DateLine,
    Fields,
    Items,
    LongText,
    Paper,
    Paragraph,
    Signatures,
    Table,
    Ticks,
)
from mediation_rooms.documents.source import Source
from mediation_rooms.sample_acts import sample_moment

TODAY = date(2026, 6, 30)


def words_of(content: bytes) -> str:
    """All text of a DOCX without white space, cells and paragraphs in order."""
    body = Document(io.BytesIO(content)).element.body
    return re.sub(r"\s", "", "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t")))


def expected_words(paper: Paper) -> list[str]:
    """Every text that a paper holds."""
    words = [paper.title, paper.office]
    for block in paper.blocks:
        if isinstance(block, Fields):
            words += [text for row in block.rows for field in row for text in (field.label, field.value)]
        elif isinstance(block, LongText):
            words += [block.label, *block.text.split("\n")]
        elif isinstance(block, Paragraph):
            words.append(block.text)
        elif isinstance(block, Items):
            words += [block.label, *block.items]
        elif isinstance(block, Ticks):
            words += [block.label, *(label for label, _chosen in block.options)]
        elif isinstance(block, Table):
            words += [*block.headings, *(text for row in block.rows for text in row)]
        elif isinstance(block, Signatures):
            words += [text for slot in block.slots for text in (slot.label, slot.done)]
        elif isinstance(block, DateLine):
            words.append(block.label)
        else:
            words.append(block.text)
    return [re.sub(r"\s", "", word) for word in words]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)
def test_a_form_as_docx_holds_every_word_of_the_form_and_is_the_same_twice(form, agreed_case):
    for paper in (form.build(Source()), form.build(Source(agreed_case, today=TODAY))):
        content = papers_as_docx([paper])
        found = words_of(content)
        assert [word for word in expected_words(paper) if word and word not in found] == []
        assert papers_as_docx([paper]) == content


def test_what_a_party_is_called_stays_text(agreed_case):
    party = agreed_case.parties[0]
    party.name = "{{ 7*7 }}<w:fldSimple w:instr='DATE'/>\x0b#link[甲]"
    content = papers_as_docx([form.build(Source(agreed_case, today=TODAY)) for form in FORMS])
    assert "{{7*7}}<w:fldSimplew:instr='DATE'/>#link[甲]" in words_of(content)
    body = Document(io.BytesIO(content)).element.body
    assert not [node for node in body.iter() if node.tag.endswith(("}fldSimple", "}instrText", "}hyperlink"))]


@pytest.mark.office
def test_every_form_opens_in_a_word_processor(agreed_case, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice on this machine: DOCX forms were not opened")
    papers = [form.build(Source(agreed_case, today=TODAY)) for form in FORMS]
    (tmp_path / "all.docx").write_bytes(papers_as_docx(papers))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "all.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=180)
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(tmp_path / "all.pdf").pages))
    assert [paper.title for paper in papers if re.sub(r"\s", "", paper.title) not in text] == []


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (1200, 800), (200, 220, 240)).save(drawn, "JPEG")
    return drawn.getvalue()


def pdf_page() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(300, 900)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


@pytest.fixture
def bound_case(session, mediator, tmp_path):
    """The whole dispute with scans of several kinds at their places."""
    case = samples.boundary_case_archived(session, actor=mediator, now=sample_moment(date(2026, 2, 2)))
    for place, content in (
        ("agreement", picture()),
        ("agreement", picture()),
        ("session_record", pdf_page()),
    ):
        stored = evidence.keep_file(tmp_path, evidence.check_file(content))
        evidence.attach(
            session,
            case,
            stored=stored,
            original_name="扫描.jpg",
            place=place,
            actor=mediator,
            now=sample_moment(date(2026, 6, 1)),
        )
    session.flush()
    session.refresh(case)
    return case


def test_the_bound_file_has_every_paper_in_order_with_its_pages_in_the_directory(bound_case, tmp_path):
    told: list[tuple[int, int]] = []
    content = dossier_as_pdf(
        bound_case,
        today=TODAY,
        reads=lambda scan: evidence.read_attachment(tmp_path, scan),
        tells=lambda done, total: told.append((done, total)),
    )
    pages = [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]
    entries = dossier_entries(bound_case, today=TODAY)
    assert told[-1] == (len(entries), len(entries))
    assert [entry.form.order for entry in entries] == sorted(entry.form.order or 99 for entry in entries)
    front = next(number for number, text in enumerate(pages) if "卷内目录" in text) + 1
    directory = "".join(pages[:front])
    for entry in entries:
        line = re.search(rf"{re.escape(re.sub(chr(32), '', entry.title))}(\d+)", directory)
        assert line is not None, entry.title
        titles = [
            number for number in range(len(pages)) if entry.form.title in pages[number] and number >= front
        ]
        assert titles, entry.title
    agreement = next(
        number for number, text in enumerate(pages) if number >= front and "人民调解协议书" in text
    )
    spans = re.search(r"人民调解协议书(\d+)—(\d+)", directory)
    assert spans is not None
    assert int(spans[1]) == agreement - front + 1
    assert int(spans[2]) - int(spans[1]) >= 2
    assert all(abs(float(page.mediabox.width) - 595.3) < 1 for page in PdfReader(io.BytesIO(content)).pages)


def test_what_is_missing_is_named_before_archiving(bound_case, agreed_case, oral_case):
    assert "登记过签名，却没有放入调解协议书的签字件扫描" not in dossier_problems(bound_case, today=TODAY)
    missing = dossier_problems(agreed_case, today=TODAY)
    assert "登记过签名，却没有放入调解协议书的签字件扫描" in missing
    assert any(sentence.startswith("缺回访记录") for sentence in missing)
    assert not any(sentence.startswith("缺回访记录") for sentence in dossier_problems(oral_case, today=TODAY))


def test_a_damaged_or_missing_scan_is_named_and_the_rest_is_bound(bound_case, tmp_path):
    for scan in bound_case.attachments:
        path = tmp_path / scan.stored_name[:2] / scan.stored_name
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    (tmp_path / scan.stored_name[:2] / scan.stored_name).unlink()
    content = dossier_as_pdf(
        bound_case, today=TODAY, reads=lambda each: evidence.read_attachment(tmp_path, each)
    )
    text = re.sub(
        r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages[:3])
    )
    assert "不能装订，见说明页" in text
    whole = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))
    assert whole.count("材料另存说明") == len(bound_case.attachments)
    assert "文件已损坏或者不在了，打不开" in whole


def endless_pdf() -> bytes:
    """A small PDF whose one page unpacks to hundreds of megabytes of drawing commands."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 900)
    stream = StreamObject()
    packer = zlib.compressobj(9)
    stream._data = b"".join(packer.compress(b"0 0 m 9 9 l S " * 2**20) for _ in range(40)) + packer.flush()
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    page[NameObject("/Contents")] = writer._add_object(stream)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_a_pdf_that_takes_for_ever_to_read_gets_a_slip_page_and_holds_nothing_up(
    bound_case, tmp_path, mediator, session
):
    """UPL-02: foreign PDF are read in a child with ceilings; its death is a page in the file."""
    stored = evidence.keep_file(tmp_path, evidence.check_file(endless_pdf()))
    evidence.attach(
        session,
        bound_case,
        stored=stored,
        original_name="无底洞.pdf",
        place="agreement",
        actor=mediator,
        now=sample_moment(date(2026, 6, 1)),
    )
    session.refresh(bound_case)
    began = time.monotonic()
    content = dossier_as_pdf(
        bound_case, today=TODAY, reads=lambda scan: evidence.read_attachment(tmp_path, scan)
    )
    assert time.monotonic() - began < 60
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))
    assert "无底洞.pdf不能装订，见说明页" in text
    assert text.count("材料另存说明") == 1
