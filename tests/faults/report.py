"""``python -m tests.faults.report``: run the fault tests and print what was cut, killed and lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ("power cut", "kill -9", "CON-", "BAK-", "AUD-")


def main() -> int:
    """Run and report; the exit status is pytest's."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/faults", "tests/mediation_rooms/security"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print("FAULT REPORT")
    for line in done.stdout.splitlines():
        words = line.lstrip(".s")
        if words.startswith((*FIGURES, "FAILED", "SKIPPED", "ERROR")):
            print(f"  {words}")
    print(done.stdout.strip().splitlines()[-1])
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
