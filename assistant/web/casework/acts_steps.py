"""Steps that need nothing but a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from assistant.i18n import gettext as _
from assistant.web.casework.acts import Act
from assistant.web.entries import Entered, Input, Kind
from mediation_rooms import cases, settlements
from mediation_rooms.actor import Actor
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.steps import take_step
from mediation_rooms.workflow import STEP_BY_NAME

_OF_THEIR_OWN = {
    "accept": cases.accept,
    "void": cases.void,
    "settle_in_writing": settlements.settle_in_writing,
    "settle_orally": settlements.settle_orally,
    "bring_into_force": settlements.bring_into_force,
}
"""Steps whose verb does more than move: it gives a number, takes a day."""

PLAIN = (
    "begin_enquiry",
    "begin_mediation",
    "resume_talks",
    "fail",
    "terminate",
    "mediate_again",
    "take_back",
    "record_breach",
    *_OF_THEIR_OWN,
)


def reason_input() -> Input:
    """Every step says why."""
    return Input(
        "reason",
        _("理由"),
        Kind.TEXT,
        is_required=True,
        rows=2,
        hint=_("写进案卷的经过里，例如“双方到齐，愿意调解”。"),
    )


def _does(name: str) -> Any:
    def take(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
        reason = entered.text("reason", longest=2000)
        entered.check()
        verb = _OF_THEIR_OWN.get(name)
        if verb is not None:
            verb(session, case, actor=actor, reason=reason, now=now)
        else:
            take_step(session, case, name, actor=actor, reason=reason, now=now)

    return take


ACTS = tuple(
    Act(
        key=name.replace("_", "-"),
        label=STEP_BY_NAME[name].label,
        group="step",
        asks=lambda _case, _actor: [reason_input()],
        does=_does(name),
        states=STEP_BY_NAME[name].sources,
        step=name,
    )
    for name in PLAIN
)
