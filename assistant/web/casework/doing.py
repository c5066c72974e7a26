"""Doing one thing to a file: its form, what came of it, and what was typed so far.

A refusal changes nothing and loses nothing: the form comes back with what was entered and with
every reason. Two people in one file: the second sees both texts before anything is overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.casework import blueprint
from assistant.web.casework.act_list import all_acts
from assistant.web.casework.acts import Act
from assistant.web.casework.acts_evidence import forget_files
from assistant.web.casework.opening import look_at, me, own_case
from assistant.web.clock import now
from assistant.web.entries import Entered, shown_values
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import drafts
from mediation_rooms.errors import InvalidEntry, StaleVersion, StepNotAllowed
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.permissions import may
from mediation_rooms.storage_quota import RoomFull

NOT_KEPT = frozenset({"csrf_token", "drawing"})


def _act(key: str) -> Act:
    act = all_acts().get(key)
    if act is None or not may(me(), act.action):
        abort(404)
    return act


def _form_name(case_id: int, act: Act) -> str:
    return f"{case_id}:{act.key}"


@blueprint.get("/<int:case_id>/acts/<key>")
def act_form(case_id: int, key: str) -> str | tuple[str, int]:
    """The form of one act, with what its writer left unsent."""
    act = _act(key)
    case = look_at(case_id)
    if case.room_id != me().room_id:
        abort(404)
    draft = drafts.find_draft(case_reader(), actor=me(), form=_form_name(case_id, act))
    if not act.is_offered(case):
        sentence = _("案件现在是“%(state)s”，不能办这一件事。", state=_(case.state.label))
        return _page(case, act, reasons=[sentence]), 409
    return _page(case, act, fields=draft.fields if draft else None, draft=draft)


def _page(
    case: CaseFile,
    act: Act,
    *,
    fields: Mapping[str, Sequence[str]] | None = None,
    problems: dict[str, str] | None = None,
    reasons: Sequence[str] = (),
    draft: drafts.Draft | None = None,
    now_stored: Mapping[str, Any] | None = None,
) -> str:
    inputs = act.asks(case, me())
    return render_template(
        "casework/act.html",
        case=case,
        act=act,
        inputs=inputs,
        values=shown_values(inputs, fields),
        problems=problems or {},
        reasons=reasons,
        draft=draft,
        now_stored=now_stored or {},
    )


@blueprint.post("/<int:case_id>/acts/<key>")
def do_act(case_id: int, key: str) -> Response | tuple[str, int]:
    """Do it. 422 with every problem of the entries, 409 with every reason of a refused step."""
    act = _act(key)
    entered = Entered(request.form, request.files.getlist("files"))
    own_case(case_reader(), case_id)
    if act.prepares is not None:
        try:
            entered.prepared = act.prepares(entered)
        except RoomFull as full:
            return _again(case_id, act, reasons=[_room_is_full(full)]), 413
    session = case_writer()
    case = own_case(session, case_id)
    try:
        if not act.is_offered(case):
            sentence = _("案件现在是“%(state)s”，不能办这一件事。", state=_(case.state.label))
            raise StepNotAllowed([sentence])
        result = act.does(session, case, entered, me(), now())
        drafts.drop_draft(session, actor=me(), form=_form_name(case_id, act))
    except InvalidEntry as refused:
        session.rollback()
        forget_files(entered)
        return _again(case_id, act, problems=refused.problems), 422
    except StepNotAllowed as refused:
        session.rollback()
        forget_files(entered)
        return _again(case_id, act, reasons=refused.reasons), 409
    except StaleVersion:
        session.rollback()
        forget_files(entered)
        return _both_texts(case_id, act), 409
    flash(_("%(act)s：已经保存。", act=_(act.label)), "good")
    shown = result if isinstance(result, CaseFile) else case
    if shown.is_sealed:
        flash(_("案卷涉及未成年人，已经封存：要由本室负责人批准才能打开。"), "warning")
        return redirect(url_for("casework.sealed"), 303)
    return redirect(url_for("casework.show", case_id=shown.id), 303)


def _room_is_full(full: RoomFull) -> str:
    return _(
        "本室的文件已经占了 %(used)s 兆，上限是 %(limit)s 兆，这次的文件没有收下，文字都还在。"
        "请缩小照片，或者请管理员提高上限（ROOM_FILES_MB）。",
        used=full.used_bytes // 1_000_000,
        limit=full.limit_bytes // 1_000_000,
    )


def _entered_fields() -> dict[str, list[str]]:
    return {name: values for name, values in request.form.lists() if name not in NOT_KEPT}


def _again(
    case_id: int, act: Act, *, problems: dict[str, str] | None = None, reasons: Sequence[str] = ()
) -> str:
    case = own_case(case_reader(), case_id)
    return _page(case, act, fields=_entered_fields(), problems=problems, reasons=reasons)


def _both_texts(case_id: int, act: Act) -> str:
    """What is stored now beside what was entered; sending again then overwrites on purpose."""
    case = own_case(case_reader(), case_id)
    stored = shown_values(act.asks(case, me()), None)
    fields = _entered_fields()
    differing = {
        name: value
        for name, value in stored.items()
        if name in fields and str(value).strip() != fields[name][0].replace("\r\n", "\n").strip()
    }
    fields["seen_version"] = [str(case.version_id)]
    differing.pop("seen_version", None)
    sentence = _("您打开以后，别人先保存了。下面每一项写着别人存的内容，比对以后再保存。")
    return _page(case, act, fields=fields, reasons=[sentence], now_stored=differing)


@blueprint.post("/<int:case_id>/acts/<key>/draft")
def keep_draft(case_id: int, key: str) -> tuple[str, int]:
    """Keep what is being typed; an act that is not this person's is not found."""
    act = _act(key)
    session = case_writer()
    case = own_case(session, case_id)
    drafts.keep_draft(
        session,
        actor=me(),
        form=_form_name(case_id, act),
        case_id=case.id,
        fields=_entered_fields(),
        now=now(),
    )
    return "", 204


@blueprint.post("/<int:case_id>/acts/<key>/draft/discard")
def discard_draft(case_id: int, key: str) -> Response:
    """Throw away what was left unsent, and begin anew."""
    act = _act(key)
    session = case_writer()
    own_case(session, case_id)
    drafts.drop_draft(session, actor=me(), form=_form_name(case_id, act))
    return redirect(url_for("casework.act_form", case_id=case_id, key=key), 303)
