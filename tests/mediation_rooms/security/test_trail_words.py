"""Whoever reads the trail is told in words; the codes stay in the store."""

from __future__ import annotations

import re
from pathlib import Path

from mediation_rooms import trail_words
from mediation_rooms.workflow import STEPS

ROOT = Path(__file__).parents[3]
WRITTEN = re.compile(r'action="([a-z_.]+)"|_record\(session, actor, "([a-z_.]+)"|_remember\("([a-z_.]+)"')


def codes_in_the_source() -> set[str]:
    sources = [path.read_text(encoding="utf-8") for top in ("assistant", "mediation_rooms") for path in (ROOT / top).rglob("*.py")]  # fmt: skip
    return {code for text in sources for found in WRITTEN.findall(text) for code in found if code}


def test_every_code_that_the_programme_writes_has_words():
    codes = codes_in_the_source() | {f"case.{step.name}" for step in STEPS}
    assert len(codes) > 80
    silent = sorted(code for code in codes if trail_words.words_of_action(code) == code)
    assert silent == [], "mediation_rooms/trail_words.py has no words for these"


def test_a_code_nobody_knows_is_shown_as_it_is():
    assert trail_words.words_of_action("case.unheard_of") == "case.unheard_of"
    assert trail_words.words_of_object("moon") == "moon"
    assert trail_words.words_of_result("done") == "做了"
