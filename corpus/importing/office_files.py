"""Office files opened where they can do no harm: what comes back is plain cells and lines.

The packing is checked first (:mod:`corpus.importing.archive_guard`); the parser then runs in a process with
little memory and little time (:mod:`corpus.contained`). Every importer of XLSX and DOCX reads through here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from corpus.contained import read_contained
from corpus.importing.archive_guard import DOCUMENT_LIMITS, WORKBOOK_LIMITS, check_archive

READER = "corpus.importing.office_cells"


@dataclass(frozen=True)
class OpenedDocument:
    """A DOCX file: its paragraphs, and the cells of each row of all its tables."""

    paragraphs: list[str]
    table_rows: list[list[str]]


def sheet_rows(
    content: bytes, *, most_rows: int, formulas: bool = True, computed: bool = False
) -> list[list[str]]:
    """The cells of the first sheet as text, the empty ones as ``""``, at most so many rows and 60 columns.

    A formula is a refusal unless ``formulas``; with ``computed`` the value that was saved with it is read.
    Raises ArchiveRefused and :class:`~corpus.contained.Unreadable`.
    """
    check_archive(content, limits=WORKBOOK_LIMITS)
    asked = json.dumps({"rows": most_rows, "formulas": formulas, "computed": computed}).encode()
    rows: list[list[str]] = json.loads(read_contained(f"{READER}:sheet_as_json", asked + b"\n" + content))
    return rows


def open_document(content: bytes) -> OpenedDocument:
    """Paragraphs and tables of a DOCX file. Raises ArchiveRefused and :class:`~corpus.contained.Unreadable`."""
    check_archive(content, limits=DOCUMENT_LIMITS)
    found = json.loads(read_contained(f"{READER}:document_as_json", content))
    return OpenedDocument(found["paragraphs"], found["rows"])
