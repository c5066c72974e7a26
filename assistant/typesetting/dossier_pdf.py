"""The bound file as one PDF: cover, directory with page numbers, every paper, scans at their place."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from PIL import Image
from pypdf import PageObject, PdfReader, PdfWriter, Transformation

from assistant.typesetting.paper_pdf import papers_as_pdf
from assistant.typesetting.typst_engine import compile_pdf
from mediation_rooms.documents.dossier import DossierEntry, cover_papers, dossier_entries
from mediation_rooms.documents.paper import Note, Paper, Table
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.evidence import Attachment

LOGGER = logging.getLogger("assistant.typesetting")
_NUMBERS = Path(__file__).with_name("dossier.typ")
A4_POINTS = (595.276, 841.89)
MARGIN_POINTS = 28.35
PICTURE_PIXELS_PER_INCH = 150

Reads = Callable[[Attachment], bytes]
Tells = Callable[[int, int], None]


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def dossier_as_pdf(case: CaseFile, *, today: date, reads: Reads, tells: Tells = _silent) -> bytes:
    """Bind a file. ``reads`` opens a kept attachment; ``tells`` hears how many papers are done of how many.

    Pages are numbered from the first paper; cover and directory carry no number. An attachment that
    is no picture and no PDF, or cannot be opened, is named in the directory and left out.
    """
    entries = dossier_entries(case, today=today)
    pages: list[PageObject] = []
    lines: list[tuple[str, str, str, str]] = []
    for number, entry in enumerate(entries, start=1):
        own, remarks = _pages_of(entry, reads)
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


def _pages_of(entry: DossierEntry, reads: Reads) -> tuple[list[PageObject], list[str]]:
    pages, remarks = _read(papers_as_pdf([entry.paper])), []
    for scan in entry.scans:
        made = _scanned(scan, reads)
        if made is None:
            remarks.append(f"{scan.original_name}不能装订，另附")
        else:
            pages += made
    if any(entry.scans):
        remarks.insert(0, "附签字件或者材料")
    return pages, remarks


def _scanned(scan: Attachment, reads: Reads) -> list[PageObject] | None:
    is_picture = scan.media_type.startswith("image/")
    if not is_picture and scan.media_type != "application/pdf":
        return None
    try:
        content = reads(scan)
        return _read(_picture_page(content)) if is_picture else [_on_a4(page) for page in _read(content)]
    except Exception:  # whatever a foreign file does to its reader, the rest of the file is bound
        LOGGER.warning("attachment not bound", exc_info=True)
        return None


def _picture_page(content: bytes) -> bytes:
    """A picture on an A4 page, as large as the margins let it be, never enlarged beyond its pixels."""
    dots = PICTURE_PIXELS_PER_INCH
    width, height = (round(side / 72 * dots) for side in A4_POINTS)
    margin = round(MARGIN_POINTS / 72 * dots)
    with Image.open(io.BytesIO(content)) as picture:
        drawn = picture.convert("RGB")
    if drawn.width > drawn.height:
        drawn = drawn.transpose(Image.Transpose.ROTATE_270)
    drawn.thumbnail((width - 2 * margin, height - 2 * margin))
    sheet = Image.new("RGB", (width, height), "white")
    sheet.paste(drawn, ((width - drawn.width) // 2, (height - drawn.height) // 2))
    page = io.BytesIO()
    sheet.save(page, "PDF", resolution=dots, quality=80)
    return page.getvalue()


def _on_a4(page: PageObject) -> PageObject:
    """Another program's page scaled onto A4, without what it may carry beside its picture (links, scripts)."""
    scratch = PdfWriter()  # pypdf changes only pages that a writer owns
    own = scratch.add_page(page)
    own.transfer_rotation_to_content()
    own.pop("/Annots", None)
    width, height = float(own.mediabox.width), float(own.mediabox.height)
    scale = min(A4_POINTS[0] / width, A4_POINTS[1] / height)
    left = (A4_POINTS[0] - width * scale) / 2 - float(own.mediabox.left) * scale
    bottom = (A4_POINTS[1] - height * scale) / 2 - float(own.mediabox.bottom) * scale
    sheet = scratch.add_blank_page(*A4_POINTS)
    sheet.merge_transformed_page(own, Transformation().scale(scale).translate(left, bottom))
    return sheet


def _numbers(count: int) -> list[PageObject]:
    return _read(compile_pdf(_NUMBERS, {"first": 1, "count": count})) if count else []
