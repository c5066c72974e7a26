"""The wall of materials, one material with its preview and history, its ways out."""

from __future__ import annotations

from io import BytesIO

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnprocessableEntity
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.i18n import lazy_gettext as _l
from assistant.outreach import items
from assistant.outreach.designs.catalogue import DESIGNS, DesignKind
from assistant.outreach.exports import EXPORTS, exports_for
from assistant.outreach.kinds import KINDS, ItemKind
from assistant.outreach.language_versions import versions_of
from assistant.outreach.law_changes import say_today
from assistant.outreach.models import ItemStatus, OutreachItem
from assistant.outreach.quiz import questions_of
from assistant.outreach.starter import starter_topics
from assistant.outreach.typeset import preview, problems_of
from assistant.outreach.verse import SongNotReadable, check_song
from assistant.outreach.verse_forms import FORMS
from assistant.outreach.wall import Language, Wanted, audiences, on_the_wall, published
from assistant.web.clock import now, today
from assistant.web.outreach import blueprint
from assistant.web.outreach.standing import (
    STATUS_LABELS,
    STEP_ACTIONS,
    STEP_LABELS,
    allowed,
    editor,
    law_warnings,
    load_item,
    material,
)
from assistant.web.sessions import collection_reader, collection_writer
from mediation_rooms.permissions import Action

WALL_DESIGN, PREVIEW_DESIGN = "square", "cloth"
WALL_PIXELS, PREVIEW_PIXELS = 360, 900
LONGEST_WORD = 60
LANGUAGE_LABELS = {
    Language.ANY: _l("都看"),
    Language.WITH_BAI: _l("有白语"),
    Language.WITHOUT_BAI: _l("还没有白语"),
}


def wanted(fields: MultiDict[str, str]) -> Wanted:
    """The choice that stands in an address; what is unknown is not asked about."""
    status, language = fields.get("status", ""), fields.get("language", "")
    return Wanted(
        word=fields.get("q", "").strip()[:LONGEST_WORD],
        topic=fields.get("topic", "")[:LONGEST_WORD],
        audience=fields.get("audience", "")[:120],
        kind=ItemKind(kind) if (kind := fields.get("kind", "")) in set(ItemKind) else None,
        language=Language(language) if language in set(Language) else Language.ANY,
        status=ItemStatus(status) if status in set(ItemStatus) else None,
    )


@blueprint.get("/")
def index() -> str:
    """Everything as pictures, those whose law changed first; filtered by words, topic, audience, language, status."""
    session = collection_reader()
    chosen = wanted(request.args)
    warnings = law_warnings(session)
    shown = say_today(on_the_wall(session, chosen), warnings)
    return render_template(
        "outreach/index.html",
        items=shown,
        wanted=chosen,
        statuses=STATUS_LABELS,
        topics=[(topic.key, topic.title) for topic in starter_topics()],
        audiences=audiences(session),
        languages=LANGUAGE_LABELS,
        kinds={kind: _(rule.name) for kind, rule in KINDS.items()},
        dead=say_today(published(session, ids=warnings), warnings),
        may_write=allowed(Action.WRITE_OUTREACH),
        may_export=allowed(Action.EXPORT_OUTREACH),
        may_hold=allowed(Action.MANAGE_EVENTS),
    )


@blueprint.post("/starter-set")
def load_starter_set() -> Response:
    """Put the topics that ship on the wall as drafts."""
    try:
        added = items.load_starter_set(collection_writer(), editor=editor(), now=now())
    except items.ItemRefused as refused:
        raise UnprocessableEntity("；".join(refused.problems.values())) from refused
    flash(_("放上了 %(count)s 个主题。", count=len(added)), "good")
    return redirect(url_for("outreach.index"), 303)


@blueprint.post("/recheck")
def recheck() -> Response:
    """Hold everything against today's law."""
    changed = items.recheck(collection_writer(), on=today())
    if changed:
        flash(_("有 %(count)s 个材料依据的条文变了，要重新审。", count=len(changed)), "warning")
    else:
        flash(_("依据的条文都没有变。"), "good")
    return redirect(url_for("outreach.index"), 303)


@blueprint.get("/items/<int:item_id>")
def item(item_id: int) -> str:
    """Preview, status, what it rests on, its history, its ways out."""
    session = collection_reader()
    return _page(load_item(session, item_id), {})


