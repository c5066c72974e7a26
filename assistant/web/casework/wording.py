"""How times, steps and states are worded on the pages of the room."""

from __future__ import annotations

from assistant.i18n import gettext as _
from assistant.i18n import lazy_gettext as _l
from mediation_rooms.models.vocabulary import CaseState
from mediation_rooms.workflow import STEP_BY_NAME

OTHER_LINES = {"open": _l("登记申请"), "reopen": _l("重新立案")}
STATE_KINDS = {
    CaseState.RECEIVED: "info",
    CaseState.AGREED: "warning",
    CaseState.BREACHED: "danger",
    CaseState.CONFIRMATION_REFUSED: "danger",
    CaseState.PERFORMED: "good",
    CaseState.CLOSED: "neutral",
    CaseState.ARCHIVED: "neutral",
    CaseState.VOIDED: "neutral",
    CaseState.DECLINED: "neutral",
    CaseState.REFERRED: "neutral",
}
STAGES = (
    (_l("登记"), frozenset({CaseState.RECEIVED})),
    (_l("受理"), frozenset({CaseState.ACCEPTED, CaseState.ENQUIRY})),
    (_l("调解"), frozenset({CaseState.MEDIATING})),
    (_l("协议"), frozenset({CaseState.AGREED})),
    (_l("履行"), frozenset({CaseState.IN_FORCE, CaseState.CONFIRMING, CaseState.CONFIRMED,
                          CaseState.CONFIRMATION_REFUSED, CaseState.BREACHED, CaseState.PERFORMED})),
    (_l("结案归档"), frozenset({CaseState.CLOSED, CaseState.ARCHIVED})),
)  # fmt: skip
"""The stages a mediator thinks in; a file that ended early shows none as current."""


def step_label(name: str) -> str:
    """The name of a step in the interface's language."""
    if name in STEP_BY_NAME:
        return _(STEP_BY_NAME[name].label)
    return str(OTHER_LINES.get(name, name))


def stages(state: CaseState) -> list[tuple[object, str]]:
    """Each stage with how it stands, for the macro ``stepper``."""
    place = next((number for number, (_label, states) in enumerate(STAGES) if state in states), None)
    if place is None:
        return []
    done = place == len(STAGES) - 1
    return [
        (label, "done" if number < place or done else "current" if number == place else "open")
        for number, (label, _states) in enumerate(STAGES)
    ]


def state_kind(state: CaseState) -> str:
    """The colour that repeats what the word says."""
    return STATE_KINDS.get(state, "info")
