"""After an agreement: visits, performance, the court, closing, archiving, opening anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assistant.i18n import gettext as _
from assistant.web.casework.acts import OPEN, PERFORMING, Act, S
from assistant.web.casework.acts_steps import reason_input
from assistant.web.clock import now as this_moment
from assistant.web.clock import today
from assistant.web.entries import Entered, Input, Kind, labelled
from mediation_rooms import cases, follow_ups
from mediation_rooms.actor import Actor
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.outcomes import FollowUp
from mediation_rooms.models.vocabulary import (
    Channel,
    CloseReason,
    ConfirmationOutcome,
    Performance,
    RetentionClass,
    Satisfaction,
    VisitForm,
)
from mediation_rooms.wording import N_


def _plan_inputs(_case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("planned_on", _("哪一天以前回访"), Kind.DAY, is_required=True),
        Input("reason", _("为什么这一天"), value=_("回访履行情况")),
    ]


def _plan(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    planned_on, reason = entered.needed_day("planned_on"), entered.text("reason")
    if planned_on < today():
        entered.problems.setdefault("planned_on", _("回访要安排在今天或者以后"))
    entered.check()
    follow_ups.plan_visit(session, case, planned_on=planned_on, reason=reason, actor=actor, now=now)


def _planned(case: CaseFile) -> list[FollowUp]:
    return [each for each in case.follow_ups if each.visited_at is None]


def _visit_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    planned = [(each.id, f"{each.planned_on} {each.reason}") for each in _planned(case)]
    found = [each for each in Performance if each is not Performance.UNKNOWN]
    return [
        Input("follow_up", _("哪一次回访"), Kind.CHOICE, planned),
        Input("visited_at", _("什么时间"), Kind.MOMENT, is_required=True,
              value=this_moment().strftime("%Y-%m-%dT%H:%M")),
        Input("form", _("怎样回访的"), Kind.RADIO, labelled(VisitForm), value=VisitForm.AT_HOME.value),
        Input("visited_person", _("回访了谁"), is_required=True),
        Input("performance", _("履行得怎样"), Kind.RADIO, labelled(found)),
        Input("satisfaction", _("本人说满意吗"), Kind.RADIO, labelled(Satisfaction),
              value=Satisfaction.NO_ANSWER.value),
        Input("findings", _("了解到的情况"), Kind.TEXT, is_required=True, rows=5),
        Input("hidden_risks", _("还有什么隐患"), Kind.TEXT, rows=2),
        Input("measures", _("采取了什么措施"), Kind.TEXT, rows=2),
    ]  # fmt: skip


def _visit(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    planned = entered.row_of("follow_up", _planned(case))
    findings = follow_ups.VisitFindings(
        visited_at=entered.needed_moment("visited_at"),
        form=entered.listed("form", VisitForm, VisitForm.OTHER),
        visited_person=entered.needed("visited_person", longest=60),
        performance=entered.listed("performance", Performance, Performance.UNKNOWN),
        satisfaction=entered.listed("satisfaction", Satisfaction, Satisfaction.NO_ANSWER),
        findings=entered.long_text("findings"),
        hidden_risks=entered.long_text("hidden_risks"),
        measures=entered.long_text("measures"),
    )
    entered.check()
    follow_ups.visit(session, planned, findings=findings, actor=actor, now=now)


def _performance_inputs(_case: CaseFile, _actor: Actor) -> Sequence[Input]:
    found = [each for each in Performance if each is not Performance.UNKNOWN]
    return [
        Input("performance", _("查明的履行情况"), Kind.RADIO, labelled(found)),
        Input("performed_on", _("履行完毕的日期"), Kind.DAY, value=today()),
        Input("at_once", _("是当场履行的"), Kind.YES),
        reason_input(),
    ]


def _perform(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    found = entered.listed("performance", Performance, Performance.UNKNOWN)
    performed_on, reason = entered.day("performed_on"), entered.needed("reason", longest=2000)
    entered.check()
    follow_ups.record_performance(
        session,
        case,
        performance=found,
        performed_on=performed_on if found is Performance.FULL else None,
        actor=actor,
        reason=reason,
        now=now,
        at_once=entered.yes("at_once"),
    )


def _apply_inputs(_case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("court", _("向哪个法院申请"), is_required=True),
        Input("applied_on", _("申请日期"), Kind.DAY, value=today(), is_required=True),
        Input("is_oral_application", _("是口头申请的"), Kind.YES),
        reason_input(),
    ]


def _apply(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    court, applied_on = entered.needed("court", longest=120), entered.needed_day("applied_on")
    reason = entered.text("reason", longest=2000)
    entered.check()
    follow_ups.apply_for_confirmation(
        session,
        case,
        court=court,
        applied_on=applied_on,
        actor=actor,
        reason=reason,
        now=now,
        is_oral_application=entered.yes("is_oral_application"),
    )


def _court_inputs(_case: CaseFile, _actor: Actor) -> Sequence[Input]:
    outcomes = [each for each in ConfirmationOutcome if each is not ConfirmationOutcome.PENDING]
    return [
        Input("outcome", _("法院的结果"), Kind.RADIO, labelled(outcomes)),
        Input("decided_on", _("裁定或者撤回的日期"), Kind.DAY, is_required=True),
        Input("accepted_on", _("法院受理的日期"), Kind.DAY),
        Input("court_number", _("法院案号")),
        reason_input(),
    ]


def _court_answers(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    outcome = entered.listed("outcome", ConfirmationOutcome, ConfirmationOutcome.PENDING)
    decided_on, accepted_on = entered.needed_day("decided_on"), entered.day("accepted_on")
    number, reason = entered.text("court_number", longest=80), entered.text("reason", longest=2000)
    entered.check()
    follow_ups.confirm(
        session,
        case,
        outcome=outcome,
        decided_on=decided_on,
        accepted_on=accepted_on,
        court_number=number,
        actor=actor,
        reason=reason,
        now=now,
    )


def _extend_inputs(_case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("until", _("延长到哪一天"), Kind.DAY, is_required=True,
              hint=_("先在“登记同意或者不同意”里登记各方都同意延长到这一天。")),
        reason_input(),
    ]  # fmt: skip


def _extend(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    until, reason = entered.needed_day("until"), entered.needed("reason", longest=2000)
    entered.check()
    cases.extend_deadline(session, case, until=until, actor=actor, now=now, reason=reason)


def _close_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    usual = CloseReason.AGREEMENT if case.state is S.PERFORMED else CloseReason.GAP_TOO_WIDE
    return [
        Input("close_reason", _("结案原因"), Kind.CHOICE, labelled(CloseReason), value=usual.value),
        reason_input(),
    ]


def _close(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    why = entered.listed("close_reason", CloseReason, CloseReason.OTHER)
    reason = entered.text("reason", longest=2000)
    entered.check()
    cases.close(session, case, close_reason=why, actor=actor, reason=reason, now=now)


def _archive_inputs(_case: CaseFile, actor: Actor) -> Sequence[Input]:
    return [
        Input(
            "retention_class",
            _("保管期限"),
            Kind.RADIO,
            labelled(RetentionClass),
            value=RetentionClass.LONG.value,
        ),
        Input("filed_by", _("立卷人"), value=actor.name, is_required=True),
        Input("checked_by", _("检查人"), is_required=True),
        Input("remarks", _("卷内情况说明"), Kind.TEXT, rows=3, value=_("材料齐全")),
    ]


def _archive(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    kept = entered.listed("retention_class", RetentionClass, RetentionClass.LONG)
    filed_by, checked_by = entered.text("filed_by", longest=60), entered.text("checked_by", longest=60)
    remarks = entered.long_text("remarks")
    entered.check()
    cases.archive(
        session,
        case,
        retention_class=kept,
        filed_by=filed_by,
        checked_by=checked_by,
        remarks=remarks,
        actor=actor,
        now=now,
    )


def _reopen_inputs(_case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("channel", _("怎样来的"), Kind.CHOICE, labelled(Channel)),
        reason_input(),
    ]


def _reopen(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> CaseFile:
    channel = entered.listed("channel", Channel, Channel.IN_PERSON)
    reason = entered.text("reason", longest=2000)
    entered.check()
    return cases.reopen(session, case, actor=actor, reason=reason, channel=channel, now=now)


_ENDED = frozenset(
    {S.FAILED, S.TERMINATED, S.DECLINED, S.REFERRED, S.BREACHED, S.CONFIRMATION_REFUSED, S.PERFORMED}
)

ACTS = (
    Act("plan-visit", N_("安排回访"), "outcome", _plan_inputs, _plan, states=PERFORMING),
    Act("visit", N_("记回访"), "outcome", _visit_inputs, _visit, states=PERFORMING,
        is_fit=lambda case: bool(_planned(case))),
    Act("performance", N_("登记履行情况"), "outcome", _performance_inputs, _perform, states=PERFORMING - {S.PERFORMED},
        step="record_performance"),
    Act("confirmation", N_("申请司法确认"), "outcome", _apply_inputs, _apply, states=frozenset({S.IN_FORCE, S.BREACHED}),
        step="apply_for_confirmation"),
    Act("court-result", N_("登记法院的结果"), "outcome", _court_inputs, _court_answers,
        states=frozenset({S.CONFIRMING})),
    Act("extend", N_("延长调解期限"), "outcome", _extend_inputs, _extend, states=OPEN - {S.RECEIVED}),
    Act("close", N_("结案"), "outcome", _close_inputs, _close, states=_ENDED, step="close"),
    Act("archive", N_("归档"), "outcome", _archive_inputs, _archive, states=frozenset({S.CLOSED}), step="archive"),
    Act("reopen", N_("重新立案"), "outcome", _reopen_inputs, _reopen, states=frozenset({S.CLOSED, S.ARCHIVED}),
        lead=N_("旧案卷原样留着，新案卷会指回它。")),
)  # fmt: skip
