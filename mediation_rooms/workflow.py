"""The life of a case file as one table of states and steps. Pure: it decides, it stores nothing.

Every step names where it starts, where it ends and the guards before it; each guard cites its
article. No step goes back in time: what was done is undone only by a later step with its own name,
person, time and reason. ``as_mermaid`` draws the table for the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mediation_rooms import guards
from mediation_rooms.case_view import CaseView
from mediation_rooms.errors import StepNotAllowed
from mediation_rooms.guards import Guard
from mediation_rooms.models.vocabulary import CaseState, Lane
from mediation_rooms.wording import N_, say

S = CaseState


@dataclass(frozen=True)
class Step:
    """One move of a file. ``lane`` limits a step to written or oral files."""

    name: str
    label: str
    sources: frozenset[CaseState]
    target: CaseState
    guards: tuple[Guard, ...] = ()
    lane: Lane | None = None


def _step(
    name: str,
    label: str,
    sources: tuple[CaseState, ...],
    target: CaseState,
    *conditions: Guard,
    lane: Lane | None = None,
) -> Step:
    return Step(name, label, frozenset(sources), target, conditions, lane)


_OPEN = (S.ACCEPTED, S.ENQUIRY, S.MEDIATING, S.AGREED)
_PERFORMING = (S.IN_FORCE, S.CONFIRMED, S.BREACHED)

STEPS: tuple[Step, ...] = (
    _step(
        "accept",
        N_("受理"),
        (S.RECEIVED,),
        S.ACCEPTED,
        guards.HAS_COMMITTEE,
        guards.BOTH_SIDES,
        guards.DATA_NOTICE,
        guards.CHILD_DATA,
        guards.SENSITIVE_DATA,
        guards.GATES_PASSED,
        guards.NOBODY_REFUSES,
    ),
    _step(
        "decline",
        N_("不予受理"),
        (S.RECEIVED,),
        S.DECLINED,
        guards.REPORTS_MADE,
        guards.APPLICANT_TOLD,
    ),
    _step(
        "refer",
        N_("转交其他部门"),
        (S.RECEIVED, *_OPEN),
        S.REFERRED,
        guards.REPORTS_MADE,
        guards.REFERRAL_WRITTEN,
    ),
    _step("take_back", N_("退回本室"), (S.REFERRED,), S.RECEIVED),
    _step("begin_enquiry", N_("开始调查"), (S.ACCEPTED, S.MEDIATING), S.ENQUIRY),
    _step(
        "begin_mediation",
        N_("开始调解"),
        (S.ACCEPTED, S.ENQUIRY),
        S.MEDIATING,
        guards.MEDIATOR_NAMED,
        guards.RIGHTS_TOLD,
        guards.ALL_CONSENT,
        guards.GUARDIANS,
        guards.GATES_PASSED,
    ),
    _step(
        "settle_in_writing",
        N_("达成书面协议"),
        (S.MEDIATING,),
        S.AGREED,
        guards.NOBODY_REFUSES,
        guards.WRITTEN_RESULT,
        guards.RECORD_READ_BACK,
        guards.GUESTS_AGREED,
        guards.AGREEMENT_COMPLETE,
        guards.SETTLEMENT_AGREED,
        guards.GUARDIANS,
    ),
    _step(
        "settle_orally",
        N_("达成口头协议"),
        (S.MEDIATING,),
        S.IN_FORCE,
        guards.NOBODY_REFUSES,
        guards.ORAL_RESULT,
        guards.RECORD_READ_BACK,
        guards.GUESTS_AGREED,
        guards.MAY_BE_ORAL,
        guards.ORAL_RECORDED,
        guards.SETTLEMENT_AGREED,
        guards.GUARDIANS,
    ),
    _step(
        "bring_into_force",
        N_("签署盖章，协议生效"),
        (S.AGREED,),
        S.IN_FORCE,
        guards.SETTLEMENT_AGREED,
        guards.COMMITTEE_SEAL,
        guards.SIGNED_AND_SEALED,
        guards.NO_TABLET_FOR_FAMILY,
        guards.DATES_IN_ORDER,
        lane=Lane.WRITTEN,
    ),
    _step("resume_talks", N_("恢复商谈"), (S.AGREED,), S.MEDIATING),
    _step(
        "fail",
        N_("调解不成"),
        (S.MEDIATING,),
        S.FAILED,
        guards.FAILED_RESULT,
        guards.REMEDIES_TOLD,
    ),
    _step("terminate", N_("终止调解"), _OPEN, S.TERMINATED, guards.REMEDIES_TOLD),
    _step(
        "apply_for_confirmation",
        N_("申请司法确认"),
        (S.IN_FORCE, S.BREACHED),
        S.CONFIRMING,
        guards.JOINT_APPLICATION,
        guards.APPLICATION_RECORDED,
        guards.WITHIN_THIRTY_DAYS,
    ),
    _step("confirm", N_("法院裁定有效"), (S.CONFIRMING,), S.CONFIRMED, guards.COURT_CONFIRMED),
    _step(
        "refuse_confirmation",
        N_("法院未予确认"),
        (S.CONFIRMING,),
        S.CONFIRMATION_REFUSED,
        guards.COURT_REFUSED,
    ),
    _step("withdraw_confirmation", N_("撤回确认申请"), (S.CONFIRMING,), S.IN_FORCE, guards.COURT_WITHDRAWN),
    _step(
        "mediate_again",
        N_("重新调解"),
        (S.CONFIRMATION_REFUSED, S.BREACHED),
        S.MEDIATING,
        guards.NOBODY_REFUSES,
    ),
    _step(
        "record_performance",
        N_("登记履行完毕"),
        (*_PERFORMING, S.CONFIRMATION_REFUSED),
        S.PERFORMED,
        guards.PERFORMED,
    ),
    _step("record_breach", N_("登记未履行"), (S.IN_FORCE, S.CONFIRMED), S.BREACHED, guards.BREACH_FOUND),
    _step(
        "close",
        N_("结案"),
        (S.PERFORMED,),
        S.CLOSED,
        guards.CLOSE_REASON,
        guards.VISITED,
        guards.RISKS_ANSWERED,
    ),
    _step(
        "close_without_performance",
        N_("结案（未达成或者未履行）"),
        (S.FAILED, S.TERMINATED, S.DECLINED, S.REFERRED, S.BREACHED, S.CONFIRMATION_REFUSED),
        S.CLOSED,
        guards.CLOSE_REASON,
        guards.APPLICANT_TOLD,
        guards.RISKS_ANSWERED,
    ),
    _step(
        "archive",
        N_("归档"),
        (S.CLOSED,),
        S.ARCHIVED,
        guards.ARCHIVE_PARTICULARS,
        guards.DATES_IN_ORDER,
        guards.RISKS_ANSWERED,
    ),
    _step("void", N_("编号作废"), (S.ACCEPTED,), S.VOIDED),
)

STEP_BY_NAME = {step.name: step for step in STEPS}


@dataclass(frozen=True)
class StepChoice:
    """A step that the state offers, and why it cannot be taken yet (empty: it can)."""

    step: Step
    reasons: tuple[str, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether every guard is content."""
        return not self.reasons


