"""Before acceptance: the plain questions, what they lead to, declining, referring, amending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assistant.i18n import gettext as _
from assistant.web.casework.acts import OPEN, UNFINISHED, Act, S
from assistant.web.casework.acts_steps import reason_input
from assistant.web.choices import place_choices
from assistant.web.entries import Entered, Input, Kind, labelled
from assistant.web.sentences import said
from mediation_rooms import cases, intake, referrals
from mediation_rooms.actor import Actor
from mediation_rooms.case_view import has_minor, latest_answers
from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.divisions import level_above
from mediation_rooms.gates import Gate, all_gates, gates_for
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import Answer, CloseReason, ReferralDirection
from mediation_rooms.steps import take_step
from mediation_rooms.visibility import REFERRAL_OPEN_DAYS
from mediation_rooms.wording import N_


def kind_choices() -> list[tuple[object, object]]:
    """The kinds of dispute of the ministry's table."""
    return [(kind.code, _(kind.name)) for kind in dispute_kinds().values()]


def gates_of(case: CaseFile) -> tuple[Gate, ...]:
    """The questions this file needs."""
    return gates_for(
        kind_code=case.kind_code,
        source_code=case.source_code,
        has_minor=has_minor(case, case.applied_on),
    )


def _gate_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    known = latest_answers(case)
    inputs: list[Input] = []
    for gate in gates_of(case):
        inputs.append(
            Input(
                gate.code,
                said(gate.question),
                Kind.RADIO,
                labelled(Answer),
                value=known[gate.code].value if gate.code in known else "",
                hint=_("对方不在场时单独问。") if gate.asked_alone else "",
            )
        )
        if gate.asked_alone:
            inputs.append(Input(f"{gate.code}-alone", _("是单独问的"), Kind.YES))
    return inputs


def _answer_gates(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    known, said = latest_answers(case), {}
    for gate in gates_of(case):
        written = entered.text(gate.code)
        if not written:
            continue
        if written not in set(Answer):
            entered.problems[gate.code] = _("请从列表中选择")
            continue
        answer = Answer(written)
        if known.get(gate.code) is answer:
            continue
        if gate.asked_alone and not entered.yes(f"{gate.code}-alone"):
            entered.problems[gate.code] = _("这个问题要单独问，请在对方不在场时再问，并记明是单独问的")
        said[gate.code] = answer
    entered.check()
    for code, answer in said.items():
        alone = all_gates()[code].asked_alone
        intake.answer_gate(
            session, case, gate_code=code, answer=answer, actor=actor, now=now, asked_alone=alone
        )


def _risk_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input(
            "risk",
            _("哪一项危险情形"),
            Kind.CHOICE,
            [(flag.id, _(flag.kind.label)) for flag in _open_risks(case)],
        ),
        Input("reported_to", _("向哪个部门报告了"), hint=_("例如：某某派出所，几点几分，谁接的")),
        Input("measures", _("采取了什么措施"), Kind.TEXT, rows=3),
        Input("clear_reason", _("已经解除的，写为什么"), Kind.TEXT, rows=2),
    ]


def _open_risks(case: CaseFile) -> list[object]:
    return [flag for flag in case.risks if flag.cleared_at is None]


