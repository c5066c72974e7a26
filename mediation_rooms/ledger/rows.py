"""One case as one row of the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select

from mediation_rooms.dispute_kinds import case_sources, dispute_kinds
from mediation_rooms.divisions import ancestors
from mediation_rooms.ledger.columns import (
    COLUMNS,
    FAILURE,
    NAME_SEPARATOR,
    NO_AGREEMENT,
    ORAL,
    SUCCESS,
    WITHDRAWN,
    WRITTEN,
)
from mediation_rooms.ledger.workbook import CellValue, write_workbook
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import CaseState, CloseReason
from mediation_rooms.statistics.facts import concluded_on
from mediation_rooms.statistics.periods import Period

PROVINCE_SYSTEM = "province"
"""Name of the external numbering that the first column carries."""


def ledger_row(case: CaseFile) -> list[CellValue]:
    """The 25 cells of a case, in order. Unknown is empty, never guessed; no money is 0, not blank."""
    values = {**_registration(case), **_mediation(case), **_outcome(case)}
    return [values[column.key] for column in COLUMNS]


def ledger_cases(files: Select[CaseFile], *, period: Period | None = None) -> Select[CaseFile]:
    """Those of ``files`` that stand in a ledger, in its order: accepted (in the period), neither sealed nor void."""
    kept = files.where(
        CaseFile.accepted_on.is_not(None), CaseFile.is_sealed.is_(False), CaseFile.state != CaseState.VOIDED
    )
    if period is not None:
        kept = kept.where(CaseFile.accepted_on.between(period.starts_on, period.ends_on))
    return kept.order_by(CaseFile.accepted_on, CaseFile.id)


def ledger_workbook(cases: Iterable[CaseFile]) -> bytes:
    """The ledger as an XLSX file."""
    headings = [(column.heading, column.width) for column in COLUMNS]
    return write_workbook("调解案件台账", headings, (ledger_row(case) for case in cases))


def _registration(case: CaseFile) -> dict[str, CellValue]:
    province = next((each.number for each in case.external_numbers if each.system == PROVINCE_SYSTEM), "")
    kind = dispute_kinds().get(case.kind_code)
    source = case_sources().get(case.source_code)
    return {
        "province_number": province,
        "committee": case.committee.name if case.committee is not None else "",
        "room": case.room.name,
        "received_by": case.received_by,
        "accepted_on": case.accepted_on,
        "source": source.name if source is not None else case.source_code,
        "grade": case.grade.label,
        "kind": kind.name if kind is not None else case.kind_code,
        "division": "".join(division.name for division in ancestors(case.division_code)[1:]),
        "involves_death": "有" if case.involves_death else "无",
        "statement": case.statement,
    }


def _mediation(case: CaseFile) -> dict[str, CellValue]:
    present = [each for each in case.mediators if each.left_on is None]
    lead = [each.mediator.name for each in present if each.is_lead]
    others = [each.mediator.name for each in present if not each.is_lead]
    persons = [party.is_organisation for party in case.parties]
    return {
        "lead_mediator": NAME_SEPARATOR.join(lead),
        "assistant_mediators": NAME_SEPARATOR.join(others),
        "mediated_on": concluded_on(case),
        "parties": NAME_SEPARATOR.join(party.name for party in case.parties),
        "relation": "公民与法人、社会组织之间" if any(persons) else "公民之间",
        "special_groups": case.special_groups or "无",
        "migrant_wages": "是" if case.involves_migrant_wages else "否",
    }


def _outcome(case: CaseFile) -> dict[str, CellValue]:
    agreement, oral = case.agreement, case.oral_agreement
    in_force = agreement if agreement is not None and agreement.effective_on is not None else None
    if in_force is not None:
        result, form, amount = SUCCESS, WRITTEN, in_force.total_amount or 0
    elif oral is not None:
        result, form, amount = SUCCESS, ORAL, oral.total_amount
    elif case.closed_on is None:
        result, form, amount = "", "", 0
    else:
        withdrawn = case.close_reason in {CloseReason.WITHDRAWN, CloseReason.RECONCILED}
        result, form, amount = WITHDRAWN if withdrawn else FAILURE, NO_AGREEMENT, 0
    return {
        "agreement_number": in_force.number if in_force is not None else "",
        "result": result,
        "form": form,
        "amount": amount,
        "performance": case.performance.label if result == SUCCESS else "",
        "allowance": "",
        "escalation": NAME_SEPARATOR.join(
            sorted({risk.kind.label for risk in case.risks if not risk.cleared_at})
        )
        or "无",
    }
