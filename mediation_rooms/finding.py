"""Finding a room's own files by party, words or number.

Names, telephone and identity numbers are encrypted and are found only whole, through their blind
index; numbers of files, kinds and statements by a part. Every word asked for has to be found.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, Select, exists, or_

from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.encryption import blind_indexes
from mediation_rooms.models.cases import CaseFile, ExternalNumber
from mediation_rooms.models.people import Party

LONGEST_QUESTION = 100
MOST_WORDS = 8
_IGNORED = frozenset("的了和与或在是我他她它们吗呢、，。；：？！,.;:?!()（）《》“”\"' ")


Cuts = Callable[[str], list[str]]
"""Cuts Chinese into words; the dictionary is the caller's, so that a process holds only one."""


def words_of(question: str, cut: Cuts) -> list[str]:
    """The words to be found: those between spaces first whole, long ones cut by the dictionary.

    A number of a file or a name keeps together because it is also tried whole by :func:`matching`.
    """
    kept: list[str] = []
    for part in question[:LONGEST_QUESTION].split():
        for word in cut(part) if len(part) > 4 and not any(map(str.isdigit, part)) else [part]:
            if word not in _IGNORED and word not in kept:
                kept.append(word)
    return kept[:MOST_WORDS]


def _is_party(word: str) -> ColumnElement[bool]:
    return exists().where(
        Party.case_id == CaseFile.id,
        or_(
            Party.name_index.in_(blind_indexes(word, "parties.name")),
            Party.phone_index.in_(blind_indexes(word, "parties.phone")),
            Party.id_number_index.in_(blind_indexes(word, "parties.id_number")),
        ),
    )


def _has(word: str) -> ColumnElement[bool]:
    columns = (
        CaseFile.number,
        CaseFile.statement,
        CaseFile.requests,
        CaseFile.occurred_place,
    )
    return or_(
        *(column.contains(word, autoescape=True) for column in columns),
        exists().where(
            ExternalNumber.case_id == CaseFile.id, ExternalNumber.number.contains(word, autoescape=True)
        ),
        CaseFile.kind_code.in_([code for code, kind in dispute_kinds().items() if word in kind.name]),
        _is_party(word),
    )


def matching(files: Select[CaseFile], question: str, *, cut: Cuts) -> Select[CaseFile]:
    """Those of ``files`` that hold the whole question, or every word of it."""
    whole = question.strip()[:LONGEST_QUESTION]
    words = words_of(whole, cut)
    if not words:
        return files.where(_has(whole)) if whole else files
    every = _has(words[0])
    for word in words[1:]:
        every = every & _has(word)
    return files.where(or_(_has(whole), every))