def _answer_risk(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    flag = entered.row_of("risk", case.risks)
    reported_to, measures = entered.text("reported_to", longest=120), entered.long_text("measures")
    clear_reason = entered.long_text("clear_reason")
    entered.check()
    intake.answer_risk(
        session,
        flag,
        actor=actor,
        now=now,
        reported_to=reported_to,
        clear_reason=clear_reason,
        measures=measures,
    )


def _decline_inputs(_case: CaseFile, _actor: Actor) -> Sequence[Input]:
    reasons = (
        CloseReason.NOT_ACCEPTABLE,
        CloseReason.REFUSED,
        CloseReason.WITHDRAWN,
        CloseReason.TRANSFERRED,
        CloseReason.OTHER,
    )
    return [
        Input("close_reason", _("为什么不受理"), Kind.CHOICE, labelled(reasons)),
        reason_input(),
    ]


def _decline(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    why = entered.listed("close_reason", CloseReason, CloseReason.OTHER)
    reason = entered.text("reason", longest=2000)
    entered.check()
    cases.decline(session, case, actor=actor, reason=reason, now=now, close_reason=why)


def _refer_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    above = level_above(case.area_office_code or case.room.division_code)
    gates = [(gate.code, said(gate.question)) for gate in gates_of(case)]
    return [
        Input(
            "direction",
            _("去向"),
            Kind.RADIO,
            labelled(ReferralDirection),
            value=ReferralDirection.OUT.value,
            hint=_(
                "报上一级的，由%(name)s接收，%(days)s 天里可以看这份案卷。",
                name=above.name,
                days=REFERRAL_OPEN_DAYS,
            )
            if above is not None
            else "",
        ),
        Input("target", _("转给、报告给哪个部门"), hint=_("报上一级的可以不填。")),
        Input("gate_code", _("因为受理前的哪一个问题"), Kind.CHOICE, gates, empty=_("与这些问题无关")),
        Input("found_at", _("几时发现的（报告要写）"), Kind.MOMENT),
        Input("due_on", _("请对方在哪一天以前答复"), Kind.DAY),
        reason_input(),
        Input("hands_over", _("同时把案件转出，本室不再办理"), Kind.YES),
    ]


def _refer(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    direction = entered.listed("direction", ReferralDirection, ReferralDirection.OUT)
    gate_code = entered.text("gate_code")
    if gate_code and gate_code not in all_gates():
        entered.problems["gate_code"] = _("请从列表中选择")
    target, reason = entered.text("target", longest=120), entered.text("reason", longest=2000)
    found_at, due_on = entered.moment("found_at"), entered.day("due_on")
    if found_at is not None and found_at > now:
        entered.problems["found_at"] = _("发现的时间不能晚于现在")
    entered.check()
    referrals.refer(
        session,
        case,
        direction=direction,
        target=target,
        reason=reason,
        actor=actor,
        now=now,
        gate_code=gate_code,
        found_at=found_at,
        due_on=due_on,
    )
    if entered.yes("hands_over"):
        take_step(session, case, "refer", actor=actor, reason=reason, now=now)


def _amend_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("seen_version", "", value=case.version_id),
        Input("kind_code", _("纠纷种类"), Kind.CHOICE, kind_choices(), value=case.kind_code),
        Input("statement", _("事情经过"), Kind.TEXT, value=case.statement, rows=8),
        Input("requests", _("请求"), Kind.TEXT, value=case.requests, rows=3, hint=_("一行写一项。")),
        Input("amount_in_dispute", _("涉及金额"), Kind.MONEY, value=case.amount_in_dispute or ""),
        Input("occurred_on", _("发生日期"), Kind.DAY, value=case.occurred_on or ""),
        Input("occurred_place", _("发生地点"), value=case.occurred_place),
        Input(
            "division_code",
            _("所在村、社区"),
            Kind.CHOICE,
            place_choices(case.room.division_code, case.division_code),
            value=case.division_code,
        ),
        Input("involves_migrant_wages", _("涉及农民工工资"), Kind.YES,
              value="yes" if case.involves_migrant_wages else ""),
        Input("involves_death", _("涉及死亡"), Kind.YES, value="yes" if case.involves_death else ""),
    ]  # fmt: skip


def _amend(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    changes: dict[str, object] = {
        "kind_code": entered.text("kind_code"),
        "statement": entered.long_text("statement"),
        "requests": entered.long_text("requests"),
        "amount_in_dispute": entered.money("amount_in_dispute"),
        "occurred_on": entered.day("occurred_on"),
        "occurred_place": entered.text("occurred_place"),
        "division_code": entered.text("division_code"),
        "involves_migrant_wages": entered.yes("involves_migrant_wages"),
        "involves_death": entered.yes("involves_death"),
    }
    seen = entered.number("seen_version", at_least=0)
    entered.check()
    changed = {name: value for name, value in changes.items() if getattr(case, name) != value}
    cases.amend(session, case, changes=changed, seen_version=seen, actor=actor, now=now)


ACTS = (
    Act("gates", N_("受理前要问的问题"), "intake", _gate_inputs, _answer_gates, states=OPEN,
        lead=N_("照着念，问清楚再选。答“是”的，页面会告诉您这件事该由谁办、为什么。")),
    Act("amend", N_("修改基本情况"), "intake", _amend_inputs, _amend, states=UNFINISHED),
    Act("risk", N_("处理危险情形"), "intake", _risk_inputs, _answer_risk, is_fit=lambda case: bool(_open_risks(case))),
    Act("refer", N_("转办、报告、报上一级"), "intake", _refer_inputs, _refer, states=OPEN, step="refer",
        lead=N_("写明给谁、为什么；写好以后可以打印移送（报告）单。")),
    Act("decline", N_("不予受理"), "intake", _decline_inputs, _decline, states=frozenset({S.RECEIVED}), step="decline"),
)  # fmt: skip
