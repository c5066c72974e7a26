"""What proves an event: photographs with their consent, and the paper tallies of the three questions."""

from __future__ import annotations

from io import BytesIO

from flask import abort, request, send_file
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.outreach import event_photographs
from assistant.outreach.event_models import AskedWhen, ConsentBasis, EventPhotograph, OutreachEvent
from assistant.outreach.events import note_step
from assistant.outreach.items import ItemRefused
from assistant.outreach.models import OutreachItem
from assistant.outreach.quiz import LARGEST_GROUP, questions_of, write_answers
from assistant.web.clock import now
from assistant.web.entries import Entered
from assistant.web.outreach import blueprint
from assistant.web.outreach.event_pages import do
from assistant.web.outreach.standing import editor
from assistant.web.sessions import collection_reader


@blueprint.post("/events/<int:event_id>/photographs")
def add_photograph(event_id: int) -> Response | tuple[str, int]:
    """Keep a photograph with its basis of consent."""
    entered = Entered(request.form)
    consent, note = request.form.get("consent", ""), entered.text("consent_note")
    caption, sent = entered.text("caption"), request.files.get("photograph")
    content = sent.read() if sent is not None else b""

    def act(session: Session, found: OutreachEvent) -> None:
        if consent not in set(ConsentBasis):
            entered.problems["consent"] = _("请选择为什么可以放这张照片")
        if not content:
            entered.problems["photograph"] = _("请选择照片")
        if entered.problems:
            raise ItemRefused(entered.problems)
        event_photographs.add_photograph(
            session,
            found,
            content=content,
            consent=ConsentBasis(consent),
            consent_note=note,
            caption=caption,
            editor=editor(),
            now=now(),
        )

    return do(event_id, act)


def _of(session: Session, event_id: int, photograph_id: int) -> EventPhotograph:
    found = session.get(EventPhotograph, photograph_id)
    if found is None or found.event_id != event_id:
        abort(404)
    return found


@blueprint.get("/events/<int:event_id>/photographs/<int:photograph_id>")
def photograph(event_id: int, photograph_id: int) -> Response:
    """The picture itself, for people of the studio only."""
    found = _of(collection_reader(), event_id, photograph_id)
    kind = "image/png" if found.picture.startswith(b"\x89PNG") else "image/jpeg"
    return send_file(BytesIO(found.picture), mimetype=kind)


@blueprint.post("/events/<int:event_id>/photographs/<int:photograph_id>/withdraw")
def withdraw_photograph(event_id: int, photograph_id: int) -> Response | tuple[str, int]:
    """The consent was taken back: the picture is gone."""
    return do(
        event_id,
        lambda session, found: event_photographs.withdraw_photograph(
            session, found, _of(session, event_id, photograph_id), editor=editor(), now=now()
        ),
    )


@blueprint.post("/events/<int:event_id>/answers")
def write_paper_answers(event_id: int) -> Response | tuple[str, int]:
    """Keep the tallies counted on paper."""
    entered = Entered(request.form)

    def act(session: Session, found: OutreachEvent) -> None:
        items = [session.get(OutreachItem, row.item_id) for row in found.materials]
        quiz = next((item for item in items if item is not None and questions_of(item)), None)
        if quiz is None:
            raise ItemRefused({"answers": _("这次活动用的材料里没有小问答")})
        tallies = {}
        for number in range(1, len(questions_of(quiz)) + 1):
            for asked_when in AskedWhen:
                field = f"answers-{number}-{asked_when.value}"
                answered, right = (
                    entered.number(name, at_most=LARGEST_GROUP) if entered.text(name, longest=8) else 0
                    for name in (field, f"{field}-right")
                )
                tallies[number, asked_when] = (answered, right)
        if entered.problems:
            raise ItemRefused(entered.problems)
        write_answers(found, quiz, tallies=tallies)
        note_step(found, "answers", editor=editor(), now=now())
        session.flush()

    return do(event_id, act)
