"""The recording list of a studio session: what has no take yet in a variety, in order, and walking through it.

A list is named by one word in addresses: ``bca.statute.民法典``, ``bfs.subject.legal``, ``bca.prompts``.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from assistant.i18n import gettext as _
from assistant.web.fixed_phrases import prompts_to_say
from corpus.bai.models import Subject
from corpus.bai.varieties import Variety
from corpus.parallel.recordings import still_missing
from corpus.parallel.spoken import Spoken, terms_to_speak, units_to_speak


@dataclass(frozen=True, slots=True)
class StudioList:
    """Everything of one source in one variety, and what of it is still missing."""

    name: str
    variety: Variety
    title: str
    everything: tuple[Spoken, ...]
    missing: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """A place in a list: its name, how many are missing, the one before and the next one to record."""

    name: str
    title: str
    missing_count: int
    number: int
    total: int
    previous: Spoken | None
    following: Spoken | None


def read_list(session: Session, name: str) -> StudioList | None:
    """The list with this name; None where the name is none."""
    code, _dot, source = name[:200].partition(".")
    if code not in set(Variety) or code == Variety.UNKNOWN:
        return None
    variety = Variety(code)
    kind, _dot, value = source.partition(".")
    if kind == "statute" and value:
        title, found = value, units_to_speak(session, variety=variety, statute=value)
    elif kind == "subject" and value in set(Subject):
        subject = Subject(value)
        title = _("法律词汇") if subject is Subject.LEGAL else _("日常词汇")
        found = terms_to_speak(session, variety=variety, subject=subject)
    elif source == "prompts":
        title, found = _("页面提示和文书用语"), list(prompts_to_say().values())
    else:
        return None
    wanted = {
        (each.kind, each.object_key)
        for each in still_missing(session, wanted=[each.wanted for each in found], variety=variety)
    }
    missing = tuple(each for each in found if (each.kind, each.object_key) in wanted)
    return StudioList(name, variety, title, tuple(found), missing)


def walk_from(session: Session, name: str, spoken: Spoken) -> Walk | None:
    """Where something stands in a list; None without a list or outside it."""
    found = read_list(session, name) if name else None
    if found is None:
        return None
    places = [each.object_key for each in found.everything]
    if spoken.object_key not in places:
        return None
    here = places.index(spoken.object_key)
    missing = {each.object_key for each in found.missing}
    later = [*found.everything[here + 1 :], *found.everything[:here]]
    return Walk(
        name=name,
        title=found.title,
        missing_count=len(missing),
        number=here + 1,
        total=len(places),
        previous=found.everything[here - 1] if here else None,
        following=next((each for each in later if each.object_key in missing), None),
    )
