"""Power cuts and kills: nothing acknowledged is lost, nothing is half there, every start is clean."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mediation_rooms import keys
from tests.faults.powercut import MODES, Disk, build_shim, read_record
from tests.faults.scenes import SCENES

ROOT = Path(__file__).resolve().parents[2]
CUTS = {"case saves": (150, 60), "documents": (150, 60), "migrations": (40, 2)}
KILLS = {"case saves": 100, "documents": 40, "migrations": 40, "backups": 20, "packs": 8}


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


@pytest.mark.parametrize("scene", list(KILLS))
def test_no_kill_loses_what_was_acknowledged(scene: str, tmp_path: Path):
    """DUR-02, DUR-05, AUD-01: kill -9 at random points; 200 in all; each start is clean."""
    generator = random.Random(99)
    prepare, work, check = SCENES[scene]
    folder = tmp_path / "disk"
    folder.mkdir()
    prepare(folder)
    total = 0
    for _kill in range(KILLS[scene]):
        if scene == "migrations":
            shutil.rmtree(folder)
            folder.mkdir()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                work(folder, lambda number, to=writing: os.write(to, f"{number}\n".encode()) and None)
            finally:
                os._exit(1)
        os.close(writing)
        if scene != "migrations":
            select.select([reading], [], [], 20)
        time.sleep(generator.uniform(0.0, 0.5 if scene == "migrations" else 0.12))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        said = b""
        while part := os.read(reading, 65_536):
            said += part
        os.close(reading)
        whole = said[: said.rfind(b"\n") + 1].split()
        acknowledged = int(whole[-1]) if whole else -1
        total += len(whole)
        assert check(folder, acknowledged) == ""
    print(f"kill -9, {scene}: {KILLS[scene]} kills, {total} acknowledged, 0 lost")
