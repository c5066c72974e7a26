"""Lines of the trail in words: to what something was done, and with which result.

The trail keeps short codes, so that a line means the same in every language and for ever; whoever reads
it on a page is told in words. A code without words is shown as it is: better than no line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms.audit import AuditRecord
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.handing_on import HandedKind
from mediation_rooms.wording import N_

OBJECTS: Final[Mapping[str, str]] = {
    "account": N_("账户"),
    "case": N_("案卷"),
    "case_file": N_("案卷"),
    "party": N_("当事人"),
    "person": N_("个人"),
    "request": N_("求助"),
    "screening": N_("排查"),
    "prevented": N_("预防事件"),
    "room": N_("调解室"),
    "committee": N_("调委会"),
    "mediator": N_("调解员"),
    "backup": N_("备份"),
    **{kind.value: kind.label for kind in HandedKind},
}
RESULTS: Final[Mapping[str, str]] = {
    "done": N_("做了"),
    "refused": N_("没有准许"),
    "ignored": N_("没有理会"),
}


def words_of_object(kind: str) -> str:
    """What it was done to, in Chinese."""
    return OBJECTS.get(kind, kind)


def words_of_result(result: str) -> str:
    """How it ended, in Chinese."""
    return RESULTS.get(result, result)


def numbers_of_files(session: Session, lines: Iterable[AuditRecord]) -> dict[str, str]:
    """The numbers of the files that these lines are about, by the id in the line; files without one are left out."""
    ids = {
        int(line.object_id) for line in lines if line.object_kind == "case_file" and line.object_id.isdigit()
    }
    found = session.execute(select(CaseFile.id, CaseFile.number).where(CaseFile.id.in_(ids)))
    return {str(case_id): number for case_id, number in found if number}
