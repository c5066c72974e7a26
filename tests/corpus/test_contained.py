"""A stranger's file is read where it can do no harm: little memory, little time, no network, no writing."""

from __future__ import annotations

import socket
import time
import zlib
from pathlib import Path

import pytest

from corpus.contained import Unreadable, read_contained

HERE = "tests.corpus.test_contained"


def upper(content: bytes) -> bytes:
    return content.upper()


def refuses(_content: bytes) -> bytes:
    raise ValueError("这一页没有页码")


def loops(_content: bytes) -> bytes:
    while True:
        pass


def sleeps(_content: bytes) -> bytes:
    time.sleep(60)
    return b""


def swells(_content: bytes) -> bytes:
    return b"x" * (2 * 1024**3)


def unpacks(content: bytes) -> bytes:
    return str(len(zlib.decompress(content))).encode()


def connects(_content: bytes) -> bytes:
    with socket.socket() as line:
        line.connect(("127.0.0.1", 9))
    return b""


def writes(content: bytes) -> bytes:
    Path(content.decode()).write_bytes(b"x")
    return b""


def test_a_reader_gives_back_what_it_made_and_a_refusal_keeps_its_sentence():
    assert read_contained(f"{HERE}:upper", b"abc") == b"ABC"
    with pytest.raises(Unreadable, match="这一页没有页码"):
        read_contained(f"{HERE}:refuses", b"")


@pytest.mark.parametrize("reader", ["loops", "sleeps", "swells", "connects"])
def test_a_reader_that_never_ends_swells_or_dials_out_is_stopped(reader):
    """UPL-02: memory and processor time are limited, the wall clock ends a sleeper, no connection is made."""
    began = time.monotonic()
    with pytest.raises(Unreadable, match="已经停下"):
        read_contained(f"{HERE}:{reader}", b"", processor_seconds=1, wall_seconds=6)
    assert time.monotonic() - began < 12


def test_a_bomb_within_the_bounds_of_its_packing_dies_alone():
    """UPL-02: one gigabyte behind a few megabytes end the child, not the caller."""
    packer = zlib.compressobj(1)
    bomb = b"".join(packer.compress(b"\0" * 2**24) for _block in range(64)) + packer.flush()
    with pytest.raises(Unreadable, match="已经停下"):
        read_contained(f"{HERE}:unpacks", bomb)


def test_a_reader_leaves_nothing_on_the_disk(tmp_path):
    target = tmp_path / "trace"
    with pytest.raises(Unreadable):
        read_contained(f"{HERE}:writes", str(target).encode())
    assert not target.exists() or target.stat().st_size == 0
