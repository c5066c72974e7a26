"""The people whose voices are kept: name or pseudonym, village, variety, consent and its withdrawal."""

from __future__ import annotations

from pathlib import Path

from flask import abort, after_this_request, flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.clock import today
from assistant.web.entries import Entered
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.sound import sound_folder
from assistant.web.workbench import blueprint
from assistant.web.workbench.sound_standing import FORM_LABELS, SCOPE_LABELS
from assistant.web.workbench.standing import variety_choices
from corpus.bai.varieties import Variety
from corpus.parallel.recordings import remove_files
from corpus.parallel.recordings import withdraw_consent as withdraw
from corpus.parallel.tables import ConsentForm, ConsentScope, Recording, RecordingStatus, Speaker
from mediation_rooms.divisions import all_divisions, full_name
from mediation_rooms.errors import InvalidEntry

MOST_PLACES = 30


@blueprint.get("/speakers")
def speakers() -> str:
    """Everybody, those whose consent stands first, and a form for one more."""
    return _page({}, {}, ())


def _page(problems: dict[str, str], entered: dict[str, str], places: tuple[tuple[str, str], ...]) -> str:
    session = collection_reader()
    rows = session.execute(
        select(Recording.speaker_id, func.count())
        .where(Recording.status != RecordingStatus.WITHDRAWN)
        .group_by(Recording.speaker_id)
    )
    counted = dict(rows.all())
    return render_template(
        "workbench/speakers.html",
        speakers=session.scalars(
            select(Speaker).order_by(Speaker.consent_withdrawn_on.is_not(None), Speaker.name, Speaker.id)
        ).all(),
        counted=counted,
        forms=FORM_LABELS,
        scopes=SCOPE_LABELS,
        varieties=variety_choices(),
        places=places,
        day=today(),
        problems=problems,
        entered=entered,
    )


def _places(written: str) -> tuple[tuple[str, str], ...]:
    """Divisions with these characters in their names, as (code, full name); the exact name or code alone."""
    known = all_divisions()
    if written in known:
        return ((written, full_name(written)),)
    named = [each for each in known.values() if written in (each.name, full_name(each.code))]
    found = named or [each for each in known.values() if written in full_name(each.code)]
    return tuple((each.code, full_name(each.code)) for each in found[: MOST_PLACES + 1])


def _read_village(entered: Entered) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The full name of the village, or what it may be; a problem where it is not clear."""
    written = entered.needed("village", longest=120)
    places = _places(written) if written else ()
    if written and not places:
        entered.problems["village"] = _("没有找到“%(place)s”，请写村或者乡镇的正式名称", place=written[:30])
    elif len(places) > MOST_PLACES:
        entered.problems["village"] = _("叫这个名字的地方太多，请写得更完整")
        places = ()
    elif len(places) > 1:
        entered.problems["village"] = _("有几个地方叫这个名字，请选一个")
    return (places[0][1] if len(places) == 1 else ""), places


@blueprint.post("/speakers")
def add_speaker() -> Response | tuple[str, int]:
    """Note somebody with consent; without its day, form and reach nobody is noted."""
    entered = Entered(request.form)
    village, places = _read_village(entered)
    name = entered.needed("name", longest=80)
    consent_on = entered.needed_day("consent_on")
    if consent_on > today():
        entered.problems["consent_on"] = _("同意的日期不能在今天以后")
    values = {field: entered.text(field) for field in ("variety", "consent_form", "consent_scope")}
    if values["variety"] not in set(Variety) or values["variety"] == Variety.UNKNOWN:
        entered.problems["variety"] = _("请从列表中选择")
    if values["consent_form"] not in set(ConsentForm):
        entered.problems["consent_form"] = _("请从列表中选择")
    if values["consent_scope"] not in set(ConsentScope):
        entered.problems["consent_scope"] = _("请从列表中选择")
    if not entered.yes("agreed"):
        entered.problems["agreed"] = _("没有本人（或者监护人）的同意，不能录音")
    try:
        entered.check()
    except InvalidEntry as wrong:
        written = {key: value for key, value in request.form.items() if key != "csrf_token"}
        return _page(dict(wrong.problems), written, places if len(places) > 1 else ()), 422
    collection_writer().add(
        Speaker(
            name=name,
            village=village[:120],
            variety=Variety(values["variety"]),
            consent_on=consent_on,
            consent_form=ConsentForm(values["consent_form"]),
            consent_scope=ConsentScope(values["consent_scope"]),
        )
    )
    flash(_("已经保存。"), "good")
    return redirect(url_for("workbench.speakers"), 303)


@blueprint.post("/speakers/<int:speaker_id>/withdraw")
def withdraw_consent(speaker_id: int) -> Response:
    """The speaker no longer agrees: every take leaves use at once, its files are deleted, the row tells why."""
    session = collection_writer()
    speaker = session.get(Speaker, speaker_id)
    if speaker is None or speaker.consent_withdrawn_on is not None:
        abort(404)
    names = [name for take in speaker.recordings for name in (take.path, take.original_path) if name]
    count = withdraw(session, speaker=speaker, today=max(today(), speaker.consent_on))
    folder = sound_folder()
    _remove_after_commit(folder, names)
    flash(
        _(
            "已经撤回，%(count)s 段录音不再使用，文件已删除。已经发到终端的，装上新版本包就没有了。",
            count=count,
        ),
        "good",
    )
    return redirect(url_for("workbench.speakers"), 303)


def _remove_after_commit(folder: Path, names: list[str]) -> None:
    """Delete sound files once it is kept in the database that they are not used any more."""

    @after_this_request
    def _remove(response: Response) -> Response:
        if response.status_code < 400:
            remove_files(folder, names)
        return response
