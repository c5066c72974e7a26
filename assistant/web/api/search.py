"""``GET /api/v1/search``: the same answer as the search page."""

from __future__ import annotations

from typing import Any

from flask import current_app

from assistant.web.api import blueprint
from assistant.web.api.schemas import Problem, SearchAnswer, SearchQuestion

PROBLEM = "application/problem+json"


@blueprint.route("/search")
@blueprint.arguments(SearchQuestion, location="query")
@blueprint.response(200, SearchAnswer)
@blueprint.alt_response(400, schema=Problem, content_type=PROBLEM)
@blueprint.alt_response(429, schema=Problem, content_type=PROBLEM)
@blueprint.alt_response(503, schema=Problem, content_type=PROBLEM)
def search(asked: dict[str, Any]) -> dict[str, Any]:
    """Find articles.

    Empty and unclear questions are answered with a question back, never with an error.
    """
    answer = current_app.extensions["search"].find(
        asked["q"],
        in_force_on=asked["in_force_on"],
        statute=asked["statute"],
        limit=asked["limit"],
        offset=asked["offset"],
    )
    found: dict[str, Any] = answer.as_json()
    return found
