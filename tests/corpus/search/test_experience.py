"""What earlier questions rested on is counted, forgets a single question, and is the same when read back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus.search._experience import Experience
from corpus.search._ranking import shipped_experience, shipped_weights

KEYS = st.tuples(st.sampled_from(["甲法", "乙法", "丙法"]), st.integers(1, 4))
JUDGED = st.lists(st.frozensets(KEYS, min_size=1, max_size=3), max_size=12)


def test_an_article_that_answered_one_question_counts_for_nothing():
    experience = Experience.of([{("甲法", 1)}, {("甲法", 2), ("乙法", 1)}, {("甲法", 2)}])
    assert experience.of_article(("甲法", 1)) == 0
    assert experience.of_article(("甲法", 2)) > 0
    assert experience.of_statute("甲法") > experience.of_statute("乙法") > experience.of_statute("丙法") == 0


@given(JUDGED, st.frozensets(KEYS, min_size=1, max_size=3))
def test_leaving_a_question_out_is_as_if_it_had_never_been_asked(judged, own):
    with_it, without = Experience.of([*judged, own]).without(own), Experience.of(judged)
    for key in [(name, number) for name in ("甲法", "乙法", "丙法") for number in range(1, 5)]:
        assert with_it.of_article(key) == without.of_article(key)
        assert with_it.of_statute(key[0]) == without.of_statute(key[0])


@given(JUDGED)
def test_it_reads_back_what_it_wrote(judged):
    experience = Experience.of(judged)
    again = Experience.from_json(experience.as_json())
    assert again.as_json() == experience.as_json()
    for key in experience.articles:
        assert again.of_article(key) == experience.of_article(key)


def test_an_article_with_a_suffix_is_another_article():
    experience = Experience.of([{("甲法", 10)}, {("甲法", 10)}])
    laws, numbers = np.asarray([0, 0, 1], np.int32), np.asarray([10, 10, 10], np.int32)
    signals = experience.signals(["甲法", "乙法"], laws, numbers, np.asarray([True, False, True]))
    assert (signals["article_before"] > 0).tolist() == [True, False, False]


def test_what_ships_was_learned_with_its_weights():
    experience = shipped_experience()
    assert experience.statutes["民法典"] > 100
    assert all(count > 1 for count in experience.articles.values())
    assert all("statute_before" in weights for weights in shipped_weights().values())
