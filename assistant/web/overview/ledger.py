"""The 25-column ledger: out with a reason that is kept, in after a look at what would be stored."""

from __future__ import annotations

from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.ledger_files import open_ledger
from assistant.web import waiting_files
from assistant.web.clock import now, today
from assistant.web.overview import blueprint
from assistant.web.overview.figures import period_of
from assistant.web.sessions import case_reader, case_writer
from assistant.web.sign_in import signed_in_account
from mediation_rooms import audit, handing_on
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.ledger.importing import ImportPlan, import_ledger, plan_import
from mediation_rooms.ledger.reading import CellProblem, LedgerReading
from mediation_rooms.ledger.rows import ledger_cases, ledger_workbook
from mediation_rooms.ledger.workbook import UnreadableWorkbook
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.handing_on import HandedKind
from mediation_rooms.visibility import visible_cases

MOST_PROBLEMS_SHOWN = 200
PURPOSE = "ledgers"


@blueprint.get("/ledger")
def ledger() -> str:
    """Both ways."""
    return _page()


def _page(
    *,
    problems: list[CellProblem] | None = None,
    sentence: str = "",
    kept: str = "",
    counts: tuple[int, int] | None = None,
    wrong: dict[str, str] | None = None,
) -> str:
    return render_template(
        "overview/ledger.html",
        problems=(problems or [])[:MOST_PROBLEMS_SHOWN],
        problem_count=len(problems or []),
        sentence=sentence,
        kept=kept,
        counts=counts,
        wrong=wrong or {},
        entered=request.form,
        month=today().strftime("%Y-%m"),
    )


@blueprint.post("/ledger.xlsx")
def export_ledger() -> Response | tuple[str, int]:
    """The room's ledger of a period, without sealed files; for whom, why and on what basis is recorded first.

    With more than fifty persons in it, it waits until another person of the room agreed.
    """
    period, session, actor = period_of(), case_writer(), signed_in_account().actor
    own = visible_cases(actor, today=today()).where(CaseFile.room_id == actor.room_id)
    found = session.scalars(ledger_cases(own, period=period)).all()
    content = ledger_workbook(found)
    entry = handing_on.HandingEntry(
        kind=HandedKind.LEDGER,
        recipient=request.form.get("recipient", "")[:120],
        purpose=request.form.get("reason", "")[:200],
        basis=request.form.get("basis", "")[:200],
        fields=_("台账 25 栏：当事人姓名、纠纷情况、调解结果"),
        person_count=sum(not party.is_organisation for case in found for party in case.parties),
        part=period.code,
    )
    try:
        record = handing_on.hand_on(session, entry=entry, actor=actor, now=now())
    except InvalidEntry as refused:
        session.rollback()
        return _page(
            sentence="；".join(_(each) for each in refused.problems.values()), wrong=refused.problems
        ), 422
    if record.handed_at is None:
        flash(
            _(
                "这份台账涉及 %(count)s 人，超过五十人，要由本室另一个人同意以后再导出。",
                count=record.person_count,
            ),
            "info",
        )
        return redirect(url_for("overview.handed_on"), 303)
    return send_file(
        BytesIO(content),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name=f"台账{period.code}.xlsx",
    )


def _read(content: bytes) -> LedgerReading | str:
    try:
        return open_ledger(content, today=today())
    except UnreadableWorkbook as problem:
        return str(problem)


def _of_other_rooms(plan: ImportPlan) -> list[CellProblem]:
    """A room enters its own old cases, nobody else's."""
    return [
        CellProblem(placed.entry.row, _("调解室"), _("只能导入本室的案件；其他调解室的请由该室导入"))
        for placed in plan.placed
        if placed.room.id != signed_in_account().actor.room_id
    ]


@blueprint.post("/ledger/preview")
def preview_ledger() -> str | tuple[str, int]:
    """Look at every cell; the file waits encrypted until it is confirmed. Nothing is stored yet."""
    chosen = request.files.get("file")
    content = chosen.read() if chosen is not None else b""
    reading = _read(content) if content else _("请选择一个台账文件")
    if isinstance(reading, str):
        return _page(sentence=reading), 422
    plan = plan_import(case_reader(), entries=reading.entries)
    problems = [*reading.problems, *plan.problems, *_of_other_rooms(plan)]
    if problems:
        return _page(problems=problems), 422
    return _page(
        kept=waiting_files.keep(PURPOSE, content), counts=(len(plan.placed), len(plan.already_present))
    )


@blueprint.post("/ledger/import")
def import_kept_ledger() -> Response | tuple[str, int]:
    """Store what was looked at, in one transaction, and throw the waiting file away."""
    name = request.form.get("kept", "")
    content = waiting_files.find(PURPOSE, name)
    if content is None:
        return _page(sentence=_("核对过的文件已经不在，请再选一次")), 422
    reading = _read(content)
    if isinstance(reading, str):
        return _page(sentence=reading), 422
    session, actor = case_writer(), signed_in_account().actor
    plan = plan_import(session, entries=reading.entries)
    problems = [*plan.problems, *_of_other_rooms(plan)]
    if problems:
        session.rollback()
        return _page(problems=problems), 422
    stored = import_ledger(session, plan=plan, actor=actor, now=now())
    audit.record(
        session,
        actor=actor,
        action="case.import",
        object_kind="ledger",
        room_id=actor.room_id,
        reason=f"从台账导入 {len(stored)} 件",
        now=now(),
    )
    waiting_files.forget(PURPOSE, name)
    flash(_("已导入 %(count)s 件。", count=len(stored)), "good")
    return redirect(url_for("overview.ledger"), 303)
