"""What a file is called on its cover."""

from __future__ import annotations

from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.models.cases import CaseFile


def case_title(case: CaseFile) -> str:
    """The name on the cover: first party of each side, how many more, and the kind."""
    sides = []
    for side in ("applicant", "respondent"):
        names = [party.name for party in case.parties if party.side == side]
        if names:
            sides.append(names[0] + (f"等{len(names)}人" if len(names) > 1 else ""))
    return "与".join(sides) + dispute_kinds()[case.kind_code].name