def _reasons(view: CaseView, step: Step, today: date) -> list[str]:
    reasons: list[str] = []
    for guard in step.guards:
        for sentence in guard.reasons(view, today):
            if sentence not in reasons:
                reasons.append(sentence)
    return reasons


def offered_steps(view: CaseView, *, today: date) -> list[StepChoice]:
    """Every step that starts in this state, each with what is still missing."""
    return [
        StepChoice(step, tuple(_reasons(view, step, today)))
        for step in STEPS
        if view.state in step.sources and step.lane in {None, view.lane}
    ]


def allowed_steps(view: CaseView, *, today: date) -> list[Step]:
    """The steps that can be taken now."""
    return [choice.step for choice in offered_steps(view, today=today) if choice.is_allowed]


def check_step(view: CaseView, name: str, *, reason: str, today: date) -> Step:
    """The step, if it may be taken now. Raises :class:`StepNotAllowed` with every reason why not."""
    step = STEP_BY_NAME.get(name)
    if step is None:
        raise StepNotAllowed([say(N_("没有“%(name)s”这一步"), name=name)])
    if view.state not in step.sources:
        raise StepNotAllowed(
            [say(N_("案件现在是“%(state)s”，不能“%(step)s”"), state=view.state.label, step=step.label)]
        )
    if step.lane is not None and view.lane is not step.lane:
        raise StepNotAllowed([say(N_("“%(step)s”只用于%(lane)s协议"), step=step.label, lane=step.lane.label)])
    problems = [] if reason.strip() else [N_("每一步都要写明理由")]
    problems += _reasons(view, step, today)
    if problems:
        raise StepNotAllowed(problems)
    return step


def as_mermaid() -> str:
    """The machine as a Mermaid state diagram: states, steps and the guards' names."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {state.value}: {state.label}" for state in CaseState]
    lines.append("    [*] --> received: 登记申请")
    for step in STEPS:
        names = "、".join(guard.name for guard in step.guards)
        label = f"{step.label} [{names}]" if names else step.label
        lines += [
            f"    {source.value} --> {step.target.value}: {label}"
            for source in CaseState
            if source in step.sources
        ]
    lines.append("    archived --> [*]")
    lines.append("    voided --> [*]")
    return "\n".join(lines) + "\n"
