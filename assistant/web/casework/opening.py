"""Opening a file: within the reach of who asks, with a line in the trail before anything is shown."""

from __future__ import annotations

from flask import current_app
from sqlalchemy.orm import Session

from assistant.web.clock import now, today
from assistant.web.sessions import case_reader
from assistant.web.sign_in import signed_in_account
from corpus.database import Store
from mediation_rooms import reading
from mediation_rooms.actor import Actor
from mediation_rooms.audit_reading import VIEW
from mediation_rooms.errors import NotFound
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.visibility import load_case, load_own_case


def me() -> Actor:
    """Who acts. 404 for somebody who signed out while the page was being asked for."""
    return signed_in_account().actor


def _store() -> Store:
    store: Store = current_app.extensions["stores"].cases
    return store


def look_at(case_id: int, *, action: str = VIEW, reason: str = "") -> CaseFile:
    """A file to be shown or printed; the look is in the trail first, a refused one too."""
    try:
        found = load_case(case_reader(), actor=me(), case_id=case_id, today=today())
    except NotFound:
        refused(case_id)
        raise
    with _store().writing() as line:
        reading.record_look(line, found, actor=me(), now=now(), action=action, reason=reason)
    return found


def own_case(session: Session, case_id: int) -> CaseFile:
    """A file to be changed by the room that keeps it; a refusal is in the trail."""
    try:
        return load_own_case(session, actor=me(), case_id=case_id, today=today())
    except NotFound:
        session.rollback()  # the line needs the write lock that a writer of this request may hold
        refused(case_id)
        raise


def refused(case_id: int) -> None:
    """Somebody asked for a file that is not theirs."""
    with _store().writing() as line:
        reading.record_refused_look(line, case_id=case_id, actor=me(), now=now())


def searched(question: str, hit_count: int) -> None:
    """Files were searched by words; the line says how many were found, never what was asked."""
    with _store().writing() as line:
        reading.record_search(line, question=question, hit_count=hit_count, actor=me(), now=now())
