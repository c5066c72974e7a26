"""A ledger from outside: its packing checked, its cells read in a process of their own, then held to the columns."""

from __future__ import annotations

import json
from datetime import date

from corpus.contained import Unreadable, read_contained
from corpus.importing.archive_guard import WORKBOOK_LIMITS, ArchiveRefused, check_archive
from mediation_rooms.ledger.reading import REQUIRED, LedgerReading, read_ledger
from mediation_rooms.ledger.workbook import UnreadableWorkbook, rows_from_json

READER = "mediation_rooms.ledger.workbook:rows_as_json"


def open_ledger(content: bytes, *, today: date) -> LedgerReading:
    """Read a 25-column workbook. Raises UnreadableWorkbook with a sentence when it is not one."""
    try:
        check_archive(content, limits=WORKBOOK_LIMITS)
        made = read_contained(READER, json.dumps(REQUIRED).encode() + b"\n" + content)
    except (ArchiveRefused, Unreadable) as problem:
        raise UnreadableWorkbook(str(problem)) from problem
    return read_ledger(rows_from_json(made), today=today)
