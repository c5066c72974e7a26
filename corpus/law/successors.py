"""Where repealed law went: article by article where it is known, else the statute as a whole.

The table is reviewed by hand (``data/successors.tsv``); each row names how it was established. A row
with several successors means that the old rule was divided.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from corpus.citation import Citation

_DATA = Path(__file__).with_name("data") / "successors.tsv"

CIVIL_CODE = "民法典"
CIVIL_CODE_EFFECTIVE_ON = date(2021, 1, 1)
REPEALED_BY_CIVIL_CODE = (
    "婚姻法",
    "继承法",
    "民法通则",
    "收养法",
    "担保法",
    "合同法",
    "物权法",
    "侵权责任法",
    "民法总则",
)
"""The nine statutes that 民法典第一千二百六十条 repeals."""


@dataclass(frozen=True)
class Succession:
    """One reviewed row: an article of a repealed statute and what took its place."""

    old: Citation
    new: tuple[Citation, ...]
    established_by: str


@lru_cache(maxsize=1)
def successions() -> tuple[Succession, ...]:
    """The whole table. Raises NotACitation when a row cannot be read."""
    with _DATA.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader((line for line in handle if not line.startswith("#!")), delimiter="\t")
        return tuple(
            Succession(
                old=Citation.parse(row["old"]),
                new=tuple(Citation.parse(each) for each in row["new"].split("；") if each),
                established_by=row["established_by"],
            )
            for row in rows
        )


@lru_cache(maxsize=1)
def _by_article() -> dict[Citation, tuple[Citation, ...]]:
    return {row.old: row.new for row in successions()}


def successors_of(citation: Citation) -> tuple[Citation, ...]:
    """The articles that took the place of a repealed one; empty when none is known."""
    return _by_article().get(citation.whole_article.at(None), ())


def successor_statute(name: str) -> str | None:
    """The statute that took the place of a repealed one as a whole, by short name."""
    return CIVIL_CODE if name in REPEALED_BY_CIVIL_CODE else None
