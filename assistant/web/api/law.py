"""``GET /api/v1/articles/{citation}`` and ``GET /api/v1/statutes``."""

from __future__ import annotations

from typing import Any

from flask import current_app
from werkzeug.exceptions import NotFound

from assistant.web.api import blueprint
from assistant.web.api.schemas import (
    ArticleAnswer,
    ArticleQuestion,
    Problem,
    StatutesAnswer,
    StatutesQuestion,
)
from assistant.web.clock import today
from assistant.web.kiosk import reading
from assistant.web.kiosk.bai_texts import bai_texts
from corpus.citation import Citation, NotACitation
from corpus.law.models import StatuteKind
from corpus.law.queries import statutes as list_statutes

PROBLEM = "application/problem+json"


@blueprint.route("/articles/<citation>")
@blueprint.arguments(ArticleQuestion, location="query")
@blueprint.response(200, ArticleAnswer)
@blueprint.alt_response(400, schema=Problem, content_type=PROBLEM)
@blueprint.alt_response(404, schema=Problem, content_type=PROBLEM)
def article(asked: dict[str, Any], citation: str) -> dict[str, Any]:
    """Read one article, by its canonical citation (``民法典#1079``) or as people write it."""
    try:
        parsed = Citation.parse(citation)
    except NotACitation as problem:
        raise NotFound(str(problem)) from None
    day = asked["on"] or today()
    with current_app.extensions["stores"].collection.reading() as session:
        page = reading.article_page(session, citation=parsed, day=day)
        return {
            "citation": str(page.citation),
            "law": page.statute.name,
            "article": page.citation.label,
            "heading_path": list(page.article.heading_path),
            "text": page.article.text,
            "status": page.status,
            "published_on": page.version.published_on,
            "effective_on": page.version.effective_on,
            "repealed_on": page.version.repealed_on,
            "replaced_by": page.version.replaced_by or None,
            "doubt": page.version.doubt or None,
            "successors": list(page.successors),
            "previous": str(page.previous.citation) if page.previous else None,
            "next": str(page.following.citation) if page.following else None,
            "versions": [str(each.article.citation) for each in page.history],
            "translations": [each.as_json() for each in bai_texts(session, page.citation, on=day)],
        }


@blueprint.route("/statutes")
@blueprint.arguments(StatutesQuestion, location="query")
@blueprint.response(200, StatutesAnswer)
@blueprint.alt_response(400, schema=Problem, content_type=PROBLEM)
def statutes(asked: dict[str, Any]) -> dict[str, Any]:
    """List the statutes with the version that counts on a day."""
    day = asked["on"] or today()
    kind = StatuteKind(asked["kind"]) if asked["kind"] else None
    with current_app.extensions["stores"].collection.reading() as session:
        rows = list_statutes(session, on=day, kind=kind, name_contains=asked["name"])
        page = rows[asked["offset"] : asked["offset"] + asked["limit"]]
        return {
            "total": len(rows),
            "statutes": [
                {
                    "name": row.statute.name,
                    "short_name": row.statute.short_name,
                    "kind": row.statute.kind.value,
                    "status": reading.status_of(row.version, day),
                    "published_on": row.version.published_on,
                    "effective_on": row.version.effective_on,
                    "repealed_on": row.version.repealed_on,
                    "articles": row.article_count,
                    "versions": row.version_count,
                    "doubt": row.version.doubt or None,
                }
                for row in page
            ],
        }
