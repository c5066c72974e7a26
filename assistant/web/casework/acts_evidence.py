"""Evidence, scanned pages at their place, and letting an expert room read the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from assistant.i18n import gettext as _
from assistant.settings import Settings
from assistant.web.casework.acts import UNFINISHED, Act, S
from assistant.web.casework.acts_people import party_choices
from assistant.web.casework.opening import me
from assistant.web.clock import today
from assistant.web.entries import Entered, Input, Kind
from assistant.web.sentences import said
from assistant.web.sessions import case_reader
from mediation_rooms import evidence, referrals, storage_quota
from mediation_rooms.actor import Actor
from mediation_rooms.documents.catalogue import FORMS, form_named
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.evidence import StoredFile
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.permissions import Action
from mediation_rooms.wording import N_

MOST_FILES = 30


def attachment_folder() -> Path:
    """Where files of cases lie, encrypted, outside everything that is served."""
    settings: Settings = current_app.extensions["settings"]
    return settings.instance_directory / "attachments"


def _keep_files(entered: Entered) -> list[tuple[str, StoredFile]]:
    """Check and keep every file before the write transaction begins; one bad file refuses all.

    Raises :class:`~mediation_rooms.storage_quota.RoomFull` when they do not fit.
    """
    chosen = [each for each in entered.files if each.filename]
    if len(chosen) > MOST_FILES:
        entered.problems["files"] = _("一次最多 %(count)s 个文件，请分几次", count=MOST_FILES)
        return []
    checked = []
    for each in chosen:
        name = evidence.shown_name(each.filename or "")
        try:
            checked.append((name, evidence.check_file(each.read(evidence.MAX_FILE_BYTES + 1))))
        except InvalidEntry as refused:
            reason = "；".join(map(said, refused.problems.values()))
            entered.problems["files"] = _("%(name)s：%(reason)s", name=name, reason=reason)
            return []
    settings: Settings = current_app.extensions["settings"]
    storage_quota.must_fit(
        case_reader(),
        me().room_id or 0,
        new_bytes=sum(len(file.content) for _name, file in checked),
        limit_bytes=settings.room_files_mb * 1_000_000,
    )
    return [(name, evidence.keep_file(attachment_folder(), file)) for name, file in checked]


def forget_files(entered: Entered) -> None:
    """Take back the files of a form that was refused; they come again with the next try."""
    for each in entered.prepared if isinstance(entered.prepared, list) else ():
        if isinstance(each, tuple) and isinstance(each[-1], StoredFile):
            evidence.forget_file(attachment_folder(), each[-1])


def _evidence_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("name", _("证据名称"), is_required=True, hint=_("例如：土地承包经营权证、转账记录")),
        Input("provided_by", _("谁提供的"), Kind.CHOICE, party_choices(case), empty=_("调解员收集")),
        Input("provided_on", _("提供日期"), Kind.DAY, value=today(), is_required=True),
        Input("page_count", _("页数"), Kind.NUMBER, value=1, is_required=True),
        Input("is_original", _("是原件"), Kind.YES),
        Input("proves", _("证明什么"), Kind.TEXT, rows=2),
        Input("is_restricted", _("只给办案的人看"), Kind.YES),
        Input("files", _("照片或者文件"), Kind.FILES, hint=_("可以一次选几张；照片里的位置信息会去掉。")),
    ]


def _add_evidence(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    provided_by = entered.row_of("provided_by", case.parties, is_needed=False)
    name, proves = entered.needed("name"), entered.long_text("proves")
    provided_on, pages = (
        entered.needed_day("provided_on"),
        entered.number("page_count", at_least=1, at_most=5000),
    )
    entered.check()
    piece = evidence.add_evidence(
        session,
        case,
        name=name,
        provided_on=provided_on,
        provided_by=provided_by,
        is_original=entered.yes("is_original"),
        page_count=pages,
        proves=proves,
        actor=actor,
        now=now,
        is_restricted=entered.yes("is_restricted"),
    )
    for original_name, stored in entered.prepared:
        evidence.attach(
            session,
            case,
            stored=stored,
            original_name=original_name,
            place="evidence_list",
            actor=actor,
            now=now,
            evidence=piece,
        )


def _scan_inputs(_case: CaseFile, _actor: Actor) -> Sequence[Input]:
    places = [(form.key, _(form.title)) for form in FORMS]
    return [
        Input("place", _("是哪一份文书的签字件"), Kind.CHOICE, places, value="agreement"),
        Input("files", _("照片或者扫描件"), Kind.FILES, is_required=True, hint=_("按页的先后一次选好。")),
    ]


def _add_scans(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    place = entered.text("place")
    if place not in {form.key for form in FORMS}:
        entered.problems["place"] = _("请从列表中选择")
    if not entered.prepared:
        entered.problems.setdefault("files", _("请选择至少一个文件"))
    entered.check()
    for original_name, stored in entered.prepared:
        evidence.attach(
            session,
            case,
            stored=stored,
            original_name=original_name,
            place=form_named(place).key,
            actor=actor,
            now=now,
        )


def _other_rooms(case: CaseFile) -> list[MediationRoom]:
    session = object_session(case)
    if session is None:
        return []
    found = select(MediationRoom).where(MediationRoom.id != case.room_id).order_by(MediationRoom.name)
    return list(session.scalars(found))


def _share_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input(
            "room", _("给哪个调解室看"), Kind.CHOICE, [(room.id, room.name) for room in _other_rooms(case)]
        ),
        Input("purpose", _("做什么用"), is_required=True),
        Input("until", _("看到哪一天为止"), Kind.DAY),
        Input("question", _("请教的问题"), Kind.TEXT, rows=3),
    ]


def _share(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    room = entered.row_of("room", _other_rooms(case))
    purpose, until = entered.needed("purpose"), entered.day("until")
    question = entered.long_text("question")
    entered.check()
    referrals.share_with_room(session, case, room, purpose=purpose, until=until, actor=actor, now=now)
    if question:
        referrals.ask_opinion(session, case, room, question=question, actor=actor, now=now)


def _shares(case: CaseFile) -> list[object]:
    return [each for each in case.shares if each.ended_at is None]


def _stop_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    rooms = [(each.id, each.room.name) for each in case.shares if each.ended_at is None]
    return [Input("share", _("哪个调解室"), Kind.CHOICE, rooms)]


def _stop(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    share = entered.row_of("share", _shares(case))
    entered.check()
    referrals.stop_sharing(session, share, actor=actor, now=now)


_FILING = UNFINISHED | {S.CLOSED, S.DECLINED}

ACTS = (
    Act("evidence", N_("登记证据"), "evidence", _evidence_inputs, _add_evidence, states=_FILING,
        prepares=_keep_files),
    Act("scan", N_("放入签字件扫描"), "evidence", _scan_inputs, _add_scans, states=_FILING, prepares=_keep_files,
        lead=N_("签好的纸拍下来或者扫描好，放回它在卷里的位置。")),
    Act("share", N_("请其他调解室看案卷、提意见"), "evidence", _share_inputs, _share, action=Action.SHARE_CASE,
        lead=N_("先登记各方都同意提供给那个调解室（个人信息保护法第二十三条）。")),
    Act("stop-sharing", N_("停止给其他调解室看"), "evidence", _stop_inputs, _stop, action=Action.SHARE_CASE,
        is_fit=lambda case: bool(_shares(case))),
)  # fmt: skip
