"""The list of 147 checks: each has a test or a reason why not."""

from __future__ import annotations

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
