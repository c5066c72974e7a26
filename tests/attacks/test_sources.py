"""What must hold for the programme's own text: templates, secrets, pinned packages, the network."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from flask import Flask
from packaging.utils import canonicalize_name

from tests.bill_of_materials import document

ROOT = Path(__file__).resolve().parents[2]
CODE = ("corpus", "mediation_rooms", "assistant")
MARKUP_ALLOWED = {"assistant/web/shell.py"}
"""Files that may make markup themselves; each says beside the line why that is safe."""


def sources(pattern: str, *folders: str) -> list[Path]:
    return [path for folder in folders for path in (ROOT / folder).rglob(pattern)]


def test_nothing_switches_escaping_off():
    """INP-02: `Markup(`, `|safe`, autoescape and unquoted attributes; only lines that give a reason pass."""
    for path in sources("*.html", "assistant/templates"):
        html = path.read_text("utf-8")
        assert "|safe" not in html.replace(" ", ""), path
        assert "autoescape" not in html, path
        assert not re.search(r"<[a-z][^>]*\s[a-z-]+=\{\{", html), f"unquoted attribute in {path}"
    for path in sources("*.py", *CODE):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if re.search(r"\bMarkup\(", line):
                assert "noqa: S704 - " in line, f"{path}:{number} makes markup without a reason"


def test_the_templates_have_no_inline_code():
    """HDR-02: no handler, style or script in any template."""
    for path in sources("*.html", "assistant/templates"):
        html = path.read_text("utf-8")
        assert not re.search(r"\son(click|load|error|submit|change|input)\s*=", html), path
        assert not re.search(r"<style|\sstyle=", html), path
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)", html), path


def test_nothing_unpickles_or_marshals():
    """UPL-11: no loader that runs code on what it reads."""
    for path in sources("*.py", *CODE):
        text = path.read_text("utf-8")
        assert not re.search(r"^\s*(import|from) (pickle|marshal|shelve|dill)\b", text, re.MULTILINE), path
        assert "yaml.load(" not in text, path


def test_no_key_or_password_is_kept_in_the_repository():
    """OPS-01: no private key, no token, no long hexadecimal secret in any tracked source."""
    for path in sources("*.py", *CODE) + sources("*.toml", "assistant", "corpus", "mediation_rooms"):
        text = path.read_text("utf-8")
        assert "BEGIN PRIVATE KEY" not in text, path
        assert not re.search(
            r"(secret|password|token)\w*\s*=\s*[\"'][0-9A-Za-z+/_-]{24,}[\"']", text, re.I
        ), path
    ignored = (ROOT / ".gitignore").read_text("utf-8")
    assert "/instance/" in ignored
    assert "/keys/" in ignored


def test_every_package_is_pinned_with_its_hash():
    """SUP-01: each with a version and a hash of its own, installed with --require-hashes, in the bill of materials."""
    text = (ROOT / "requirements.txt").read_text("utf-8")
    names = []
    for block in re.split(r"\n(?=\S)", text):
        if block.strip() and not block.startswith(("#", "-")):
            assert re.match(r"[A-Za-z0-9._-]+==\S+", block), block
            assert "--hash=sha256:" in block, block
            names.append(canonicalize_name(block.partition("==")[0]))
    assert "--require-hashes -r requirements.txt" in (ROOT / "Makefile").read_text("utf-8")
    listed = document()["components"]
    assert [each["name"] for each in listed] == names
    assert all(each["hashes"] and each.get("licenses") for each in listed), [
        each["name"] for each in listed if not each.get("licenses")
    ]
    assert {each["version"] for each in listed if each["name"] == "flask"} == {metadata.version("flask")}


def test_a_process_without_a_network_starts_and_answers(tmp_path: Path):
    """PRI-18 and SUP-04: with loopback gone as well, the application starts and serves; nothing calls out."""
    if shutil.which("unshare") is None:
        pytest.skip("NOT RUN: no unshare on this machine")
    script = (
        "from pathlib import Path; import os\n"
        "from mediation_rooms import keys\n"
        "keys.create_key_ring(Path(os.environ['KEY_DIRECTORY']))\n"
        "from assistant.factory import create_app; from assistant.settings import Settings\n"
        "from tests.stores import create_tables; app = create_app(Settings.from_environment())\n"
        "create_tables(app.extensions['stores'].collection, 'collection')\n"
        "create_tables(app.extensions['stores'].cases, 'cases')\n"
        "client = app.test_client()\n"
        "print([client.get(a).status_code for a in ('/', '/sign-in/', '/account/')])\n"
    )
    environment = {
        "PATH": "/usr/bin:/bin", "INSTANCE_DIRECTORY": str(tmp_path / "i"), "KEY_DIRECTORY": str(tmp_path / "k"),
        "JOB_WORKER": "off", "LOG_LEVEL": "error", "PYTHONUTF8": "1", "PASSWORD_PROFILE": "test",
    }  # fmt: skip
    done = subprocess.run(
        ["unshare", "-n", "-r", sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    if "unshare failed" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip("NOT RUN: this user may not make a network namespace")
    assert done.returncode == 0, done.stderr[-800:]
    assert done.stdout.strip().endswith("[200, 200, 302]")


def test_the_health_page_tells_the_state_and_no_person(app: Flask, client, signed_in):
    """OPS-04: disk, clock, index, databases; nothing else."""
    signed_in("mediator")
    body = client.get("/health").get_json()
    assert {"disk", "clock", "index", "collection", "cases"} <= set(body["checks"])
    assert "示例" not in str(body)


def test_memory_stays_flat_over_thousands_of_requests(app: Flask, client):
    """CON-12: resident memory after 3,000 requests is within a tenth of that after 500."""

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1])

    for _request in range(500):
        client.get("/sign-in/")
    before = resident()
    for _request in range(3_000):
        client.get("/sign-in/")
    assert resident() < before * 1.1


def test_no_finding_of_high_severity_stands_in_the_code():
    """SUP-03: bandit over everything that ships."""
    command = [sys.executable, "-m", "bandit", "-q", "-lll", "-c", str(ROOT / "pyproject.toml"), "-r"]
    clean = subprocess.run(
        [*command, *CODE, "wsgi.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert clean.returncode == 0, clean.stdout


def test_a_planted_shell_call_is_found(tmp_path):
    """SUP-03: the scanner sees what it must."""
    (tmp_path / "planted.py").write_text("import subprocess\nsubprocess.call('ls ' + name, shell=True)\n")
    command = [sys.executable, "-m", "bandit", "-q", "-lll", "-r", str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 1
