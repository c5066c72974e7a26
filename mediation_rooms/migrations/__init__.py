"""Migrations of the case store."""

from pathlib import Path

from corpus.migration import Migrations
from mediation_rooms.integrity import seals_kept

CASE_MIGRATIONS = Migrations(Path(__file__).parent, keeping=seals_kept)
