"""The collection's declarative base: every model of the public collection derives from it."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase

from corpus.database import new_metadata


class Base(DeclarativeBase):
    """Base of all tables in the collection database."""

    metadata = new_metadata()
