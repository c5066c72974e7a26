"""The list of 147 checks: each has a test or a reason why not."""

from __future__ import annotations

from assistant.cli import security_page
from tests.checks import ALL, AREAS, ELSEWHERE, LEFT_OUT, proofs, table


def test_every_check_is_proven_or_left_out_with_a_reason():
    rows = table()
    assert len(ALL) == sum(count for _title, count in AREAS.values()) == 147
    unexplained = [check for check in ALL if not rows[check] and not LEFT_OUT.get(check)]
    assert unexplained == []
    assert set(LEFT_OUT) <= set(ALL)


def test_a_reason_is_taken_away_when_the_check_has_a_test():
    rows = table()
    assert [check for check in LEFT_OUT if rows[check]] == []


def test_every_test_named_as_proof_exists():
    known = {proof.name for proof in proofs()}
    missing = [name for names in ELSEWHERE.values() for name in names if name not in known]
    assert missing == []


def test_the_page_on_security_is_made_from_the_code():
    page = security_page.PAGE.read_text(encoding="utf-8")
    assert security_page.written(page) == page, "run python -m assistant.cli.security_page"
