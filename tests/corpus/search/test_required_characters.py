"""A look at the characters first never hides an expression that would have matched."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.search._required_characters import required_characters
from corpus.search._thesaurus import load


@pytest.mark.parametrize(
    ("pattern", "conditions"),
    [
        ("打", [{"打"}]),
        ("[男女]的?", [{"男", "女"}]),
        ("(?:甲|.)乙", [{"乙"}]),
        ("打(?!工)", [{"打"}]),
        (".*", []),
    ],
)
def test_the_conditions_are_those_every_match_fulfils(pattern: str, conditions: list[set[str]]) -> None:
    assert [set(each) for each in required_characters(pattern)] == conditions


def test_alternatives_are_one_condition_with_a_character_of_each() -> None:
    verb, persons = required_characters("(?:老公|丈夫).{0,8}打")
    assert verb == {"打"}
    assert len(persons) == 2
    assert persons & {"老", "公"}
    assert persons & {"丈", "夫"}


_EXPRESSIONS = [expression for _, expression, _ in load()._expressions]
_CHARACTERS = "".join(sorted({c for each in _EXPRESSIONS for c in each.pattern if c > "\u3000"}))


@given(st.text(alphabet=_CHARACTERS, max_size=30))
def test_the_thesaurus_finds_what_searching_every_expression_finds(text: str) -> None:
    every = [match.group() for each in _EXPRESSIONS if (match := each.search(text))]
    expressions_found = [each.said for each in load().expand(text)]
    assert expressions_found[len(expressions_found) - len(every) :] == every


@given(st.sampled_from(_EXPRESSIONS).flatmap(lambda each: st.from_regex(each, fullmatch=True)))
def test_a_text_made_from_an_expression_is_found(text: str) -> None:
    every = [match.group() for each in _EXPRESSIONS if (match := each.search(text))]
    assert every
    expressions_found = [each.said for each in load().expand(text)]
    assert expressions_found[len(expressions_found) - len(every) :] == every


def test_a_broken_expression_is_refused() -> None:
    with pytest.raises(re.error):
        required_characters("(打")
