"""Any file of translations into rows: which reader a file needs is told by its ending and its content."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from docx import Document
from sqlalchemy.orm import Session

from corpus.bai.varieties import Variety
from corpus.importing.archive_guard import DOCUMENT_LIMITS, ArchiveRefused, check_archive
from corpus.importing.bilingual_entries import Defaults
from corpus.importing.incoming_units import FileRefused, UnitsRead
from corpus.importing.marked_text import decoded_text, document_lines, read_marked_lines
from corpus.importing.source_places import source_places
from corpus.importing.units_table import read_units_table
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
        reader: Callable[[bytes, Defaults], UnitsRead] = (
            read_units_tmx if ending == "tmx" else read_units_xliff
        )
        places = source_places(session, statute=statute, on=on)
        return reader(content, Defaults(beside.variety, beside.script, places))
    if ending == "txt" or (ending == "docx" and not _has_table(content)):
        version = version_on(session, statute=statute, on=on) if statute else None
        articles = articles_of(session, version) if version is not None else []
        return read_marked_lines(
            decoded_text(content).splitlines() if ending == "txt" else document_lines(content),
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


def _has_table(content: bytes) -> bool:
    """Whether a document holds a table of two columns; else its paragraphs are read."""
    try:
        check_archive(content, limits=DOCUMENT_LIMITS)
        return any(len(table.columns) > 1 for table in Document(io.BytesIO(content)).tables)
    except ArchiveRefused as problem:
        raise FileRefused(str(problem)) from problem
    except (KeyError, ValueError) as problem:
        raise FileRefused("不是完好的 DOCX 文件：请在办公软件里另存为 .docx") from problem
