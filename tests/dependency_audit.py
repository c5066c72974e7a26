"""``python -m tests.dependency_audit``: pip-audit that never calls an unaudited package sound.

pip-audit leaves with 0 when it could audit nothing; here that is said, and known holes fail.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements.txt"


def main() -> int:
    """0 when no known hole is found or the advisory service cannot be reached (which is said)."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(REQUIREMENTS), "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    try:
        outcome = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        report = json.loads(outcome.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        print("dependency audit: COULD NOT RUN (advisory service not reachable); nothing is known")
        return 0
    packages = report.get("dependencies", [])
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    holes = [(each["name"], hole["id"]) for each in packages for hole in each.get("vulns", [])]
    for name, identity in holes:
        print(f"dependency audit: {name} has {identity}")
    print(
        f"dependency audit: {len(packages) - len(skipped)} packages audited, {len(skipped)} could not be audited, {len(holes)} known holes"
    )
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
