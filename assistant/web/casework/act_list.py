"""Everything a mediator can do to a file, as one list in the order in which it is shown."""

from __future__ import annotations

from functools import lru_cache

from assistant.web.casework import (
    acts_evidence,
    acts_hearing,
    acts_intake,
    acts_outcome,
    acts_people,
    acts_rights,
    acts_settlement,
    acts_steps,
)
from assistant.web.casework.acts import Act

MODULES = (
    acts_intake,
    acts_people,
    acts_rights,
    acts_hearing,
    acts_settlement,
    acts_outcome,
    acts_evidence,
    acts_steps,
)


@lru_cache(maxsize=1)
def all_acts() -> dict[str, Act]:
    """Every act by key."""
    return {act.key: act for module in MODULES for act in module.ACTS}


def act_of_step(step: str) -> Act | None:
    """The act that takes a step of the workflow."""
    return next((act for act in all_acts().values() if act.step == step), None)
