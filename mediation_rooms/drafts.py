"""Verbs on unsent forms: keep, find again, throw away; nobody but the writer ever reads one.

A draft is no part of the file: it is in no list, no export, and goes after :data:`KEPT_DAYS`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.errors import NotFound
from mediation_rooms.models.drafts import FormDraft

KEPT_DAYS = 30
LONGEST_CHARACTERS = 200_000


@dataclass(frozen=True)
class Draft:
    """What was typed, field by field (a field may have several values), and when it was kept."""

    fields: Mapping[str, Sequence[str]]
    saved_at: datetime


def _own(session: Session, actor: Actor, form: str) -> FormDraft | None:
    if actor.account_id is None:
        raise NotFound("没有登录，不能保存草稿")
    return session.scalar(
        select(FormDraft).where(FormDraft.account_id == actor.account_id, FormDraft.form == form)
    )


def keep_draft(
    session: Session,
    *,
    actor: Actor,
    form: str,
    case_id: int | None,
    fields: Mapping[str, Sequence[str]],
    now: datetime,
) -> FormDraft | None:
    """Keep what was typed so far in place of what was kept before; nothing when it is far too long.

    Drafts older than :data:`KEPT_DAYS` leave at the same time.
    """
    forget_old_drafts(session, now=now)
    content = json.dumps({name: list(values) for name, values in fields.items()}, ensure_ascii=False)
    if len(content) > LONGEST_CHARACTERS:
        return None
    draft = _own(session, actor, form)
    if draft is None:
        draft = FormDraft(account_id=actor.account_id, form=form, case_id=case_id)
        session.add(draft)
    draft.content, draft.saved_at = content, now
    session.flush()
    return draft


def forget_old_drafts(session: Session, *, now: datetime) -> None:
    """Remove drafts nobody came back to; also every night, where nobody types any more."""
    session.execute(delete(FormDraft).where(FormDraft.saved_at < now - timedelta(days=KEPT_DAYS)))


def find_draft(session: Session, *, actor: Actor, form: str) -> Draft | None:
    """What this person left unsent in this form."""
    kept = _own(session, actor, form)
    return None if kept is None else Draft(json.loads(kept.content), kept.saved_at)


def drop_draft(session: Session, *, actor: Actor, form: str) -> None:
    """The form was sent, or its writer threw it away."""
    if actor.account_id is not None:
        session.execute(
            delete(FormDraft).where(FormDraft.account_id == actor.account_id, FormDraft.form == form)
        )
