"""Power cuts and kills: nothing acknowledged is lost, nothing is half there, every start is clean."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mediation_rooms import keys
from tests.databases import Databases
from tests.faults.extent import FULL, extent
from tests.faults.killing import killed_while
from tests.faults.postgresql import running_server
from tests.faults.powercut import MODES, Disk, build_shim, read_record
from tests.faults.scenes import (
    SCENES,
    check_saves,
    migrate,
    prepare_saves,
    save_cases,
    schema_problem,
    start_problem,
)

ROOT = Path(__file__).resolve().parents[2]
CUTS = {
    "case saves": (extent(150, 24), extent(60, 20)),
    "case files": (extent(40, 2), extent(8, 2)),
    "remade tables": (extent(40, 4), extent(2, 1)),
    "documents": (extent(150, 30), extent(60, 20)),
    "migrations": (extent(40, 6), extent(2, 1)),
}
"""Scene → cuts, and how often the work is done while it is recorded."""
KILLS = {
    "case saves": extent(40, 8), "case files": extent(20, 2), "documents": extent(40, 6), "index builds": extent(40, 4),
    "backups": extent(30, 3), "migrations": extent(20, 3), "remade tables": extent(20, 2), "packs": extent(8, 1),
}  # fmt: skip
"""Scene → kills; 218 in all when the report is made."""
WITHOUT_A_START = frozenset({"backups", "packs"})
"""What they write lies beside an installation, not in it."""


@pytest.mark.parametrize("scene", list(CUTS))
def test_no_power_cut_loses_what_was_acknowledged(scene: str, tmp_path: Path):
    """DUR-03, DUR-04, DUR-05: writes and syncs recorded, disk rebuilt at random cuts in three modes."""
    if shutil.which("gcc") is None:
        pytest.skip("NOT RUN: the power-cut replay needs gcc")
    cuts, count = CUTS[scene]
    prepare, _work, check = SCENES[scene]
    folder, key_folder = tmp_path / "disk", tmp_path / "keys"
    folder.mkdir()
    keys.save_key_ring(keys.key_ring(), key_folder)
    prepare(folder)
    before = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    environment = {
        **os.environ, "LD_PRELOAD": str(build_shim(tmp_path)), "CRASH_FOLDER": f"{folder}/",
        "CRASH_RECORD": str(tmp_path / "record"),
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.faults.scenes", scene, str(folder), str(count), str(key_folder)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment, timeout=200, stdout=subprocess.DEVNULL)
    record = read_record(tmp_path / "record")
    syncs = sum(operation.kind == "S" for operation in record)
    assert syncs >= count, "the recorder saw no syncs"
    generator = random.Random(20261124)
    moments = sorted(generator.choices(range(len(record)), k=cuts))
    disk, done, bad, failures = Disk(before), 0, 0, []
    for moment in moments:
        while done < moment:
            disk.replay(record[done])
            done += 1
        acknowledged = int(disk.acknowledged[-1]) if disk.acknowledged else -1
        for mode in MODES:
            place = tmp_path / "after"
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            for name, content in disk.after_the_cut(mode, generator).items():
                if name.endswith(("-shm", "/ack", ".lock")):
                    continue
                target = place / Path(name).relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            problem = check(place, acknowledged)
            if problem:
                bad += 1
                failures.append((moment, mode, problem))
    print(
        f"power cut, {scene}: {cuts} cuts × {len(MODES)} modes, {len(record)} operations, {syncs} syncs, {bad} bad"
    )
    assert failures == []


@pytest.mark.parametrize(
    "scene", [pytest.param(scene, marks=pytest.mark.slow) if scene == "packs" else scene for scene in KILLS]
)
def test_no_kill_loses_what_was_acknowledged(scene: str, tmp_path: Path):
    """DUR-02, DUR-05, DUR-08, AUD-01: kill -9 at random points; over 200 in all; the application starts after every third."""
    generator = random.Random(99)
    prepare, work, check = SCENES[scene]
    folder = tmp_path / "disk"
    folder.mkdir()
    prepare(folder)
    total = starts = 0
    for kill in range(KILLS[scene]):
        if scene == "migrations":
            shutil.rmtree(folder)
            folder.mkdir()
        said = killed_while(
            lambda tell: work(folder, tell), generator.uniform(0.0, LONGEST_WAIT.get(scene, 0.12)),
            waits_for_one=scene != "migrations",
        )  # fmt: skip
        total += len(said)
        assert check(folder, said[-1] if said else -1) == ""
        if scene not in WITHOUT_A_START and (kill == KILLS[scene] - 1 or (FULL and kill % 3 == 0)):
            after = shutil.copytree(folder, tmp_path / "after" / "instance")
            assert start_problem(after) == ""
            starts += 1
            shutil.rmtree(after)
    print(
        f"kill -9, {scene}: {KILLS[scene]} kills, {total} acknowledged, 0 lost, 0 half written,"
        f" {starts} starts of the application clean"
    )


LONGEST_WAIT = {
    "migrations": 1.5,
    "remade tables": 1.5,
    "index builds": 0.6,
    "backups": 0.4,
    "case files": 0.4,
}


@pytest.mark.postgres
def test_no_kill_of_a_client_of_postgresql_loses_a_save_or_leaves_half_a_schema(tmp_path: Path):
    """DUR-02 and DUR-05 on PostgreSQL: the same saves and migrations, killed the same way."""
    generator, saved = random.Random(7), 0
    with running_server() as server:
        databases = Databases(tmp_path, server)
        url = databases.empty(tmp_path)
        prepare_saves(url)
        for _kill in range(extent(25, 4)):
            said = killed_while(
                lambda tell: save_cases(url, tell), generator.uniform(0.0, 0.12), waits_for_one=True
            )
            saved += len(said)
            assert check_saves(url, said[-1] if said else -1) == ""
        print(f"kill -9, case saves, PostgreSQL: {extent(25, 4)} kills, {saved} acknowledged, 0 lost")
        for _kill in range(extent(15, 3)):
            fresh = databases.empty(tmp_path)
            killed_while(
                lambda tell, to=fresh: migrate(to, tell), generator.uniform(0.1, 1.2), waits_for_one=False
            )
            assert schema_problem(fresh) == ""
            databases.forget(fresh)
        print(f"kill -9, migrations, PostgreSQL: {extent(15, 3)} kills, old or new schema every time, 0 half")
