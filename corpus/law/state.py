"""What the collection holds, as one short string: derived data compare it with what they were built from."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus.law.models import CollectionState, Statute, StatuteVersion

FINGERPRINT = "content_fingerprint"


def content_fingerprint(session: Session) -> str:
    """The fingerprint of the statutes now stored; ``empty`` before the first import."""
    stored = session.get(CollectionState, FINGERPRINT)
    return stored.value if stored is not None else "empty"


def renew_fingerprint(session: Session) -> str:
    """Compute and store the fingerprint; called at the end of every change of the statutes."""
    digest = hashlib.sha256()
    rows = session.execute(
        select(
            Statute.short_name,
            StatuteVersion.effective_on,
            StatuteVersion.repealed_on,
            StatuteVersion.fingerprint,
        )
        .join(StatuteVersion.statute)
        .order_by(Statute.short_name, StatuteVersion.effective_on)
    )
    for row in rows:
        digest.update(repr(tuple(str(value) for value in row)).encode())
    value = digest.hexdigest()
    stored = session.get(CollectionState, FINGERPRINT)
    if stored is None:
        session.add(CollectionState(name=FINGERPRINT, value=value))
    else:
        stored.value = value
    session.flush()
    return value
