"""The service units that ship: parsed, hardened, and calling commands that exist."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
SERVICES = sorted(DEPLOY.rglob("*.service"))
TIMERS = sorted(DEPLOY.glob("*.timer"))
HARDENED = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes", "ProtectKernelModules": "yes", "ProtectControlGroups": "yes", "RestrictSUIDSGID": "yes",
    "RestrictNamespaces": "yes", "LockPersonality": "yes", "CapabilityBoundingSet": "", "UMask": "0007",
    "IPAddressDeny": "any", "SystemCallArchitectures": "native", "StateDirectoryMode": "0700",
}  # fmt: skip


def read(path: Path) -> dict[str, dict[str, list[str]]]:
    """Section → name → values, as systemd reads a unit: names may come more than once."""
    sections: dict[str, dict[str, list[str]]] = {}
    current: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith(("#", ";")):
            name, equals, value = line.partition("=")
            assert equals, (path.name, line)
            current.setdefault(name, []).append(value)
    return sections


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_every_service_is_hardened_and_runs_as_nobody_special(path: Path):
    """OPS-03: the listed set, a memory ceiling, a user of its own that is not root."""
    service = read(path)["Service"]
    assert {name: service.get(name) for name in HARDENED} == {
        name: [value] for name, value in HARDENED.items()
    }
    assert re.fullmatch(r"[1-9]\d*[MG]", service["MemoryMax"][0])
    assert service["TasksMax"]
    assert service["User"][0] not in ("root", "0", "")
    values = [value.lower() for each in service.values() for value in each]
    assert not any("secret" in value or "password=" in value for value in values)


def test_the_kiosk_and_the_full_application_share_nothing():
    """OPS-03, HDR-03: own users, folders, keys and ports; the kiosk cannot even see the other's folders."""
    full, kiosk = read(DEPLOY / "assistant.service")["Service"], read(DEPLOY / "kiosk.service")["Service"]
    assert full["User"] != kiosk["User"]
    assert set(full["StateDirectory"][0].split()).isdisjoint(kiosk["StateDirectory"][0].split())
    assert "PROFILE=kiosk" in kiosk["Environment"][0].split()
    assert "PROFILE=full" in full["Environment"][0].split()
    assert {"-/var/lib/law-assistant", "-/var/lib/law-assistant-keys"} <= set(
        kiosk["InaccessiblePaths"][0].split()
    )
    ports = [re.search(r"--bind (\S+)", service["ExecStart"][0]) for service in (full, kiosk)]
    assert [found[1] for found in ports if found] == ["127.0.0.1:8000", "127.0.0.1:8001"]


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.stem)
def test_every_timer_has_its_service_whose_command_exists(app: Flask, path: Path):
    """OPS-03, BAK-05: daily backup and anchor, weekly checks, quarterly drill; missed runs are caught up."""
    timer = read(path)["Timer"]
    assert timer["Persistent"] == ["true"]
    assert timer["OnCalendar"]
    words = shlex.split(read(path.with_suffix(".service"))["Service"]["ExecStart"][0])
    group, command, *options = words[words.index("wsgi") + 1 :]
    found = app.cli.commands[group].commands[command]  # type: ignore[attr-defined]
    known = {option for parameter in found.params for option in parameter.opts}
    assert {option for option in options if option.startswith("--")} <= known


def test_what_must_run_by_itself_has_a_timer():
    """AUD-04, BAK-05, DUR-13, PRI-08: none of them is left to memory; the destroying one asks for two people's word."""
    assert {path.stem for path in TIMERS} == {
        f"assistant-{name}" for name in ("backup", "anchor", "verify", "check", "drill", "retention")
    }


@pytest.mark.parametrize("path", SERVICES + TIMERS, ids=lambda path: path.name)
def test_systemd_itself_finds_no_fault(path: Path, tmp_path: Path):
    """OPS-03: ``systemd-analyze verify`` where it is installed, without the programmes of the target machine."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("NOT RUN: no systemd-analyze on this machine")
    for unit in (path, path.with_suffix(".service")):
        text = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text("utf-8"))
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / path.name)], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert not re.search(r"Unknown|Failed to parse|Invalid", done.stderr), done.stderr


def test_the_base_backup_of_postgresql_calls_a_script_that_ships():
    """OPS-03, BAK-06: weekly, as PostgreSQL's own user, into the folder the log is archived into."""
    folder = DEPLOY / "postgresql"
    service = read(folder / "law-assistant-base.service")["Service"]
    programme, bases, wal, keep = shlex.split(service["ExecStart"][0])
    script = folder / Path(programme).name
    assert programme == f"/opt/law-assistant/deploy/postgresql/{script.name}"
    assert os.access(script, os.X_OK)
    assert {f"/var/lib/{name}" for name in service["StateDirectory"][0].split()} == {bases, wal}
    assert int(keep) >= 2
    settings = (folder / "point-in-time.conf").read_text("utf-8")
    assert f'/opt/law-assistant/deploy/postgresql/archive-wal "%p" "%f" {wal}\'' in settings
    assert os.access(folder / "archive-wal", os.X_OK)
    assert os.access(folder / "restore-to-moment", os.X_OK)
    assert read(folder / "law-assistant-base.timer")["Timer"]["Persistent"] == ["true"]
