"""Taking a step of :mod:`mediation_rooms.workflow` on a stored file: check, move, write the history."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mediation_rooms import audit
from mediation_rooms.actor import Actor
from mediation_rooms.case_view import CaseView, day_of, deadline_view_of, view_of
from mediation_rooms.deadlines import deadlines_of
from mediation_rooms.errors import NotFound
from mediation_rooms.models.cases import CaseFile, StepTaken
from mediation_rooms.models.vocabulary import CaseState
from mediation_rooms.workflow import StepChoice, check_step, offered_steps


def must_be_own(case: CaseFile, actor: Actor) -> None:
    """Only the room that keeps a file changes it. Raises :class:`NotFound`."""
    if actor.room_id is None or case.room_id != actor.room_id:
        raise NotFound("没有这份案卷")


def refresh_deadline(case: CaseFile, *, now: datetime) -> None:
    """Keep the nearest open deadline on the file, for lists and for the centre above."""
    nearest = deadlines_of(deadline_view_of(case), day_of(now))
    case.next_due_on = nearest[0].due_on if nearest else None
    case.next_due_title = nearest[0].title if nearest else ""


def settle_down(session: Session, case: CaseFile, *, now: datetime) -> None:
    """Flush a change and renew the file's nearest deadline; the act itself is already in the trail."""
    session.flush()
    refresh_deadline(case, now=now)
    session.flush()


def touched(
    session: Session,
    case: CaseFile,
    *,
    actor: Actor,
    action: str,
    now: datetime,
    reason: str = "",
    renews_deadline: bool = False,
) -> None:
    """Flush a change of a file and leave one line in the trail.

    ``renews_deadline`` for changes that may move the nearest deadline; the others save the reading.
    """
    if renews_deadline or case.id is None:
        settle_down(session, case, now=now)
    with session.no_autoflush:  # the change and its line are written by one flush, the line's own
        audit.record(
            session,
            actor=actor,
            action=action,
            object_kind="case_file",
            object_id=case.id,
            room_id=case.room_id,
            reason=reason,
            now=now,
        )


def write_history(
    session: Session,
    case: CaseFile,
    *,
    step: str,
    from_state: CaseState | None,
    actor: Actor,
    reason: str,
    now: datetime,
) -> StepTaken:
    """Append one line to the file's history."""
    line = StepTaken(
        case=case,
        step=step,
        from_state=from_state,
        to_state=case.state,
        actor_account_id=actor.account_id,
        actor_name=actor.name,
        actor_room_id=actor.room_id,
        reason=reason.strip(),
        taken_at=now,
    )
    session.add(line)
    return line


def choices(case: CaseFile, *, now: datetime) -> list[StepChoice]:
    """The steps the file offers today, each with what is still missing."""
    return offered_steps(view_of(case, today=day_of(now)), today=day_of(now))


def take_step(
    session: Session, case: CaseFile, step: str, *, actor: Actor, reason: str, now: datetime
) -> StepTaken:
    """Move a file by one step. Raises :class:`StepNotAllowed` with every reason why not.

    Only the room that keeps the file may move it; for others it does not exist.
    """
    must_be_own(case, actor)
    session.flush()
    today = day_of(now)
    view: CaseView = view_of(case, today=today)
    checked = check_step(view, step, reason=reason, today=today)
    from_state = case.state
    case.state = checked.target
    line = write_history(session, case, step=step, from_state=from_state, actor=actor, reason=reason, now=now)
    touched(session, case, actor=actor, action=f"case.{step}", now=now, reason=reason, renews_deadline=True)
    return line
