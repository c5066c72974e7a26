"""One engine over the sample index for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.search import _index
from corpus.search.engine import SearchEngine
from tests.corpus.search.sample_index import ARTICLES, FORWARDING, NO_VECTORS


@pytest.fixture(scope="session")
def sample_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample index."""
    base = tmp_path_factory.mktemp("index")
    _index.build(base, ARTICLES, fingerprint="sample", forwarding=FORWARDING, vectors=NO_VECTORS)
    return base


@pytest.fixture(scope="session")
def engine(sample_base: Path) -> SearchEngine:
    """The engine over it."""
    return SearchEngine.open(sample_base)
