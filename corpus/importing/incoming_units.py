"""What an importer read: rows to be looked at before anything is stored, each with its place in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from corpus.bai.varieties import Variety
from corpus.citation import Citation, NotACitation
from corpus.importing.file_refused import RowProblem
from corpus.importing.source_places import plain_words
from corpus.parallel.places import place_of
from corpus.parallel.unit_tables import UnitScript
from corpus.parallel.units import Person, UnitRefused, begin_unit, find_unit, source_on, write_text


@dataclass(frozen=True)
class IncomingUnit:
    """One row. ``line`` is the row, paragraph or entry of the file, counting from 1."""

    line: int
    citation: Citation
    variety: Variety
    script: UnitScript
    text: str
    source: str = ""
    provenance: str = ""
    printed_page: str = ""


@dataclass
class UnitsRead:
    """Everything read from a file."""

    units: list[IncomingUnit] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    left_out: list[RowProblem] = field(default_factory=list)
    """Entries that belong to no article; they do not stand in the way, and are said."""


@dataclass(frozen=True)
class PlannedUnit:
    """A row with what storing it would do: ``new``, ``changed`` or ``same``; a differing Chinese is said."""

    incoming: IncomingUnit
    effect: str
    remark: str = ""


@dataclass
class UnitsPlan:
    """What storing would do, and what stands in the way."""

    planned: list[PlannedUnit]
    problems: list[RowProblem]
    left_out: list[RowProblem] = field(default_factory=list)

    def count(self, effect: str) -> int:
        """How many rows have this effect."""
        return sum(1 for each in self.planned if each.effect == effect)


def incoming_unit(
    line: int,
    values: dict[str, str],
    problems: list[RowProblem],
    *,
    variety: Variety | None,
    script: UnitScript | None,
) -> IncomingUnit | None:
    """A row from plain values, or None with its problems noted. ``variety`` and ``script`` fill empty cells."""
    before = len(problems)
    try:
        citation = place_of(values.get("citation", ""))
    except NotACitation as problem:
        problems.append(RowProblem(line, str(problem)))
        citation = None
    named, written = values.get("variety", "").strip(), values.get("script", "").strip()
    if named and named not in set(Variety):
        problems.append(RowProblem(line, f"方言“{named[:20]}”不认得：请写 bca、bfs、bfc 或 lay"))
    if written and written not in set(UnitScript):
        problems.append(RowProblem(line, f"文字“{written[:20]}”不认得：请写 latin_1993、latin_1982 或 han"))
    if not named and variety is None:
        problems.append(RowProblem(line, "没有写方言"))
    if not written and script is None:
        problems.append(RowProblem(line, "没有写文字"))
    text = values.get("text", "").strip()
    if not text:
        problems.append(RowProblem(line, "译文是空的"))
    if text.startswith(("=", "+", "@")):
        problems.append(RowProblem(line, "译文像公式，没有接收；请改成普通文字"))
    if "<" in text and ">" in text:
        problems.append(RowProblem(line, "译文里有尖括号标记，没有接收；请只留文字"))
    if len(problems) > before or citation is None:
        return None
    chosen_variety = Variety(named) if named else variety
    chosen_script = UnitScript(written) if written else script
    if chosen_variety is None or chosen_script is None:
        return None
    return IncomingUnit(
        line,
        citation.at(None),
        chosen_variety,
        chosen_script,
        text,
        values.get("source", "").strip(),
        values.get("provenance", "").strip()[:200],
        values.get("printed_page", "").strip()[:20],
    )


def plan_units(session: Session, rows: Sequence[IncomingUnit], *, on: date) -> UnitsPlan:
    """Hold rows against the collection; nothing is stored."""
    planned: list[PlannedUnit] = []
    problems: list[RowProblem] = []
    seen: dict[tuple[str, Variety, UnitScript], int] = {}
    for row in rows:
        place = (str(row.citation), row.variety, row.script)
        if place in seen:
            problems.append(
                RowProblem(row.line, f"与第{seen[place]}行重复：同一条、同一方言、同一文字只能有一行")
            )
            continue
        seen[place] = row.line
        source = source_on(session, row.citation, on=on)
        if not source:
            problems.append(RowProblem(row.line, f"库里没有{row.citation.in_words()}，请核对法律名称和条号"))
            continue
        found = find_unit(session, row.citation, variety=row.variety, script=row.script)
        effect = "new" if found is None or not found.text else "same" if found.text == row.text else "changed"
        differs = row.source and plain_words(row.source) != plain_words(source)
        planned.append(PlannedUnit(row, effect, "文件里的中文与现行条文不同，请核对" if differs else ""))
    return UnitsPlan(planned, problems)


def store_units(session: Session, plan: UnitsPlan, *, person: Person, now: datetime, on: date) -> int:
    """Store every new and changed row as a draft; the number stored. Raises :class:`UnitRefused` with problems."""
    if plan.problems:
        raise UnitRefused([f"第{problem.line}行：{problem.sentence}" for problem in plan.problems])
    stored = 0
    for each in plan.planned:
        if each.effect == "same":
            continue
        row = each.incoming
        unit = begin_unit(session, row.citation, variety=row.variety, script=row.script, on=on)
        write_text(
            session,
            unit,
            text=row.text,
            person=person,
            now=now,
            on=on,
            provenance=row.provenance,
            printed_page=row.printed_page,
        )
        stored += 1
    return stored