def _page(found: OutreachItem, problems: dict[str, str]) -> str:
    session = collection_reader()
    try:
        ready = material(found) if found.rights.strip() else None
    except ValueError as problem:  # words of an older edition that no check had seen
        ready, problems = None, {**problems, "words": str(problem)}
    design = request.args.get("design", PREVIEW_DESIGN)
    design = design if design in DESIGNS else PREVIEW_DESIGN
    person = editor()
    steps = [
        (step, STEP_LABELS[step], items.step_problems(session, found, step, editor=person, today=today()))
        for step, (sources, _target) in items.STEPS.items()
        if found.status in sources and allowed(STEP_ACTIONS[step])
    ]
    song = None
    if found.song:
        try:
            song = check_song(found.song, FORMS[found.verse_form])
        except SongNotReadable as problem:
            problems = {**problems, "song": str(problem)}
    return render_template(
        "outreach/item.html",
        item=found,
        problems=problems,
        design=design,
        designs=[
            each
            for each in DESIGNS.values()
            if each.kind in {DesignKind.POSTER, DesignKind.SCREEN, DesignKind.LEAFLET}
        ],
        overflow=problems_of(ready, DESIGNS[design]) if ready is not None else [],
        is_ready=ready is not None,
        exports=exports_for(ready) if ready is not None and allowed(Action.EXPORT_OUTREACH) else [],
        findings=items.findings_of(session, found, on=today()),
        steps=steps,
        song=song,
        bai_versions=[(_(each.variety.chinese), each, each.variety.value) for each in versions_of(found)],
        questions=questions_of(found),
        kind=_(KINDS[found.kind].name),
        statuses=STATUS_LABELS,
        step_labels=STEP_LABELS,
        can_undo=not items.undo_problem(found, editor=person),
        picture_before=request.args.get("picture_before", type=int),
        may_write=allowed(Action.WRITE_OUTREACH),
    )


@blueprint.get("/items/<int:item_id>/picture.png")
def picture(item_id: int) -> Response:
    """A page of the material in one design, for the wall and the preview."""
    found = load_item(collection_reader(), item_id)
    design = DESIGNS.get(request.args.get("design", WALL_DESIGN))
    if design is None or not found.rights.strip():
        abort(404)
    width = PREVIEW_PIXELS if request.args.get("large") == "yes" else WALL_PIXELS
    try:  # a place that overflows is cut off here and named on the material's page
        drawn = preview(material(found), design, width=width)[0][0]
    except ValueError:
        abort(404)
    return send_file(BytesIO(drawn), mimetype="image/png")


@blueprint.get("/items/<int:item_id>/export/<key>")
def export(item_id: int, key: str) -> Response:
    """One material in one form. What fits no design is named, place by place."""
    found, way = load_item(collection_reader(), item_id), EXPORTS.get(key)
    if way is None or not found.rights.strip():
        abort(404)
    try:
        content = way.make(material(found))
    except ValueError as problem:
        raise UnprocessableEntity(str(problem)) from problem
    return send_file(
        BytesIO(content),
        mimetype=way.media_type,
        as_attachment=True,
        download_name=f"{found.title}-{way.label}.{way.ending}",
    )


@blueprint.post("/items/<int:item_id>/steps/<step>")
def take_step(item_id: int, step: str) -> Response | tuple[str, int]:
    """Check, publish, send back, withdraw."""
    if step != "undo" and (step not in items.STEPS or not allowed(STEP_ACTIONS[step])):
        abort(404)
    session = collection_writer()
    found = load_item(session, item_id)
    remark = request.form.get("remark", "")[:500]
    try:
        if step == "undo":
            if found.history and not allowed(STEP_ACTIONS.get(found.history[-1].step, Action.WRITE_OUTREACH)):
                abort(404)
            items.undo_last_step(session, found, editor=editor(), now=now())
        else:
            items.take_item_step(session, found, step, editor=editor(), now=now(), remark=remark)
    except items.ItemRefused as refused:
        session.rollback()
        return _page(load_item(collection_reader(), item_id), refused.problems), 409
    if step not in items.UNDOABLE:
        flash(_("已经保存。"), "good")
    return redirect(url_for("outreach.item", item_id=item_id), 303)
