"""Translations as XLIFF 1.2 and 2.0, ours and those of other programs. Entries without a target are passed over."""

from __future__ import annotations

from corpus.importing.bilingual_entries import Defaults, read_entries
from corpus.importing.bilingual_xml import entries_of
from corpus.importing.incoming_units import UnitsRead


def read_units_xliff(content: bytes, defaults: Defaults | None = None) -> UnitsRead:
    """Every entry with a target, by its citation (``resname``, ``name`` or ``id``), else by its Chinese.

    Raises :class:`~corpus.importing.file_refused.FileRefused` for what is no XLIFF of these two versions or
    whose source is not Chinese.
    """
    return read_entries(entries_of(content, kind="XLIFF"), defaults or Defaults())
