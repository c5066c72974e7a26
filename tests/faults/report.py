"""``python -m tests.faults.report``: run every fault test at its full extent and print what was lost.

Bounded: 45 minutes in all, then it stops and says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIGURES = (
    "power cut", "kill -9", "queue", "8 processes", "16 writers", "reader beside", "disk", "PostgreSQL", "clock",
    "backup", "drill", "SQLite ", "AUD-", "point in time", "index", "server killed", "walks", "flipped",
)  # fmt: skip
LONGEST_SECONDS = 2_700


def main() -> int:
    """Run and report; the exit status is pytest's, or 124 when the time was over."""
    command = [
        sys.executable, "-m", "pytest", "-q", "-s", "--tb=short", "tests/faults", "tests/mediation_rooms/security",
        "tests/assistant/test_condition.py", "tests/assistant/test_restore.py", "tests/assistant/test_api.py",
    ]  # fmt: skip
    began = time.monotonic()
    environment = {**os.environ, "FAULTS": "full"}
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment, timeout=LONGEST_SECONDS
        )  # fmt: skip
        output, status = done.stdout, done.returncode
    except subprocess.TimeoutExpired as late:
        heard = late.stdout or b""
        output, status = (heard.decode() if isinstance(heard, bytes) else heard), 124
    print_table(output, seconds=time.monotonic() - began)
    if status == 124:
        print(f"NOT FINISHED after {LONGEST_SECONDS} s")
    return status


def print_table(output: str, *, seconds: float) -> None:
    """The figures of a run in two columns, then what failed or was not run."""
    rows, remarks = [], []
    for line in output.splitlines():
        words = line.lstrip(".sFEx")
        if words.startswith(("FAILED", "ERROR", "SKIPPED")):
            remarks.append(words)
        elif words.startswith(FIGURES) and ": " in words:
            rows.append(words.split(": ", 1))
    width = max((len(what) for what, _figure in rows), default=10)
    print(f"FAULT REPORT  {seconds:.0f} s")
    for what, figure in rows:
        print(f"  {what:<{width}}  {figure}")
    for remark in remarks:
        print(f"  {remark}")
    if output.strip():
        print(output.strip().splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
