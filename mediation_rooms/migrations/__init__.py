"""Migrations of the case store."""

from pathlib import Path

from corpus.migration import Migrations

CASE_MIGRATIONS = Migrations(Path(__file__).parent)
