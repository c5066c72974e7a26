"""The attested words, found beside the repository; tests that need them say so when they are absent."""

import csv
import os
from pathlib import Path

import pytest

DIRECTORY = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[4] / "shared")) / "bai"


def rows(name):
    path = DIRECTORY / name
    if not path.is_file():
        pytest.skip(f"research data {name} not found; set SHARED_DATA to its folder")
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))
