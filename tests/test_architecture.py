"""The rules of the house that a tool can hold: directions of imports, sizes, names, no way out."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli import architecture_page

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("corpus", "mediation_rooms", "assistant")
SOURCES = [
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "versions" not in path.parts
]
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
SHORT = {"__init__", "env"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_go_down_only():
    tool = Path(sys.executable).with_name("lint-imports")
    if not tool.exists():
        pytest.skip("import-linter is not installed: pip install -r requirements-dev.txt")
    outcome = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_has_one_idea_said_in_its_docstring(path):
    source = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source)), (
        f"{name_of(path)}: say in a docstring what this module is for"
    )
    assert len(source.splitlines()) <= 400, f"{name_of(path)}: over 400 lines"
    assert path.stem not in VAGUE, f"{name_of(path)}: name it for what it holds"


@pytest.mark.parametrize("package", PACKAGES)
def test_top_level_packages_hold_a_docstring_only(package):
    tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    assert len(tree.body) == 1


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_is_left_to_be_done_later(path):
    words = "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3 + r"\b", "HA" + "CK"))
    assert not re.search(rf"\b(?:{words})", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path", sorted((ROOT / "assistant").glob("**/*.html")) + sorted((ROOT / "assistant/static").glob("**/*.*s")),
    ids=name_of,
)  # fmt: skip
def test_pages_styles_and_scripts_name_no_other_host(path):
    found = re.findall(r"""(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}""", path.read_text(encoding="utf-8"))
    assert [each for each in found if "www.w3.org" not in each] == []


def test_no_module_opens_a_connection_to_elsewhere():
    network = {"requests", "httpx", "urllib.request", "http.client", "smtplib", "ftplib", "aiohttp"}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not network & set(names), name_of(path)


def test_the_page_on_architecture_is_drawn_from_the_code():
    page = architecture_page.PAGE.read_text(encoding="utf-8")
    assert architecture_page.written(page) == page, "run python -m assistant.cli.architecture_page"


def test_no_arrow_between_the_houses_goes_up():
    order = {"corpus": 0, "mediation_rooms": 1, "assistant": 2}
    for package, others in architecture_page.arrows().items():
        for other in others:
            assert order[other.split(".")[0]] <= order[package.split(".")[0]], f"{package} → {other}"


def test_every_name_of_the_glossary_exists_in_the_code():
    names = re.findall(
        r"`((?:corpus|mediation_rooms|assistant)[\w.]+)`", (ROOT / "docs/glossary.md").read_text("utf-8")
    )
    assert len(names) > 35
    for name in names:
        place = ROOT.joinpath(*name.split("."))
        if place.is_dir() or place.with_suffix(".py").exists():
            continue
        module, _, defined = name.rpartition(".")
        tree = ast.parse(ROOT.joinpath(*module.split(".")).with_suffix(".py").read_text("utf-8"))
        found = {each.name for each in tree.body if isinstance(each, ast.ClassDef | ast.FunctionDef)}
        assert defined in found, name
