"""Any file of translations into rows: which reader a file needs is told by its ending and its content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from corpus.bai.varieties import Variety
from corpus.contained import Unreadable
from corpus.importing.archive_guard import ArchiveRefused
from corpus.importing.bilingual_entries import Defaults
from corpus.importing.file_refused import FileRefused
from corpus.importing.incoming_units import UnitsRead
from corpus.importing.marked_text import decoded_text, read_marked_lines
from corpus.importing.office_files import open_document
from corpus.importing.source_places import source_places
from corpus.importing.units_table import read_units_table, units_of_table
from corpus.importing.units_tmx import read_units_tmx
from corpus.importing.units_xliff import read_units_xliff
from corpus.law.queries import articles_of, find_statute, version_on
from corpus.parallel.unit_tables import UnitScript

XLIFF_ENDINGS = ("xlf", "xliff", "sdlxliff", "mxliff", "mqxliff")
ENDINGS = ("tmx", *XLIFF_ENDINGS, "xlsx", "csv", "docx", "txt")


@dataclass(frozen=True)
class Beside:
    """What the person said beside the file, for what the file does not say."""

    statute: str = ""
    variety: Variety | None = None
    script: UnitScript | None = None


def read_units(session: Session, content: bytes, *, ending: str, beside: Beside, on: date) -> UnitsRead:
    """Rows of a file; nothing is stored. Raises :class:`FileRefused` with what to do."""
    statute = ""
    if beside.statute:
        found = find_statute(session, beside.statute)
        if found is None:
            raise FileRefused(f"库里没有《{beside.statute[:40]}》，请核对法律名称")
        statute = found.short_name
    if ending == "tmx" or ending in XLIFF_ENDINGS:
        defaults = Defaults(beside.variety, beside.script, source_places(session, statute=statute, on=on))
        return read_units_tmx(content, defaults) if ending == "tmx" else read_units_xliff(content, defaults)
    if ending in ("txt", "docx"):
        lines = decoded_text(content).splitlines() if ending == "txt" else _document(content)
        if isinstance(lines, _Table):
            return units_of_table(lines.rows, statute, beside.variety, beside.script)
        version = version_on(session, statute=statute, on=on) if statute else None
        articles = articles_of(session, version) if version is not None else []
        return read_marked_lines(
            lines,
            statute=statute,
            articles={(article.number, article.suffix or 0): article.text for article in articles},
            variety=beside.variety,
            script=beside.script,
        )
    if ending not in ENDINGS:
        raise FileRefused("请用 TMX、XLIFF、XLSX、CSV、DOCX 或者 TXT 文件")
    return read_units_table(
        content, name=f"file.{ending}", statute=statute, variety=beside.variety, script=beside.script
    )


@dataclass(frozen=True)
class _Table:
    rows: list[list[str]]


def _document(content: bytes) -> list[str] | _Table:
    """The rows of a document's tables where one has two columns, else the lines of its paragraphs."""
    try:
        opened = open_document(content)
    except (ArchiveRefused, Unreadable) as problem:
        raise FileRefused(str(problem)) from problem
    if any(len(row) > 1 for row in opened.table_rows):
        return _Table(opened.table_rows)
    return [line for paragraph in opened.paragraphs for line in paragraph.split("\n")]
