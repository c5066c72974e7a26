"""Reading the law: the list of statutes, a statute with its contents, an article with its history."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request, url_for

from assistant.i18n import gettext as _
from assistant.i18n import lazy_gettext as _l
from assistant.web.clock import today
from assistant.web.kiosk import blueprint, reading, wording
from assistant.web.kiosk.bai_texts import bai_texts
from assistant.web.kiosk.search import day_of
from assistant.web.kiosk.sound import article_sounds
from corpus.citation import Citation, NotACitation
from corpus.law.models import StatuteKind
from corpus.law.queries import statutes as list_statutes
from corpus.law.queries import version_on
from corpus.law.successors import successor_statute, successors_of
from mediation_rooms.errors import NotFound

KIND_LABELS = {
    StatuteKind.CONSTITUTION: _l("宪法"),
    StatuteKind.LAW: _l("法律"),
    StatuteKind.REGULATION: _l("行政法规"),
    StatuteKind.JUDICIAL_INTERPRETATION: _l("司法解释"),
    StatuteKind.LEGISLATIVE_INTERPRETATION: _l("立法解释"),
    StatuteKind.AMENDMENT: _l("修正案"),
    StatuteKind.DECISION: _l("决定"),
}


@blueprint.get("/statutes")
def statutes() -> str:
    """All statutes, filtered by a part of the name, kind and status."""
    day = day_of("on") or today()
    name, kind, status = (request.args.get(key, "").strip()[:80] for key in ("name", "kind", "status"))
    wanted = StatuteKind(kind) if kind in set(StatuteKind) else None
    with current_app.extensions["stores"].collection.reading() as session:
        rows = [
            (row, reading.status_of(row.version, day))
            for row in list_statutes(session, on=day, kind=wanted, name_contains=name)
        ]
        rows = [row for row in rows if status in ("", row[1])]
        return render_template(
            "kiosk/statutes.html",
            rows=rows,
            day=day,
            chosen={"name": name, "kind": kind, "status": status},
            kinds=[(each.value, kind_label(each)) for each in StatuteKind],
            statuses=[(key, label) for key, (label, _kind) in wording.STATUS_LABELS.items()],
            kind_label=kind_label,
            wording=wording,
        )


@blueprint.get("/statutes/<name>")
def statute(name: str) -> str:
    """One statute: its versions and the contents of the one in force on the day."""
    day = day_of("on") or today()
    with current_app.extensions["stores"].collection.reading() as session:
        found = reading.statute_named(session, name)
        version = version_on(session, statute=found.short_name, on=day)
        if version is None:
            raise NotFound
        return render_template(
            "kiosk/statute.html",
            statute=found,
            version=version,
            status=reading.status_of(version, day),
            versions=[(each, reading.status_of(each, today())) for each in found.versions],
            entries=reading.contents(session, version=version),
            kind_label=kind_label,
            wording=wording,
            day=day,
        )


@blueprint.get("/articles/<citation>")
def article(citation: str) -> str:
    """One article, by its canonical citation or as people write it."""
    day = day_of("on") or today()
    try:
        parsed = Citation.parse(citation)
    except NotACitation:
        raise NotFound from None
    with current_app.extensions["stores"].collection.reading() as session:
        try:
            page = reading.article_page(session, citation=parsed, day=day)
        except NotFound:
            return _forward(parsed)
        address = url_for("kiosk.article", citation=str(page.citation), _external=True)
        return render_template(
            "kiosk/article.html",
            page=page,
            units=bai_texts(session, page.citation, on=day),
            recordings=article_sounds(session, page.citation, on=day),
            day=day,
            address=address,
            versions=_timeline(page),
            wording=wording,
        )


def _forward(citation: Citation) -> str:
    """The way from repealed law whose words the collection does not hold. Raises NotFound without one."""
    successors = [str(each) for each in successors_of(citation)]
    statute_now = successor_statute(citation.statute)
    if not successors and statute_now is None:
        raise NotFound
    return render_template(
        "kiosk/forward.html", citation=citation, successors=successors, statute_now=statute_now
    )


def kind_label(kind: StatuteKind) -> str:
    """The kind of a text in the reader's language."""
    return str(KIND_LABELS[kind])


def _timeline(page: reading.ArticlePage) -> list[tuple[Any, str, str | None, str]]:
    """Days of this article's versions for the timeline: begun, changed, ended."""
    rows: list[tuple[Any, str, str | None, str]] = []
    for each in page.history:
        what = _("第一版") if each.is_first else _("本条有修改") if each.is_changed else _("本条没有修改")
        kind = "good" if each.version is page.version else "neutral"
        rows.append((each.version.effective_on.isoformat(), _("施行"), what, kind))
    last = page.history[-1].version
    if last.repealed_on is not None:
        rows.append(
            (
                last.repealed_on.isoformat(),
                _("废止"),
                _("被%(law)s代替", law=last.replaced_by) if last.replaced_by else None,
                "danger",
            )
        )
    return rows
