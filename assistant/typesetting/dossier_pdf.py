"""The bound file as one PDF: cover, directory with page numbers, every paper, scans at their place."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from PIL import Image
from pypdf import PageObject, PdfReader, PdfWriter

from assistant.typesetting.drawn_names import drawings_on
from assistant.typesetting.foreign_pdf import A4_POINTS, READER
from assistant.typesetting.paper_pdf import papers_as_pdf
from assistant.typesetting.typst_engine import compile_pdf
from corpus.contained import Unreadable, read_contained
from mediation_rooms.documents.catalogue import Need
from mediation_rooms.documents.dossier import DossierEntry, cover_papers, dossier_entries
from mediation_rooms.documents.paper import Field, Fields, Note, Paper, Paragraph, Table
from mediation_rooms.documents.wording import instant_in_figures
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.evidence import Attachment

LOGGER = logging.getLogger("assistant.typesetting")
_NUMBERS = Path(__file__).with_name("dossier.typ")
MARGIN_POINTS = 28.35
PICTURE_PIXELS_PER_INCH = 150
READERS = 2
"""Scans read side by side: a foreign PDF waits for a process of its own, a picture for its decoder."""

Reads = Callable[[Attachment], bytes]
Tells = Callable[[int, int], None]


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def dossier_as_pdf(case: CaseFile, *, today: date, reads: Reads, tells: Tells = _silent) -> bytes:
    """Bind a file. ``reads`` opens a kept attachment; ``tells`` hears how many papers are done of how many.

    Pages are numbered from the first paper; cover and directory carry no number. An attachment that
    is no picture and no PDF, or cannot be opened, has a slip page in its place that names it, and a
    remark in the directory.
    """
    entries = dossier_entries(case, today=today)
    pages: list[PageObject] = []
    lines: list[tuple[str, str, str, str]] = []
    for number, entry in enumerate(entries, start=1):
        own, remarks = _pages_of(case, entry, reads)
        first, last = len(pages) + 1, len(pages) + len(own)
        pages += own
        span = str(first) if first == last else f"{first}—{last}"
        lines.append((str(number), entry.title, span, "；".join(remarks)))
        tells(number, len(entries))
    cover, back = cover_papers(case, today=today)
    front = _read(papers_as_pdf([cover, _directory(lines, cover.office)]))
    writer = PdfWriter()
    for page in front:
        writer.add_page(page)
    for page, stamp in zip(pages, _numbers(len(pages)), strict=True):
        writer.add_page(page).merge_page(stamp)
    for page in _read(papers_as_pdf([back])):
        writer.add_page(page)
    writer.add_metadata({"/Title": case.title or "调解卷宗", "/Producer": "", "/Creator": ""})
    bound = io.BytesIO()
    writer.write(bound)
    return bound.getvalue()


def _directory(lines: Sequence[tuple[str, str, str, str]], office: str) -> Paper:
    return Paper(
        "directory",
        "卷内目录",
        (
            Table(("序号", "文书名称", "页号", "备注"), tuple(lines), (1, 6, 2, 4), blank_rows=12),
            Note("页号从目录后第一页起编。"),
        ),
        office=office,
    )


def _read(content: bytes) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(content)).pages)


def _pages_of(case: CaseFile, entry: DossierEntry, reads: Reads) -> tuple[list[PageObject], list[str]]:
    drawings = drawings_on([entry.paper], case, reads=reads)
    pages, remarks = _read(papers_as_pdf([entry.paper], drawings=drawings)), []
    for start in range(0, len(entry.scans), READERS):
        batch = entry.scans[start : start + READERS]
        with ThreadPoolExecutor(READERS) as pool:
            waiting = [pool.submit(_scanned, scan, reads) for scan in batch]
        for scan, made in zip(batch, waiting, strict=True):
            try:
                pages += made.result()
            except Unreadable as problem:
                pages += _read(papers_as_pdf([_slip(entry, scan, str(problem))]))
                remarks.append(f"{scan.original_name}不能装订，见说明页")
    if entry.scans:
        remarks.insert(0, "附签字件或者材料")
    remarks.insert(0, "必须" if entry.form.need is Need.ALWAYS else "按需")
    return pages, remarks


def _slip(entry: DossierEntry, scan: Attachment, reason: str) -> Paper:
    """The page that stands where an attachment should: what it is, why it is not here, where it is kept."""
    return Paper(
        "slip",
        "材料另存说明",
        (
            Fields(
                (
                    (Field("应在的位置", entry.title, span=4),),
                    (Field("材料名称", scan.original_name, span=4),),
                    (
                        Field("放入时间", instant_in_figures(scan.added_at), span=2),
                        Field("放入人", scan.added_by, span=2),
                    ),
                    (Field("没有装订的原因", reason, span=4),),
                    (Field("文件指纹（SHA-256）", scan.sha256, span=4),),
                )
            ),
            Paragraph("原件或者重新扫描的页，请放在本页之后，并在卷宗情况说明里写明。"),
        ),
    )


def _scanned(scan: Attachment, reads: Reads) -> list[PageObject]:
    """The pages of one attachment. Raises :class:`Unreadable` with the reason for its slip page."""
    is_picture = scan.media_type.startswith("image/")
    if not is_picture and scan.media_type != "application/pdf":
        raise Unreadable("录音、Word 和 Excel 文件不能装订成页，另外保存")
    try:
        content = reads(scan)
        return _read(_picture_page(content) if is_picture else read_contained(READER, content))
    except Unreadable:
        raise
    except Exception as problem:  # whatever a foreign file does to its reader, the rest of the file is bound
        LOGGER.warning("attachment not bound", exc_info=True)
        raise Unreadable("文件已损坏或者不在了，打不开") from problem


def _picture_page(content: bytes) -> bytes:
    """A picture on an A4 page, as large as the margins let it be, never enlarged beyond its pixels."""
    dots = PICTURE_PIXELS_PER_INCH
    width, height = (round(side / 72 * dots) for side in A4_POINTS)
    margin = round(MARGIN_POINTS / 72 * dots)
    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("RGB", (width, width))  # a large photograph is decoded no finer than the page shows it
        drawn = picture.convert("RGB")
    if drawn.width > drawn.height:
        drawn = drawn.transpose(Image.Transpose.ROTATE_270)
    drawn.thumbnail((width - 2 * margin, height - 2 * margin))
    sheet = Image.new("RGB", (width, height), "white")
    sheet.paste(drawn, ((width - drawn.width) // 2, (height - drawn.height) // 2))
    page = io.BytesIO()
    sheet.save(page, "PDF", resolution=dots, quality=80)
    return page.getvalue()


def _numbers(count: int) -> list[PageObject]:
    return _read(compile_pdf(_NUMBERS, {"first": 1, "count": count})) if count else []
