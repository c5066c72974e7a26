"""How much a fault test does: little in ``make test``, everything in ``make faults`` (``FAULTS=full``)."""

from __future__ import annotations

import os

FULL = os.environ.get("FAULTS", "") == "full"


def extent(full: int, short: int) -> int:
    """``full`` when the report is made, ``short`` otherwise."""
    return full if FULL else short
