"""The ministry's case table: counted from plain facts, every sum checked, every share explained.

Formulas are printed beside their numbers because published rates hide their denominators. The
success rate is agreements ÷ concluded cases: refused and withdrawn cases stay in the denominator.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from mediation_rooms.dispute_kinds import KindScheme, case_sources
from mediation_rooms.models.vocabulary import CommitteeKind, Lane, PreventedKind
from mediation_rooms.statistics.periods import Period
from mediation_rooms.wording import N_

_TEN_THOUSAND = Decimal(10_000)


@dataclass(frozen=True)
class CaseFact:
    """What the table needs to know of one concluded case; nothing that names a person."""

    kind_code: str
    source_code: str
    subject: CommitteeKind
    people_count: int
    is_success: bool
    lane: Lane = Lane.UNDECIDED
    amount: Decimal = Decimal(0)
    """Money agreed, in yuan; 0 without an agreement."""
    is_difficult: bool = False


@dataclass(frozen=True)
class PreventionFacts:
    """The screening and prevention block, counted elsewhere (rounds and confirmed events)."""

    screening_count: int = 0
    prevented_count: int = 0
    events: dict[PreventedKind, tuple[int, int]] = field(default_factory=dict)
    """For each kind: events (件) and people (人)."""


@dataclass(frozen=True)
class Flow:
    """Cases moving through the period: carried over, accepted, still open at its end."""

    carried_over_count: int = 0
    accepted_count: int = 0
    open_count: int = 0


@dataclass(frozen=True)
class Cell:
    """One number of the table. ``share`` is in per cent of the total, one decimal, None without cases."""

    block: str
    code: str
    label: str
    unit: str
    value: int | Decimal
    share: Decimal | None = None


@dataclass(frozen=True)
class SumCheck:
    """A sum that must hold; ``holds`` is False when it does not, and the sentence says by how much."""

    sentence: str
    left: int | Decimal
    right: int | Decimal

    @property
    def holds(self) -> bool:
        """Whether both sides are equal."""
        return self.left == self.right


@dataclass(frozen=True)
class StatisticsTable:
    """The finished table of one period and one scope."""

    scheme: KindScheme
    period: Period
    scope: str
    cells: tuple[Cell, ...]
    checks: tuple[SumCheck, ...]
    success_rate: Decimal | None
    is_zero_report: bool
    uncounted_codes: tuple[str, ...]
    """Codes of cases that no column of this version counts; the checks fail when there are any."""

    def value(self, code: str) -> int | Decimal:
        """The number in the cell with this code. Raises KeyError."""
        for cell in self.cells:
            if cell.code == code:
                return cell.value
        raise KeyError(code)

    @property
    def is_consistent(self) -> bool:
        """True when every sum check holds."""
        return all(check.holds for check in self.checks)


def percentage(part: int, whole: int) -> Decimal | None:
    """``part`` of ``whole`` in per cent, one decimal, rounded half up; None when there is no whole."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def count_table(
    facts: Iterable[CaseFact],
    *,
    scheme: KindScheme,
    period: Period,
    scope: str,
    prevention: PreventionFacts | None = None,
    flow: Flow | None = None,
) -> StatisticsTable:
    """Count the concluded cases of a period into the columns of one version of the table."""
    cases = list(facts)
    prevention = prevention or PreventionFacts()
    flow = flow or Flow()
    total = len(cases)
    successes = [case for case in cases if case.is_success]
    cells = [*_totals(cases, successes, flow)]
    kinds = [
        Cell(N_("案件分类"), f"kind.{code}", scheme.names[code], N_("件"), count, percentage(count, total))
        for code in scheme.columns
        for count in [sum(scheme.column_of(case.kind_code) == code for case in cases)]
    ]
    sources, entrusted = _sources(cases, total)
    subjects = [
        Cell(N_("调解主体"), f"subject.{kind.value}", kind.label, N_("件"), count, percentage(count, total))
        for kind in CommitteeKind
        for count in [sum(case.subject is kind for case in cases)]
    ]
    oral = sum(case.lane is Lane.ORAL for case in successes)
    written = sum(case.lane is Lane.WRITTEN for case in successes)
    forms = [
        Cell(N_("协议形式"), "form.oral", N_("口头协议"), N_("件"), oral),
        Cell(N_("协议形式"), "form.written", N_("书面协议"), N_("件"), written),
    ]
    cells += [*subjects, *sources, *entrusted, *kinds, *forms, *_prevention_cells(prevention)]
    entrusted_total = sources[-1].value
    people = sum(case.people_count for case in cases)
    amount_without_agreement = sum((case.amount for case in cases if not case.is_success), Decimal(0))
    checks = (
        SumCheck(N_("各类案件之和＝调解案件总数"), _sum(kinds), total),
        SumCheck(N_("各来源之和＝调解案件总数"), _sum(sources), total),
        SumCheck(N_("各调解主体之和＝调解案件总数"), _sum(subjects), total),
        SumCheck(N_("口头协议＋书面协议＝调解成功"), oral + written, len(successes)),
        SumCheck(N_("各部门委托移送之和＝接受委托移送调解"), _sum(entrusted), entrusted_total),
        SumCheck(N_("涉及金额只来自达成协议的案件"), amount_without_agreement, 0),
        SumCheck(N_("涉及当事人数不少于案件数"), min(people, total), total),
    )
    unknown = {case.kind_code for case in cases if scheme.column_of(case.kind_code) not in scheme.columns}
    unknown |= {case.source_code for case in cases} - case_sources().keys()
    return StatisticsTable(
        scheme=scheme,
        period=period,
        scope=scope,
        cells=tuple(cells),
        checks=checks,
        success_rate=percentage(len(successes), total),
        is_zero_report=total == 0 and prevention.screening_count == 0,
        uncounted_codes=tuple(sorted(unknown)),
    )


