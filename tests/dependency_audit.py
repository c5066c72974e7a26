"""``python -m tests.dependency_audit``: known holes of the pinned packages, also without a network.

Two sources. ``advisories/`` holds records in the OSV format; it ships with the sources, dated, and works
offline. pip-audit asks the advisory service when that can be reached. A package for which neither source
says anything is called what it is: not covered. Any known hole fails.

``--advisories FOLDER`` reads another folder: the unpacked ``PyPI/all.zip`` of osv.dev, carried here on a
stick, makes the offline answer complete (see docs/security.md).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements.txt"
ADVISORIES = ROOT / "advisories"
OLD_DAYS = 90
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Stored:
    """A stored list: its records, the day it was made, whether it names every known hole of PyPI."""

    records: tuple[dict[str, Any], ...]
    checked_on: date
    is_complete: bool

    @property
    def packages(self) -> frozenset[str]:
        """The packages of which it says anything."""
        return frozenset(name for record in self.records for name, _ranges in _affected(record))


@dataclass(frozen=True)
class Hole:
    """A pinned version inside the range of a record."""

    package: str
    version: str
    identity: str
    summary: str


def pins(requirements: Path) -> dict[str, str]:
    """Package → version of a requirements file."""
    return {canonicalize_name(name): version for name, version in _PIN.findall(requirements.read_text())}


def read_stored(folder: Path) -> Stored:
    """Every ``*.json`` of a folder: one OSV record each, or our own list of them with its date."""
    records: list[dict[str, Any]] = []
    days: list[date] = []
    is_complete = True
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        if "records" in content:
            records += content["records"]
            days.append(date.fromisoformat(content["checked_on"]))
            is_complete = is_complete and bool(content["is_complete"])
        elif not content.get("withdrawn"):
            records.append(content)
            days.append(date.fromisoformat(content["modified"][:10]))
    return Stored(tuple(records), max(days, default=date.min), is_complete and bool(records))


def _affected(record: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for each in record.get("affected", []):
        if each["package"]["ecosystem"] == "PyPI":
            yield canonicalize_name(each["package"]["name"]), [each]


def is_affected(version: str, affected: dict[str, Any]) -> bool:
    """Whether a version stands in the record's list or between an ``introduced`` and its end."""
    if version in affected.get("versions", []):
        return True
    here = Version(version)
    for span in affected.get("ranges", []):
        if span["type"] != "ECOSYSTEM":
            continue
        inside = False
        for event in span["events"]:
            (kind, bound), *_more = event.items()
            try:
                reached = bound == "0" or here > Version(bound) or here == Version(bound)
                beyond = here > Version(bound) if bound != "0" else True
            except InvalidVersion:
                continue
            if kind == "introduced" and reached:
                inside = True
            elif (kind == "fixed" and reached) or (kind == "last_affected" and beyond):
                inside = False
        if inside:
            return True
    return False


def stored_holes(pinned: dict[str, str], stored: Stored) -> list[Hole]:
    """What the stored list knows against the pinned versions."""
    return [
        Hole(name, pinned[name], record["id"], record.get("summary", ""))
        for record in stored.records
        for name, each in _affected(record)
        if name in pinned and any(is_affected(pinned[name], affected) for affected in each)
    ]


def asked_service(requirements: Path) -> tuple[set[str], list[Hole]]:
    """Which packages the advisory service knew, and their holes; empty when it cannot be reached."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    try:
        outcome = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        packages = json.loads(outcome.stdout).get("dependencies", [])
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return set(), []
    known = {canonicalize_name(each["name"]) for each in packages if "skip_reason" not in each}
    holes = [
        Hole(each["name"], each["version"], hole["id"], "")
        for each in packages
        for hole in each.get("vulns", [])
    ]
    return known, holes


def main(arguments: list[str] | None = None, *, today: date | None = None) -> int:
    """0 when no known hole is found; 1 with one line for each otherwise. Says what was not covered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requirements", type=Path, default=REQUIREMENTS)
    parser.add_argument("--advisories", type=Path, default=ADVISORIES)
    parser.add_argument("--offline", action="store_true", help="ask no service")
    options = parser.parse_args(arguments)
    pinned, stored = pins(options.requirements), read_stored(options.advisories)
    age = ((today or datetime.now(UTC).date()) - stored.checked_on).days
    known, holes = (set(), []) if options.offline else asked_service(options.requirements)
    holes += stored_holes(pinned, stored)
    for hole in holes:
        print(f"dependency audit: {hole.package} {hole.version} has {hole.identity} {hole.summary}".rstrip())
    covered = set(pinned) if stored.is_complete else (known | stored.packages) & set(pinned)
    print(
        f"dependency audit: stored list of {stored.checked_on} ({age} days old, {len(stored.records)} records),"
        f" advisory service {'asked' if known else 'not reached' if not options.offline else 'not asked'}"
    )
    if age > OLD_DAYS:
        print(f"dependency audit: THE STORED LIST IS OLD (more than {OLD_DAYS} days): renew it")
    missing = sorted(set(pinned) - covered)
    if missing:
        print(
            f"dependency audit: NOT COVERED, nothing is known of {len(missing)} packages: {', '.join(missing)}"
        )
    print(f"dependency audit: {len(covered)} of {len(pinned)} packages compared, {len(holes)} known holes")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
