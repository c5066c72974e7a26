"""The words marked in a snippet are those an alternation of them would match."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from corpus.search._answer import _spans

WORDS = st.lists(st.text(alphabet="甲乙丙", min_size=1, max_size=4), min_size=1, max_size=6, unique=True)


@given(st.text(alphabet="甲乙丙丁", max_size=60), WORDS)
def test_the_leftmost_and_longest_words_are_marked(text, words):
    wanted = sorted(words, key=len, reverse=True)
    expected = [match.span() for match in re.finditer("|".join(map(re.escape, wanted)), text)]
    assert _spans(text, wanted) == expected
