"""Whoever reads the trail is told in words; the codes stay in the store."""

from __future__ import annotations

from mediation_rooms import trail_words


def test_objects_and_results_have_words_and_what_nobody_knows_is_shown_as_it_is():
    assert trail_words.words_of_object("case_file") == "案卷"
    assert trail_words.words_of_object("copy") == "个人信息副本"
    assert trail_words.words_of_object("moon") == "moon"
    assert trail_words.words_of_result("done") == "做了"
    assert trail_words.words_of_result("refused") == "没有准许"
