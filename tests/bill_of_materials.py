"""``python -m tests.bill_of_materials FILE``: what ships, as a CycloneDX 1.5 document.

Name, version and hashes come from ``requirements.txt``, which the installation is held to; the licence is
what the installed package says of itself.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from tests.dependency_audit import REQUIREMENTS

_PINNED = re.compile(
    r"^([A-Za-z0-9._-]+)==([^\s;\\]+)[^\n]*((?:\n\s+--hash=sha256:[0-9a-f]{64}\s*\\?)+)", re.MULTILINE
)
_HASH = re.compile(r"sha256:([0-9a-f]{64})")


def licence_of(name: str) -> str:
    """The licence an installed package names; empty when it names none."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    expression = told.get("License-Expression") or ""
    classified = [
        each.rpartition(" :: ")[2] for each in told.get_all("Classifier", []) if each.startswith("License ::")
    ]
    return expression or "; ".join(classified) or (told.get("License") or "").split("\n")[0][:80]


def document(requirements: Path = REQUIREMENTS) -> dict[str, Any]:
    """The whole document."""
    components = []
    for name, version, hashes in _PINNED.findall(requirements.read_text("utf-8")):
        licence = licence_of(name)
        components.append(
            {
                "type": "library", "name": canonicalize_name(name), "version": version,
                "purl": f"pkg:pypi/{canonicalize_name(name)}@{version}",
                "hashes": [{"alg": "SHA-256", "content": each} for each in _HASH.findall(hashes)],
                **({"licenses": [{"license": {"name": licence}}]} if licence else {}),
            }
        )  # fmt: skip
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}


def main() -> int:
    """Write the document to the file that is named."""
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    made = document()
    path.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    print(f"{path}: {len(made['components'])} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
