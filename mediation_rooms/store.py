"""The case store's declarative base: a database apart from the public collection."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase

from corpus.database import new_metadata


class Base(DeclarativeBase):
    """Base of all tables in the case database."""

    metadata = new_metadata()
