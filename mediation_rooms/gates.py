"""The questions before acceptance and what their answers mean. Pure; the questions are data.

A stop never ends with a bare refusal: every result carries the words to say and a referral sheet's
contents (who, where, why, by which article). Answers to questions about violence are marked hidden:
they must never be shown to, or printed for, the other side.
"""

from __future__ import annotations

import enum
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mediation_rooms.dispute_kinds import case_sources, dispute_kinds
from mediation_rooms.models.vocabulary import Answer, RiskKind

DATA = Path(__file__).with_name("data") / "gates.toml"


class GateKind(enum.StrEnum):
    """What a positive answer means."""

    STOP = "stop"
    REFER = "refer"
    REFER_PART = "refer_part"
    REPORT = "report"
    WARN = "warn"


_BLOCKING = frozenset({GateKind.STOP, GateKind.REFER, GateKind.REPORT})


@dataclass(frozen=True)
class Gate:
    """One question; ``asks`` says of which cases, ``unsure_counts`` that "not sure" means yes."""

    code: str
    question: str
    kind: GateKind
    asks: str
    articles: tuple[str, ...]
    why: str
    targets: tuple[str, ...]
    say: str
    unsure_counts: bool
    asked_alone: bool
    is_hidden_from_other_side: bool
    risk: RiskKind | None


@dataclass(frozen=True)
class GateResult:
    """What follows from one answer that was not a plain no."""

    gate: Gate
    answer: Answer

    @property
    def is_blocking(self) -> bool:
        """Whether the matter must not be accepted as people's mediation."""
        return self.gate.kind in _BLOCKING

    @property
    def must_report_at_once(self) -> bool:
        """Whether a report is due now, whatever else happens."""
        return self.gate.kind is GateKind.REPORT


@dataclass(frozen=True)
class GateOutcome:
    """All results together, and the questions still to be asked."""

    results: tuple[GateResult, ...]
    unanswered: tuple[Gate, ...]

    @property
    def blocking(self) -> tuple[GateResult, ...]:
        """The results for which the case must be declined or referred."""
        return tuple(result for result in self.results if result.is_blocking)

    @property
    def warnings(self) -> tuple[GateResult, ...]:
        """The results that ask for care, or send a part elsewhere."""
        return tuple(result for result in self.results if not result.is_blocking)


@dataclass(frozen=True)
class ReferralSheet:
    """What the person takes along: the gate, the words, the bodies and the articles."""

    gate_code: str
    title: str
    targets: tuple[str, ...]
    reason: str
    say: str
    articles: tuple[str, ...]
    is_hidden_from_other_side: bool


@lru_cache(maxsize=1)
def all_gates() -> Mapping[str, Gate]:
    """Every gate by code, in the order in which the questions are asked."""
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["gate"]
    return {
        row["code"]: Gate(
            code=row["code"],
            question=row["question"],
            kind=GateKind(row["kind"]),
            asks=row["asks"],
            articles=tuple(row["articles"]),
            why=row["why"],
            targets=tuple(row["targets"]),
            say=row["say"],
            unsure_counts=row.get("unsure_counts", False),
            asked_alone=row.get("alone", False),
            is_hidden_from_other_side=row.get("hidden", False),
            risk=RiskKind(row["risk"]) if "risk" in row else None,
        )
        for row in rows
    }


def gates_for(*, kind_code: str, source_code: str, has_minor: bool) -> tuple[Gate, ...]:
    """The questions that this case needs. Questions about violence belong to every family case."""
    kind = dispute_kinds()[kind_code]
    applies = {
        "always": True,
        "family": kind.is_family,
        "land": kind.is_land,
        "minor": has_minor,
        "private": not case_sources()[source_code].is_entrusted,
    }
    return tuple(gate for gate in all_gates().values() if applies[gate.asks])


def evaluate(
    answers: Mapping[str, Answer], *, kind_code: str, source_code: str, has_minor: bool
) -> GateOutcome:
    """Evaluate the answers by gate code. Raises ValueError for a code that does not exist."""
    unknown = sorted(set(answers) - set(all_gates()))
    if unknown:
        raise ValueError(f"没有这些问题：{'、'.join(unknown)}")
    asked = gates_for(kind_code=kind_code, source_code=source_code, has_minor=has_minor)
    results = tuple(
        GateResult(gate, answers[gate.code])
        for gate in all_gates().values()
        if gate.code in answers
        and (answers[gate.code] is Answer.YES or (gate.unsure_counts and answers[gate.code] is Answer.UNSURE))
    )
    unanswered = tuple(
        gate
        for gate in asked
        if gate.code not in answers or (answers[gate.code] is Answer.UNSURE and not gate.unsure_counts)
    )
    return GateOutcome(results, unanswered)


def referral_sheets(results: Iterable[GateResult]) -> tuple[ReferralSheet, ...]:
    """The sheets to hand over, one for each result that names a body."""
    return tuple(
        ReferralSheet(
            gate_code=result.gate.code,
            title="报告单" if result.must_report_at_once else "转办告知单",
            targets=result.gate.targets,
            reason=result.gate.why,
            say=result.gate.say,
            articles=result.gate.articles,
            is_hidden_from_other_side=result.gate.is_hidden_from_other_side,
        )
        for result in results
        if result.gate.targets
    )
