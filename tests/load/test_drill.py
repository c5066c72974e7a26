"""The rehearsed restore of a county: 20,000 case files with a scan each and the whole collection."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select

from corpus.database import Store
from corpus.migrations import COLLECTION_MIGRATIONS
from mediation_rooms import integrity
from mediation_rooms.encrypted_files import write_encrypted
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.evidence import Attachment
from tests.load.prefecture import BATCH, fill

FILES = int(os.environ.get("DRILL_FILES", "20000"))
SCAN_BYTES = 24_000
COLLECTION = Path(__file__).resolve().parents[2] / "instance" / "collection.sqlite3"


def attach_scans(store: Store, folder: Path) -> int:
    """A scan for every case file, encrypted as an upload is; how many."""
    with store.reading() as session:
        case_ids = list(session.scalars(select(CaseFile.id)))
    rows = []
    for case_id in case_ids:
        name, content = secrets.token_hex(16), secrets.token_bytes(SCAN_BYTES)
        write_encrypted(folder, name, content)
        rows.append(
            {
                "case_id": case_id, "place": "evidence", "page": 1, "stored_name": name,
                "original_name": "示例.jpg", "media_type": "image/jpeg", "size_bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(), "added_at": datetime.now(UTC), "added_by": "示例",
            }
        )  # fmt: skip
    with store.writing() as session:
        for start in range(0, len(rows), BATCH):
            session.execute(insert(Attachment), rows[start : start + BATCH])
    return len(rows)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@pytest.mark.sqlite("the drill restores files")
def test_a_county_is_rehearsed_within_a_minute(app: Flask, case_store: Store, tmp_path: Path):
    """BAK-04: the drill of 20,000 files restores, checks every checksum, seal and link, builds the index, signs in."""
    settings = app.extensions["settings"]
    if COLLECTION.exists():
        with sqlite3.connect(COLLECTION) as source, sqlite3.connect(tmp_path / "collection") as target:
            source.backup(target)
        app.extensions["stores"].collection.dispose()
        shutil.move(tmp_path / "collection", settings.instance_directory / "collection.sqlite3")
        COLLECTION_MIGRATIONS.upgrade(app.extensions["stores"].collection)
    fill(case_store, rooms=100, cases=FILES)
    count = attach_scans(case_store, settings.instance_directory / "attachments")
    with case_store.writing() as session:
        sealed = integrity.reseal(session)
    case_store.dispose()
    runner, shelf = app.test_cli_runner(), tmp_path / "shelf"
    began = time.monotonic()
    made = runner.invoke(args=["backup", "create", "--to", str(shelf)])
    assert made.exit_code == 0, made.output
    written = time.monotonic() - began
    began = time.monotonic()
    drill = runner.invoke(args=["backup", "drill", "--in", str(shelf)])
    seconds = time.monotonic() - began
    assert drill.exit_code == 0, drill.output
    (archive,) = shelf.glob("*.backup")
    restored = re.search(r"(\d+) 个文件，校验和全部一致", drill.output)
    print(
        f"drill of {FILES:,} case files: {count:,} scans, {sealed:,} sealed rows, {archive.stat().st_size / 1e6:.0f} MB,"
        f" written and verified in {written:.1f} s, rehearsed in {seconds:.1f} s: {drill.output.strip()}"
    )
    assert restored is not None
    assert int(restored.group(1)) >= count
    assert seconds <= 60
