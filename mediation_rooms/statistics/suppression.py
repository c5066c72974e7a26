"""Small numbers hidden before a table leaves the room, so that a count does not point at a family.

A number from 1 to 4 is shown as ``<5``. Hiding one cell of a sum is undone by subtraction, so a
second cell of the same block is hidden with it. Two reports can be subtracted from each other as well
(a year from its eleven months, a county from its townships): every other count is therefore rounded down
to a multiple of five, and sums of money, whose difference would tell the one case between, are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from mediation_rooms.statistics.table import Cell, StatisticsTable

THRESHOLD = 5
"""Smallest count that is shown (our rule; a county may ask for more, never for less)."""


@dataclass(frozen=True)
class PublicCell:
    """A cell as shown outside the room: ``shown`` is a multiple of five, ``<5`` or ``…`` (hidden with another)."""

    block: str
    code: str
    label: str
    unit: str
    shown: str


def public_cells(table: StatisticsTable, *, threshold: int = THRESHOLD) -> list[PublicCell]:
    """The cells of a table with small counts hidden, and one more cell wherever a sum would reveal them."""
    by_block: dict[str, list[Cell]] = {}
    for cell in table.cells:
        by_block.setdefault(cell.block, []).append(cell)
    hidden: dict[str, str] = {}
    for block, cells in by_block.items():
        small = [cell for cell in cells if 0 < cell.value < threshold and cell.unit != "万元"]
        for cell in small:
            hidden[cell.code] = f"<{threshold}"
        if len(small) == 1 and block != "总体":
            rest = [cell for cell in cells if cell not in small and cell.value > 0]
            if rest:
                hidden[min(rest, key=lambda cell: (cell.value, cell.code)).code] = "…"
    total = table.value("total")
    failed = total - table.value("success")
    if 0 < failed < threshold and "success" not in hidden:
        hidden["success"] = "…"
    return [
        PublicCell(
            cell.block, cell.code, cell.label, cell.unit, hidden.get(cell.code, _rounded(cell, threshold))
        )
        for cell in table.cells
    ]


def _rounded(cell: Cell, step: int) -> str:
    return "…" if cell.unit == "万元" else str(int(cell.value) // step * step)
