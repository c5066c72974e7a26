"""Migrations of the collection."""

from pathlib import Path

from corpus.migration import Migrations

COLLECTION_MIGRATIONS = Migrations(Path(__file__).parent)