def _totals(cases: list[CaseFact], successes: list[CaseFact], flow: Flow) -> list[Cell]:
    amount = sum((case.amount for case in successes), Decimal(0)) / _TEN_THOUSAND
    amount = amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    total = len(cases)
    return [
        Cell(N_("总体"), "carried_over", N_("期初结转"), N_("件"), flow.carried_over_count),
        Cell(N_("总体"), "accepted", N_("本期受理"), N_("件"), flow.accepted_count),
        Cell(N_("总体"), "total", N_("调解案件总数"), N_("件"), total),
        Cell(N_("总体"), "open", N_("期末未结"), N_("件"), flow.open_count),
        Cell(N_("总体"), "people", N_("涉及当事人数"), N_("人"), sum(case.people_count for case in cases)),
        Cell(
            N_("总体"), "success", N_("调解成功"), N_("件"), len(successes), percentage(len(successes), total)
        ),
        Cell(N_("总体"), "difficult", N_("疑难复杂案件"), N_("件"), sum(case.is_difficult for case in cases)),
        Cell(
            N_("总体"),
            "amount",
            N_("协议涉及金额"),
            N_("万元"),
            amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP),
        ),
    ]


def _sources(cases: list[CaseFact], total: int) -> tuple[list[Cell], list[Cell]]:
    """The three sources of the table, the last of them the sum of the senders that follow apart."""
    counts = {code: sum(case.source_code == code for case in cases) for code in case_sources()}
    own: list[Cell] = []
    entrusted: list[Cell] = []
    for code, source in case_sources().items():
        block, cells = (N_("委托移送部门"), entrusted) if source.is_entrusted else (N_("案件来源"), own)
        cells.append(
            Cell(
                block, f"source.{code}", source.name, N_("件"), counts[code], percentage(counts[code], total)
            )
        )
    entrusted_count = sum(counts[code] for code, source in case_sources().items() if source.is_entrusted)
    own.append(
        Cell(
            N_("案件来源"),
            "source.entrusted",
            N_("接受委托移送调解"),
            N_("件"),
            entrusted_count,
            percentage(entrusted_count, total),
        )
    )
    return own, entrusted


def _prevention_cells(prevention: PreventionFacts) -> list[Cell]:
    cells = [
        Cell(N_("排查预防"), "screening", N_("排查纠纷"), N_("次"), prevention.screening_count),
        Cell(N_("排查预防"), "prevented", N_("预防纠纷"), N_("件"), prevention.prevented_count),
    ]
    for kind in PreventedKind:
        events, people = prevention.events.get(kind, (0, 0))
        cells.append(Cell(N_("排查预防"), f"prevented.{kind.value}.events", kind.label, N_("件"), events))
        cells.append(Cell(N_("排查预防"), f"prevented.{kind.value}.people", kind.label, N_("人"), people))
    return cells


def _sum(cells: list[Cell]) -> int | Decimal:
    return sum(cell.value for cell in cells)
