"""The 147 checks: which test proves each, which are left out and why.

Tests name the checks they prove in their docstrings (``DUR-03 and DUR-04: …``). ``python -m tests.checks``
prints the table for docs/security.md.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

AREAS = {
    "KIO": ("Kiosk and browser", 12), "HDR": ("Headers", 3), "SES": ("Sessions", 7), "AUT": ("Signing in", 11),
    "ACC": ("Authorisation", 15), "INP": ("Input and output", 10), "SEA": ("Search", 7), "UPL": ("Files", 11),
    "AUD": ("The trail", 9), "PRI": ("Privacy and law", 18), "DUR": ("Durability", 15), "CON": ("Concurrency", 12),
    "BAK": ("Backups", 8), "OPS": ("Operations", 4), "SUP": ("Supply chain", 5),
}  # fmt: skip
IDENTIFIER = re.compile(r"\b(?:" + "|".join(AREAS) + r")-\d\d\b")
ALL = tuple(f"{area}-{number:02}" for area, (_title, count) in AREAS.items() for number in range(1, count + 1))

LEFT_OUT = {
    "ACC-15": "statistics and educator exports are tested in their own suites once their pages stand",
    "BAK-06": "point in time needs a PostgreSQL archive set up by the operator; docs/operations.md tells how",
    "OPS-03": "no service unit ships yet: the operator's own process manager decides",
    "SUP-05": "the scanner is not a Python package and not installed by the project's own set-up",
    "CON-09": "slow clients are the production server's matter: threads and the proxy, see gunicorn.conf.py",
}


@dataclass(frozen=True)
class Proof:
    """A test and the checks it names."""

    file: str
    name: str
    checks: tuple[str, ...]


def proofs(root: Path | None = None) -> list[Proof]:
    """Every test whose docstring names a check."""
    base = root or Path(__file__).resolve().parent
    found = []
    for path in sorted(base.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                named = tuple(dict.fromkeys(IDENTIFIER.findall(ast.get_docstring(node) or "")))
                if named:
                    found.append(Proof(path.relative_to(base.parent).as_posix(), node.name, named))
    return found


def table() -> dict[str, list[Proof]]:
    """check → its tests, in the order of the list."""
    found: dict[str, list[Proof]] = {check: [] for check in ALL}
    for proof in proofs():
        for check in proof.checks:
            found[check].append(proof)
    return found


def as_markdown() -> str:
    """The table of attacks and faults."""
    rows = table()
    proven = [check for check in ALL if rows[check]]
    lines = [f"{len(proven)} of {len(ALL)} checks have a test of their own.", ""]
    for area, (title, _count) in AREAS.items():
        lines += [f"### {title}", "", "| check | test |", "| --- | --- |"]
        for check in (check for check in ALL if check.startswith(area)):
            if rows[check]:
                tests = "; ".join(proof.name.removeprefix("test_").replace("_", " ") for proof in rows[check][:3])
            else:
                tests = f"*not run: {LEFT_OUT.get(check, 'no test yet')}*"
            lines.append(f"| {check} | {tests} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_markdown())
