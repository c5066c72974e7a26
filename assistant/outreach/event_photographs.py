"""Photographs of events: only with a basis of consent, without anything a camera hides in them, gone when withdrawn.

The picture lies in the row itself. Withdrawing deletes the row (the database overwrites what it deletes),
so there is no second copy to forget; a line of the history says that it was, not what it showed.
"""

from __future__ import annotations

import io
from datetime import datetime

from PIL import Image
from sqlalchemy.orm import Session

from assistant.outreach.event_models import ConsentBasis, EventPhotograph, OutreachEvent
from assistant.outreach.events import note_step
from assistant.outreach.items import Editor, ItemRefused
from assistant.outreach.pictures import PictureRefused, take_in
from assistant.outreach.wording import N_

LONGEST_SIDE = 2000
"""Enough for a report; a photograph of an event is never a poster."""
MOST_PHOTOGRAPHS = 12

CONSENT_NAMES = {
    ConsentBasis.WRITTEN: N_("画面里的人书面同意了"),
    ConsentBasis.SPOKEN: N_("当场问过，画面里的人同意了"),
    ConsentBasis.GUARDIANS: N_("有未成年人，本人和监护人都同意了"),
    ConsentBasis.NOBODY: N_("认不出任何人（场地、材料、背影）"),
}


def add_photograph(
    session: Session,
    event: OutreachEvent,
    *,
    content: bytes,
    consent: ConsentBasis,
    consent_note: str,
    caption: str,
    editor: Editor,
    now: datetime,
) -> EventPhotograph:
    """Keep a photograph. Raises :class:`ItemRefused` with a sentence by field."""
    problems = {}
    if len(event.photographs) >= MOST_PHOTOGRAPHS:
        problems["photograph"] = N_("一次活动最多放 12 张照片，请先撤下一张")
    if consent is not ConsentBasis.NOBODY and not consent_note.strip():
        problems["consent_note"] = N_("请写明谁在什么时候问的、怎样同意的（不写被拍的人的名字）")
    try:
        taken = take_in(content)
        if taken.kind == "svg":
            raise PictureRefused(N_("照片请传 JPEG、PNG 或 WebP。"))
    except PictureRefused as refused:
        problems["photograph"] = str(refused)
    if problems:
        raise ItemRefused(problems)
    picture, width, height = _smaller(taken.content)
    photograph = EventPhotograph(
        caption=caption.strip(),
        consent=consent,
        consent_note=consent_note.strip(),
        width=width,
        height=height,
        picture=picture,
        added_by=editor.name,
        added_at=now,
    )
    event.photographs.append(photograph)
    note_step(event, "add_photograph", editor=editor, now=now)
    session.flush()
    return photograph


def _smaller(content: bytes) -> tuple[bytes, int, int]:
    with Image.open(io.BytesIO(content)) as opened:
        kind = "PNG" if opened.format == "PNG" else "JPEG"
        picture = opened.copy()
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    made = io.BytesIO()
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    bare.save(made, kind, **({"quality": 85} if kind == "JPEG" else {}))
    return made.getvalue(), bare.width, bare.height


def withdraw_photograph(
    session: Session, event: OutreachEvent, photograph: EventPhotograph, *, editor: Editor, now: datetime
) -> None:
    """The consent is taken back, or the photograph is no longer wanted: it is gone."""
    event.photographs.remove(photograph)
    note_step(event, "withdraw_photograph", editor=editor, now=now)
    session.flush()
