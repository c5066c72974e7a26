"""The shapes of the API: what is asked and what is answered. The OpenAPI document is made from them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

LONGEST_QUESTION = 10_000
MOST_RESULTS = 50
DEEPEST_OFFSET = 190


class Problem(Schema):
    """Why a request was refused."""

    status = fields.Integer(required=True)
    title = fields.String(required=True)
    problems = fields.List(fields.String(), required=True)
    request = fields.String(required=True)


class SearchQuestion(Schema):
    """The parameters of a search."""

    q = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST_QUESTION),
        metadata={"description": "The question: everyday words, Pinyin, Bai, a law's name or a citation."},
    )
    limit = fields.Integer(load_default=10, validate=validate.Range(min=1, max=MOST_RESULTS))
    offset = fields.Integer(load_default=0, validate=validate.Range(min=0, max=DEEPEST_OFFSET))
    in_force_on = fields.Date(
        load_default=None,
        metadata={"description": "Judge by the law of this day (ISO 8601). Default: today."},
    )
    statute = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=80),
        metadata={"description": "Only this statute, by full or short name."},
    )


class Reason(Schema):
    """Why an article matched."""

    kind = fields.String(required=True)
    value = fields.String(required=True)


class FoundArticle(Schema):
    """One result."""

    citation = fields.String(required=True)
    law = fields.String(required=True)
    article = fields.String(required=True)
    number = fields.Integer(required=True)
    heading_path = fields.List(fields.String(), required=True)
    text = fields.String(required=True)
    snippet = fields.String(required=True)
    score = fields.Float(required=True)
    status = fields.String(required=True)
    why = fields.List(fields.Nested(Reason), required=True)
    successors = fields.List(fields.String(), required=True)
    translations = fields.List(fields.String(), required=True)


class CountedValue(Schema):
    """A value of a facet and how many results have it."""

    value = fields.String(required=True)
    count = fields.Integer(required=True)


class AskedBack(Schema):
    """A question back to the reader."""

    kind = fields.String(required=True)
    options = fields.List(fields.String(), required=True)


class SearchAnswer(Schema):
    """The answer of a search."""

    query = fields.String(required=True)
    understood = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)
    total = fields.Integer(required=True)
    results = fields.List(fields.Nested(FoundArticle), required=True)
    suggestions = fields.List(fields.String(), required=True)
    question = fields.Nested(AskedBack, allow_none=True, required=True)
    facets = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(CountedValue)), required=True)
    partial = fields.Boolean(required=True)
    forwarded_from = fields.String(allow_none=True, required=True)
