"""Cells of a CSV file that no spreadsheet program takes for a formula."""

from __future__ import annotations

from collections.abc import Iterable

FORMULA_SIGNS = "=+-@＝＋－＠\t\r\n"
"""What a spreadsheet program begins a formula with, in both widths, and what it passes over before one."""


def plain_cells(cells: Iterable[str]) -> list[str]:
    """The cells, with an apostrophe before whatever begins like a formula."""
    return [f"'{cell}" if cell and cell[0] in FORMULA_SIGNS else cell for cell in cells]
