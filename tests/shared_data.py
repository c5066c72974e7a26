"""Where tests find data that is not in the repository; a test skips loudly when it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def shared(*parts: str) -> Path:
    """A file or folder of the research data (SHARED_DATA, default: beside the repository)."""
    path = Path(os.environ.get("SHARED_DATA", REPOSITORY.parent / "shared")).joinpath(*parts)
    if not path.exists():
        pytest.skip(f"research data absent: {'/'.join(parts)} (set SHARED_DATA)")
    return path


def law_data() -> Path:
    """The statute data file (LAW_DATA, default: downloads/laws.db)."""
    path = Path(os.environ.get("LAW_DATA", REPOSITORY / "downloads" / "laws.db"))
    if not path.exists():
        pytest.skip("statute data absent: run `flask --app wsgi collection fetch` (or set LAW_DATA)")
    return path
