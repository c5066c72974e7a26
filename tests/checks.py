"""The 147 checks: which test proves each, which are left out and why.

Tests name the checks they prove in their docstrings (``DUR-03 and DUR-04: …``). ``python -m tests.checks``
prints the table for docs/security.md.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

AREAS = {
    "KIO": ("Kiosk and browser", 12), "HDR": ("Headers", 3), "SES": ("Sessions", 7), "AUT": ("Signing in", 11),
    "ACC": ("Authorisation", 15), "INP": ("Input and output", 10), "SEA": ("Search", 7), "UPL": ("Files", 11),
    "AUD": ("The trail", 9), "PRI": ("Privacy and law", 18), "DUR": ("Durability", 15), "CON": ("Concurrency", 12),
    "BAK": ("Backups", 8), "OPS": ("Operations", 4), "SUP": ("Supply chain", 5),
}  # fmt: skip
IDENTIFIER = re.compile(r"\b(?:" + "|".join(AREAS) + r")-\d\d\b")
ALL = tuple(
    f"{area}-{number:02}" for area, (_title, count) in AREAS.items() for number in range(1, count + 1)
)

ELSEWHERE = {
    "ACC-04": ("test_work_of_another_person_looks_as_if_it_did_not_exist",),
    "ACC-06": ("test_a_centre_sees_figures_and_only_the_file_referred_up",),
    "ACC-07": ("test_a_minors_file_is_in_no_list_until_a_second_person_approves",),
    "ACC-10": ("test_an_identity_is_masked_until_asked_for_with_a_reason_that_is_kept",),
    "CON-03": ("test_the_second_of_two_editors_is_told_and_nothing_is_overwritten",),
    "CON-11": ("test_the_same_form_sent_twice_opens_one_case",),
    "DUR-07": (
        "test_damage_is_noticed_and_mended_by_a_build",
        "test_a_damaged_index_is_rebuilt_from_the_database",
    ),
    "DUR-08": ("test_a_build_that_is_killed_leaves_the_old_index_and_the_next_build_works",),
    "DUR-09": ("test_a_changed_collection_is_answered_from_the_old_index_until_the_new_one_stands",),
    "PRI-01": ("test_personal_fields_wait_for_the_notice_and_a_young_childs_for_a_fit_guardian",),
    "PRI-03": ("test_fourteen_is_reached_on_the_birthday",),
    "PRI-05": ("test_a_person_gets_every_trace_and_no_other_party",),
    "PRI-06": ("test_a_correction_keeps_the_old_value_and_refuses_a_wrong_one",),
    "PRI-08": ("test_nothing_is_proposed_for_appraisal_before_its_years_are_over",),
    "PRI-09": ("test_deletion_before_the_years_are_over_freezes_instead",),
    "PRI-11": ("test_no_known_name_or_number_survives_any_mixture",),
    "PRI-15": ("test_family_papers_take_no_tablet_signature",),
    "PRI-17": ("test_harm_to_a_minor_is_reported_before_anything_else",),
    "PRI-16": ("test_a_file_comes_back_whole_stripped_and_only_with_its_key",),
    "SEA-01": ("test_a_question_that_is_too_long_is_refused_before_it_is_read",),
    "SEA-02": ("test_whatever_is_typed_is_answered_quickly",),
    "UPL-01": ("test_a_hostile_archive_is_refused_before_it_is_parsed",),
    "UPL-03": ("test_a_dangerous_or_broken_tbx_is_refused_with_a_reason",),
    "UPL-05": ("test_wrong_files_are_refused_with_a_sentence",),
    "UPL-08": ("test_a_file_comes_back_whole_stripped_and_only_with_its_key",),
    "UPL-10": ("test_picture_bombs_and_office_bombs_and_macros_are_refused",),
}
"""Checks that tests of other parts prove under names of their own."""

LEFT_OUT: dict[str, str] = {}
"""Checks without a test, each with its reason: none at present."""


@dataclass(frozen=True)
class Proof:
    """A test and the checks it names."""

    file: str
    name: str
    checks: tuple[str, ...]


def proofs(root: Path | None = None) -> list[Proof]:
    """Every test whose docstring names a check."""
    base = root or Path(__file__).resolve().parent
    found = []
    for path in sorted(base.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                own = IDENTIFIER.findall(ast.get_docstring(node) or "")
                known = [check for check, names in ELSEWHERE.items() if node.name in names]
                named = tuple(dict.fromkeys([*own, *known]))
                if named:
                    found.append(Proof(path.relative_to(base.parent).as_posix(), node.name, named))
    return found


def table() -> dict[str, list[Proof]]:
    """check → its tests, in the order of the list."""
    found: dict[str, list[Proof]] = {check: [] for check in ALL}
    for proof in proofs():
        for check in proof.checks:
            found[check].append(proof)
    return found


def as_markdown() -> str:
    """The table of attacks and faults."""
    rows = table()
    proven = [check for check in ALL if rows[check]]
    lines = [f"{len(proven)} of {len(ALL)} checks have a test of their own.", ""]
    for area, (title, _count) in AREAS.items():
        lines += [f"### {title}", "", "| check | test |", "| --- | --- |"]
        for check in (check for check in ALL if check.startswith(area)):
            if rows[check]:
                tests = "; ".join(
                    proof.name.removeprefix("test_").replace("_", " ") for proof in rows[check][:3]
                )
            else:
                tests = f"*not run: {LEFT_OUT.get(check, 'no test yet')}*"
            lines.append(f"| {check} | {tests} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_markdown())
