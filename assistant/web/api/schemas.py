"""The shapes of the API: what is asked and what is answered. The OpenAPI document is made from them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from corpus.law.models import StatuteKind

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


class ArticleQuestion(Schema):
    """The parameters of reading an article."""

    on = fields.Date(
        load_default=None,
        metadata={"description": "As it stood on this day, unless the citation names a version."},
    )


class ArticleAnswer(Schema):
    """One article with its place, its days and its neighbours."""

    citation = fields.String(required=True)
    law = fields.String(required=True)
    article = fields.String(required=True)
    heading_path = fields.List(fields.String(), required=True)
    text = fields.String(required=True)
    status = fields.String(required=True)
    published_on = fields.Date(required=True)
    effective_on = fields.Date(required=True)
    repealed_on = fields.Date(required=True, allow_none=True)
    replaced_by = fields.String(required=True, allow_none=True)
    doubt = fields.String(required=True, allow_none=True)
    successors = fields.List(fields.String(), required=True)
    previous = fields.String(required=True, allow_none=True)
    next = fields.String(required=True, allow_none=True)
    versions = fields.List(fields.String(), required=True)
    translations = fields.List(fields.Dict(keys=fields.String(), values=fields.String()), required=True)


class StatutesQuestion(Schema):
    """The parameters of the list of statutes."""

    on = fields.Date(load_default=None)
    name = fields.String(load_default="", validate=validate.Length(max=80))
    kind = fields.String(load_default=None, validate=validate.OneOf([kind.value for kind in StatuteKind]))
    limit = fields.Integer(load_default=1000, validate=validate.Range(min=1, max=1000))
    offset = fields.Integer(load_default=0, validate=validate.Range(min=0, max=100_000))


class ListedStatute(Schema):
    """A statute with the version that counts on the day."""

    name = fields.String(required=True)
    short_name = fields.String(required=True)
    kind = fields.String(required=True)
    status = fields.String(required=True)
    published_on = fields.Date(required=True)
    effective_on = fields.Date(required=True)
    repealed_on = fields.Date(required=True, allow_none=True)
    articles = fields.Integer(required=True)
    versions = fields.Integer(required=True)
    doubt = fields.String(required=True, allow_none=True)


class StatutesAnswer(Schema):
    """The list of statutes."""

    total = fields.Integer(required=True)
    statutes = fields.List(fields.Nested(ListedStatute), required=True)
