"""Translations as other programs export them: TMX 1.4b. No entity, no outside reference."""

from __future__ import annotations

from corpus.importing.bilingual_entries import Defaults, read_entries
from corpus.importing.bilingual_xml import entries_of
from corpus.importing.file_refused import RowProblem
from corpus.importing.incoming_units import UnitsRead


def read_units_tmx(content: bytes, defaults: Defaults | None = None) -> UnitsRead:
    """Every translation unit, by the citation in ``prop`` or ``tuid``, else by its Chinese.

    Raises :class:`~corpus.importing.file_refused.FileRefused`.
    """
    entries = entries_of(content, kind="TMX")
    read = read_entries([entry for entry in entries if not entry.is_untranslated], defaults or Defaults())
    read.problems += [
        RowProblem(entry.line, "这一条没有白语译文") for entry in entries if entry.is_untranslated
    ]
    return read
