"""The ministry's table counted from the store, and as rows of a workbook."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mediation_rooms.dispute_kinds import scheme_of_year
from mediation_rooms.ledger.workbook import write_workbook
from mediation_rooms.statistics.facts import Scope, case_facts, flow, prevention_facts
from mediation_rooms.statistics.periods import Period
from mediation_rooms.statistics.suppression import public_cells
from mediation_rooms.statistics.table import StatisticsTable, count_table

HEADINGS = [("栏目", 16), ("项目", 30), ("单位", 8), ("数", 12), ("占比%", 10)]


def table_of(session: Session, *, period: Period, scope: Scope, scope_name: str) -> StatisticsTable:
    """The table of a period under the scheme of its year."""
    return count_table(
        case_facts(session, period=period, scope=scope),
        scheme=scheme_of_year(period.ends_on.year),
        period=period,
        scope=scope_name,
        prevention=prevention_facts(session, period=period, scope=scope),
        flow=flow(session, period=period, scope=scope),
    )


def rows_of(table: StatisticsTable, *, is_public: bool) -> list[list[str]]:
    """Block, label, unit, value, share; a public one hides small counts and shows no shares."""
    if is_public:
        return [[cell.block, cell.label, cell.unit, cell.shown, ""] for cell in public_cells(table)]
    return [
        [cell.block, cell.label, cell.unit, str(cell.value), "" if cell.share is None else str(cell.share)]
        for cell in table.cells
    ]


def workbook_of(table: StatisticsTable, *, is_public: bool) -> bytes:
    """The table as an XLSX file."""
    return write_workbook(f"统计表 {table.period.code}", HEADINGS, rows_of(table, is_public=is_public))
