"""A damaged, missing or foreign index is noticed at opening; a kill during the build changes nothing."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.search import _index
from corpus.search._index import IndexDamaged
from corpus.search.engine import SearchEngine
from tests.corpus.search.sample_index import ARTICLES, DAY, FORWARDING, NO_VECTORS
from tests.faults.extent import extent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("index")
    _index.build(base, ARTICLES, fingerprint="sample", forwarding=FORWARDING, vectors=NO_VECTORS)
    return base


@pytest.fixture
def base(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "index"))


def inside(base: Path) -> Path:
    directory = _index.current(base)
    assert directory is not None
    return directory


PLACES = random.Random(7)


def any_file(base: Path) -> Path:
    """A file of the index that holds something, the manifest and Whoosh's own among them."""
    files = sorted(path for path in inside(base).rglob("*") if path.is_file() and path.stat().st_size)
    return PLACES.choice(files)


def truncate(base: Path) -> None:
    file = any_file(base)
    content = file.read_bytes()
    file.write_bytes(content[: PLACES.randrange(len(content))])


def zero_a_part(base: Path) -> None:
    file = any_file(base)
    content = bytearray(file.read_bytes())
    start = PLACES.choice([place for place in range(len(content)) if content[place]])
    content[start : start + 512] = bytes(len(content[start : start + 512]))
    file.write_bytes(bytes(content))


def flip_a_bit(base: Path) -> None:
    file = any_file(base)
    content = bytearray(file.read_bytes())
    content[PLACES.randrange(len(content))] ^= 1 << PLACES.randrange(8)
    file.write_bytes(bytes(content))


def remove_a_file(base: Path) -> None:
    any_file(base).unlink()


def add_a_foreign_pickle(base: Path) -> None:
    (inside(base) / "whoosh" / "_MAIN_9.toc").write_bytes(b"cos\nsystem\n(S'false'\ntR.")


def another_version(base: Path) -> None:
    manifest = inside(base) / _index.MANIFEST
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"versions": "0"}))


def empty_manifest(base: Path) -> None:
    (inside(base) / _index.MANIFEST).write_bytes(b"")


def pointer_to_elsewhere(base: Path) -> None:
    (base / _index.POINTER).write_text("../../etc")


def no_pointer(base: Path) -> None:
    (base / _index.POINTER).unlink()


@pytest.mark.parametrize(
    "damage",
    [
        truncate,
        zero_a_part,
        flip_a_bit,
        remove_a_file,
        add_a_foreign_pickle,
        another_version,
        empty_manifest,
        pointer_to_elsewhere,
        no_pointer,
    ],
)
def test_damage_is_noticed_and_mended_by_a_build(
    built: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """DUR-07: in any file, at any place: 40 of each kind in the report; rebuilt, and how long that took."""
    is_anywhere = damage in (truncate, zero_a_part, flip_a_bit, remove_a_file)
    rounds, longest = extent(40, 4) if is_anywhere else 1, 0.0
    for number in range(rounds):
        base = Path(shutil.copytree(built, tmp_path / f"index-{number}"))
        damage(base)
        with pytest.raises(IndexDamaged):
            SearchEngine.open(base)
        if number % 10:
            continue
        began = time.monotonic()
        _index.build(base, ARTICLES, fingerprint="sample", forwarding=FORWARDING, vectors=NO_VECTORS)
        longest = max(longest, time.monotonic() - began)
        assert SearchEngine.open(base).find("离婚", in_force_on=DAY).results
    print(
        f"index damaged, {damage.__name__.replace('_', ' ')}: {rounds} of {rounds} noticed, rebuilt in {longest:.1f} s"
    )


def test_an_open_engine_answers_on_while_a_new_index_takes_its_place(base: Path) -> None:
    engine = SearchEngine.open(base)
    before = engine.find("承包地", in_force_on=DAY)
    _index.build(base, ARTICLES[:4], fingerprint="other", vectors=NO_VECTORS)
    assert engine.find("承包地", in_force_on=DAY) == before
    assert SearchEngine.open(base).size == 4


def test_the_same_content_is_not_built_twice(base: Path) -> None:
    first = _index.build(base, ARTICLES, fingerprint="sample", forwarding=FORWARDING)
    assert _index.build(base, ARTICLES, fingerprint="sample", forwarding=FORWARDING) == first


KILLED = """
import sys
from pathlib import Path
from corpus.search import _index
from tests.corpus.search.sample_index import ARTICLES, NO_VECTORS
_index.build(Path(sys.argv[1]), ARTICLES * 200, fingerprint="killed", vectors=NO_VECTORS,
             progress=lambda step, done, total: print(step, done, flush=True))
"""


@pytest.mark.parametrize("after", ["words 500", "weights 1"])
def test_a_build_that_is_killed_leaves_the_old_index_and_the_next_build_works(base: Path, after: str) -> None:
    name = inside(base).name
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(base)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.strip() == after:
                os.kill(child.pid, signal.SIGKILL)
                break
    assert child.returncode == -signal.SIGKILL
    assert inside(base).name == name
    assert SearchEngine.open(base).find("离婚", in_force_on=DAY).results
    start = time.monotonic()
    _index.build(base, ARTICLES[:5], fingerprint="next", vectors=NO_VECTORS)
    assert time.monotonic() - start < 60
    assert SearchEngine.open(base).size == 5
    assert len(list(base.glob("build-*"))) == 2  # the new one and the one before it


def test_an_empty_collection_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="import the law"):
        _index.build(tmp_path, [], fingerprint="nothing")
    assert not list(tmp_path.glob("build-*"))
