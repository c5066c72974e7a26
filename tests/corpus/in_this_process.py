"""Contained readers run in the process of the test: for tests of what is read, many files over.

That the real one is a process with limits is proven in ``test_contained.py`` and ``tests/attacks``.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest

from corpus.contained import Unreadable
from corpus.importing import bilingual_xml, office_files, tbx


def read_here(reader: str, content: bytes) -> bytes:
    """As :func:`corpus.contained.read_contained`, without a process."""
    module, _colon, name = reader.partition(":")
    try:
        made: bytes = getattr(importlib.import_module(module), name)(content)
    except ValueError as refusal:
        raise Unreadable(str(refusal)) from refusal
    return made


@pytest.fixture(scope="module", autouse=True)
def in_this_process() -> Iterator[None]:
    """For every test of the module that imports this fixture."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (bilingual_xml, office_files, tbx):
            patch.setattr(module, "read_contained", read_here)
        yield
