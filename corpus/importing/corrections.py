"""The small reviewed table of facts that replace what a source says, each row with its own source."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from corpus.importing.statute_text import IncomingVersion

_TABLE = Path(__file__).parent.parent / "law" / "data" / "corrections.tsv"
FIELDS = frozenset({"effective_on", "repealed_on", "replaced_by", "not_repealed"})


@dataclass(frozen=True)
class Correction:
    """One fact: which statute and day of publication, which field, its value, and where it is from."""

    statute: str
    published_on: date
    field: str
    value: str
    source: str


@lru_cache(maxsize=1)
def corrections() -> tuple[Correction, ...]:
    """The table. Raises ValueError for a field that cannot be corrected."""
    with _TABLE.open(encoding="utf-8", newline="") as handle:
        rows = tuple(
            Correction(
                row["statute"],
                date.fromisoformat(row["published_on"]),
                row["field"],
                row["value"],
                row["source"],
            )
            for row in csv.DictReader(handle, delimiter="\t")
        )
    unknown = {row.field for row in rows} - FIELDS
    if unknown:
        raise ValueError(f"corrections.tsv: unknown fields {sorted(unknown)}")
    return rows


def corrections_for(version: IncomingVersion) -> dict[str, str]:
    """Field → value for one version."""
    return {
        row.field: row.value
        for row in corrections()
        if (row.statute, row.published_on) == (version.short_name, version.published_on)
    }


def apply_corrections(version: IncomingVersion) -> None:
    """Put the reviewed facts into a version; a corrected first day is no longer in doubt."""
    facts = corrections_for(version)
    if "effective_on" in facts:
        version.effective_on = date.fromisoformat(facts["effective_on"])
        version.doubt = ""
    if "repealed_on" in facts:
        version.repealed_on = date.fromisoformat(facts["repealed_on"])
        version.replaced_by = facts.get("replaced_by", "")
