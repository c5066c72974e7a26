"""Where tests find data that is not part of the product; tests that need it skip loudly without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def shared_data(*parts: str) -> Path:
    """A path below the research data (``SHARED_DATA``, else a folder beside the checkout)."""
    base = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared"))
    path = base.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"research data not found: {path} (set SHARED_DATA to its folder)")
    return path


def law_database() -> Path:
    """The fetched data package; ``flask --app wsgi collection fetch`` brings it."""
    candidates = [
        Path(os.environ["LAW_DATA"]) if "LAW_DATA" in os.environ else None,
        ROOT / "instance" / "downloads" / "laws.db",
        ROOT / "downloads" / "laws.db",
    ]
    for path in candidates:
        if path is not None and path.exists():
            return path
    pytest.skip("the law data package is not here: run `flask --app wsgi collection fetch`")
