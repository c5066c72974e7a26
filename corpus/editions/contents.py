"""Which tables, rows and columns of the collection belong to an edition: one table, nothing else is carried.

Drafts, comments, accounts and people's names stay at home. The search index is not carried either:
an index holds pickled parts that would be opened before anybody could check them, and it can be
made again from the database, so each kiosk builds its own after the switch.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EditionTable:
    """A table that is carried. ``condition`` is SQL over the table; ``blanked`` columns leave empty."""

    name: str
    condition: str = ""
    blanked: tuple[str, ...] = ()


_APPROVED_TERMS = "SELECT id FROM glossary_terms WHERE status = 'approved'"

TABLES: tuple[EditionTable, ...] = (
    EditionTable("statutes"),
    EditionTable("statute_versions"),
    EditionTable("articles"),
    EditionTable("collection_state"),
    EditionTable("glossary_concepts"),
    EditionTable(
        "glossary_terms",
        "status = 'approved'",
        blanked=("proposer_id", "proposer", "approver_id", "approver"),
    ),
    EditionTable("glossary_term_keys", f"term_id IN ({_APPROVED_TERMS})"),
    EditionTable(
        "translation_units",
        "status = 'approved'",
        blanked=(
            "translator_id",
            "translator",
            "reviewer_id",
            "reviewer",
            "approver_id",
            "approver",
            "assignee_id",
        ),
    ),
    EditionTable(
        "recording_speakers",
        "id IN (SELECT speaker_id FROM recordings WHERE status = 'approved')",
        blanked=("name",),
    ),
    EditionTable(
        "recordings", "status = 'approved'", blanked=("original_path", "recorder_id", "approver_id")
    ),
)
