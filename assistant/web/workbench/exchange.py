"""Translations from files: every row is looked at, paragraphs are put right by hand, then drafts are stored."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web import waiting_files
from assistant.web.clock import now, today
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.workbench import blueprint
from assistant.web.workbench.standing import person, script_choices, variety_choices
from corpus.bai.varieties import Variety
from corpus.importing import aligned_units
from corpus.importing.aligned_units import AlignedArticle
from corpus.importing.file_refused import FileRefused
from corpus.importing.incoming_units import IncomingUnit, UnitsPlan, UnitsRead, plan_units, store_units
from corpus.importing.units_file import ENDINGS, Beside, read_units
from corpus.parallel.unit_tables import UnitScript
from corpus.parallel.units import UnitRefused, source_on

PURPOSE = "units"
ALIGNED = "aligned"
SHOWN_ROWS = 200
ARTICLES_A_PAGE = 8
LONGEST_ROW = 20_000


@blueprint.get("/exchange")
def exchange() -> str:
    """Both ways."""
    return _page()


def _page(*, sentence: str = "", plan: UnitsPlan | None = None, kept: str = "") -> str:
    return render_template(
        "workbench/exchange.html",
        sentence=sentence,
        plan=plan,
        shown=SHOWN_ROWS,
        kept=kept,
        chosen={name: request.form.get(name, "") for name in ("statute", "variety", "script", "grain")},
        varieties=variety_choices(),
        scripts=script_choices(),
        endings=",".join(f".{ending}" for ending in ENDINGS),
    )


def _beside() -> Beside:
    variety, script = request.form.get("variety", ""), request.form.get("script", "")
    return Beside(
        statute=request.form.get("statute", "").strip()[:80],
        variety=Variety(variety) if variety in set(Variety) else None,
        script=UnitScript(script) if script in set(UnitScript) else None,
    )


def _planned(session: Session, read: UnitsRead) -> UnitsPlan:
    plan = plan_units(session, read.units, on=today())
    problems = sorted([*read.problems, *plan.problems], key=lambda each: each.line)
    return UnitsPlan(plan.planned, problems, read.left_out)


@blueprint.post("/exchange/preview")
def preview() -> str | tuple[str, int]:
    """Show what storing would do; nothing is stored, the file waits to be confirmed."""
    chosen = request.files.get("file")
    content = chosen.read() if chosen is not None else b""
    if chosen is None or not content:
        return _page(sentence=_("请选择一个文件")), 422
    ending = (chosen.filename or "").lower().rsplit(".", 1)[-1]
    session = collection_reader()
    try:
        read = read_units(session, content, ending=ending, beside=_beside(), on=today())
    except FileRefused as refused:
        return _page(sentence=str(refused)), 422
    plan = _planned(session, read)
    if not plan.planned and not plan.problems:
        return _page(
            plan=plan, sentence=_("没有一条对得上的译文。别的程序导出的文件请在旁边写是哪一部法律。")
        ), 422
    if plan.problems:
        return _page(plan=plan), 422
    if request.form.get("grain") == "paragraph":
        articles = _cut(session, read.units)
        return _align_page(articles, waiting_files.keep(ALIGNED, aligned_units.as_bytes(articles)), 0)
    # the ending waits in front of the content, so that the name tells nothing
    return _page(plan=plan, kept=waiting_files.keep(PURPOSE, f"{ending}\n".encode() + content))


def _cut(session: Session, rows: list[IncomingUnit]) -> list[AlignedArticle]:
    """Every whole article of several paragraphs as a proposal; what is one piece already stays one."""
    found = []
    for row in rows:
        article = source_on(session, row.citation, on=today())
        if aligned_units.can_be_cut(row, article):
            found.append(aligned_units.aligned_article(row, article))
        else:
            whole = aligned_units.AlignedRow(row.citation.paragraph or 0, article, row.text)
            found.append(AlignedArticle(row, (whole,)))
    return found


def _align_page(articles: list[AlignedArticle], kept: str, offset: int, sentence: str = "") -> str:
    offset = max(0, min(offset, (len(articles) - 1) // ARTICLES_A_PAGE * ARTICLES_A_PAGE))
    return render_template(
        "workbench/align.html",
        articles=list(enumerate(articles))[offset : offset + ARTICLES_A_PAGE],
        total=len(articles),
        uneven=[(place, each) for place, each in enumerate(articles) if not each.is_even],
        offset=offset,
        limit=ARTICLES_A_PAGE,
        kept=kept,
        sentence=sentence,
    )


def _corrected(articles: list[AlignedArticle]) -> list[AlignedArticle]:
    """The articles with what was typed on the page, and with the button that was pressed."""
    corrected = []
    article_number, _sign, rest = request.form.get("move", "").partition("-")
    row_number, _sign, move = rest.partition("-")
    for number, article in enumerate(articles):
        rows = tuple(
            aligned_units.AlignedRow(
                row.paragraph,
                row.chinese,
                request.form.get(f"text-{number}-{place}", row.text).replace("\r\n", "\n")[:LONGEST_ROW],
            )
            for place, row in enumerate(article.rows)
        )
        if article_number == str(number) and row_number.isdecimal() and len(row_number) < 4:
            rows = aligned_units.moved(rows, int(row_number), move)
        corrected.append(AlignedArticle(article.unit, rows))
    return corrected


@blueprint.post("/exchange/align")
def align() -> Response | str | tuple[str, int]:
    """Keep the corrections of a page, turn it, or store everything as drafts in one transaction."""
    name = request.form.get("kept", "")
    waiting = waiting_files.find(ALIGNED, name)
    if waiting is None:
        return _page(sentence=_("核对过的文件已经不在，请再选一次")), 422
    articles = _corrected(aligned_units.from_bytes(waiting))
    waiting_files.replace(ALIGNED, name, aligned_units.as_bytes(articles))
    offset = request.form.get("offset", 0, type=int)
    if request.form.get("do") != "store":
        return _align_page(articles, name, request.form.get("page", offset, type=int))
    rows = [unit for article in articles for unit in aligned_units.units_of(article)]
    try:
        session = collection_writer()
        plan = plan_units(session, rows, on=today())
        stored = store_units(session, plan, person=person(), now=now(), on=today())
    except UnitRefused as refused:
        session.rollback()
        return _align_page(articles, name, offset, str(refused)), 422
    waiting_files.forget(ALIGNED, name)
    flash(_("已导入 %(count)s 条，都是草稿，等人审校。", count=stored), "good")
    return redirect(url_for("workbench.index"), 303)


@blueprint.post("/exchange/store")
def store() -> Response | tuple[str, int]:
    """Store what was looked at, as drafts of this person, in one transaction."""
    name = request.form.get("kept", "")
    waiting = waiting_files.find(PURPOSE, name)
    if waiting is None:
        return _page(sentence=_("核对过的文件已经不在，请再选一次")), 422
    try:
        ending, _line, content = waiting.partition(b"\n")
        reader = collection_reader()
        plan = _planned(
            reader, read_units(reader, content, ending=ending.decode(), beside=_beside(), on=today())
        )
        stored = store_units(collection_writer(), plan, person=person(), now=now(), on=today())
    except (FileRefused, UnitRefused) as refused:
        return _page(sentence=str(refused)), 422
    waiting_files.forget(PURPOSE, name)
    flash(_("已导入 %(count)s 条，都是草稿，等人审校。", count=stored), "good")
    return redirect(url_for("workbench.index"), 303)
