"""The audit of the pinned packages is never green because it looked at nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.dependency_audit import ADVISORIES, REQUIREMENTS, is_affected, main, pins, read_stored


def audit(tmp_path: Path, *lines: str, today: date | None = None) -> int:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("\n".join(lines) + "\n")
    return main(["--offline", "--requirements", str(requirements)], today=today)


def test_the_canary_turns_the_audit_red_without_a_network(tmp_path: Path, capsys):
    """SUP-02: jinja2 2.10 must fail, by the stored list alone; its mended successors must not."""
    assert audit(tmp_path, "jinja2==2.10 \\", "    --hash=sha256:00") == 1
    assert "GHSA-462w-v97r-4m45" in capsys.readouterr().out
    assert audit(tmp_path, "Jinja2==3.1.6") == 0
    assert audit(tmp_path, "gunicorn==26.0.0") == 1
    assert audit(tmp_path, "gunicorn==25.1.0") == 0


def test_what_the_audit_did_not_look_at_is_said(tmp_path: Path, capsys):
    """SUP-02: a package without a record is not called sound, an old list is called old."""
    assert audit(tmp_path, "jinja2==3.1.6", "some-package-nobody-knows==1", today=date(2027, 6, 1)) == 0
    said = capsys.readouterr().out
    assert "NOT COVERED, nothing is known of 1 packages: some-package-nobody-knows" in said
    assert "THE STORED LIST IS OLD" in said
    assert "1 of 2 packages compared" in said


def test_what_is_pinned_has_no_hole_that_the_stored_list_knows(capsys):
    """SUP-02: the programme's own requirements, offline."""
    assert main(["--offline"]) == 0
    assert len(pins(REQUIREMENTS)) > 50
    assert "2026-11-26" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("version", "inside"), [("1.9", False), ("2.0", True), ("2.4.9", True), ("2.5", False), ("3.1", True), ("3.2", False)]
)  # fmt: skip
def test_ranges_begin_and_end_where_the_record_says(version, inside):
    """SUP-02: several spans, a last affected version."""
    spans = [
        {"type": "ECOSYSTEM", "events": [{"introduced": "2.0"}, {"fixed": "2.5"}]},
        {"type": "ECOSYSTEM", "events": [{"introduced": "3.0"}, {"last_affected": "3.1"}]},
    ]
    assert is_affected(version, {"ranges": spans}) is inside


def test_every_stored_record_cites_where_it_can_be_read():
    """SUP-02: an identity, a range with an end, an address."""
    stored = read_stored(ADVISORIES)
    for record in stored.records:
        assert record["id"].startswith(("GHSA-", "CVE-", "PYSEC-"))
        assert record["references"][0]["url"].endswith(record["id"])
        assert all("fixed" in span["events"][-1] for each in record["affected"] for span in each["ranges"])


def test_the_unpacked_database_of_osv_can_be_put_in_its_place(tmp_path: Path):
    """SUP-02: a folder with one record a file, as osv.dev gives it; withdrawn ones are left out."""
    own = json.loads((ADVISORIES / "pypi.json").read_text("utf-8"))["records"]
    for record in own[:3]:
        (tmp_path / f"{record['id']}.json").write_text(json.dumps(record))
    (tmp_path / "withdrawn.json").write_text(json.dumps({**own[4], "withdrawn": "2025-01-01T00:00:00Z"}))
    found = read_stored(tmp_path)
    assert len(found.records) == 3
    assert found.is_complete
