"""``python -m assistant.cli.architecture_page``: draw the picture of the house in docs/architecture.md anew.

Packages are the second level (``corpus.search``) where there is one; an arrow means that a module of one
imports a module of the other, read from the source and not from anybody's memory. Between the markers of
the page stand the drawing (Mermaid) and a line a package with the docstring of the package.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from assistant.cli.security_page import filled

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "architecture.md"
HOUSES = ("assistant", "mediation_rooms", "corpus")
LEFT_OUT = {"migrations"}


def _sources() -> Iterator[Path]:
    for house in HOUSES:
        for path in sorted((ROOT / house).rglob("*.py")):
            if not LEFT_OUT & set(path.parts):
                yield path


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _package(module: str) -> str:
    """``corpus.search.engine`` → ``corpus.search``; ``corpus.citation`` → ``corpus``; web: the surface."""
    parts = module.split(".")
    depth = 3 if parts[:2] == ["assistant", "web"] else 2
    while depth > 1 and not (ROOT.joinpath(*parts[:depth]) / "__init__.py").exists():
        depth -= 1
    return ".".join(parts[:depth])


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def arrows() -> dict[str, set[str]]:
    """package → the packages it imports, itself left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in _sources():
        here = _package(_module(path))
        found[here] |= {
            there
            for name in _imports(path)
            if name.split(".")[0] in HOUSES
            and (there := _package(name)) != here
            and not LEFT_OUT & set(there.split("."))
        }
    return dict(found)


def _house_of(package: str) -> str:
    return package.split(".", maxsplit=1)[0]


def drawing() -> str:
    """The packages in their houses and the arrows between the houses' packages, as Mermaid."""
    found = arrows()
    lines = ["```mermaid", "flowchart TB"]
    for house in HOUSES:
        lines.append(f"    subgraph {house}_house [{house}]")
        lines += [
            f"        {name.replace('.', '_')}[{name.removeprefix(house + '.')}]"
            for name in sorted(found)
            if _house_of(name) == house
        ]
        lines.append("    end")
    for name in sorted(found):
        lines += [
            f"    {name.replace('.', '_')} --> {there.replace('.', '_')}"
            for there in sorted(found[name])
            if _house_of(there) != _house_of(name)
        ]
    return "\n".join([*lines, "```"])


def rooms() -> str:
    """A line a package: what its docstring says, how many modules it holds, what it imports of its own house."""
    found = arrows()
    modules: dict[str, list[Path]] = defaultdict(list)
    for path in _sources():
        modules[_package(_module(path))].append(path)
    lines = ["| package | modules | what it is | leans on, in its own house |", "| --- | --- | --- | --- |"]
    for name in sorted(found):
        said = ast.get_docstring(
            ast.parse((ROOT.joinpath(*name.split(".")) / "__init__.py").read_text("utf-8"))
        )
        own = sorted(there for there in found[name] if _house_of(there) == _house_of(name))
        leans = ", ".join(f"`{each}`" for each in own)
        lines.append(f"| `{name}` | {len(modules[name])} | {(said or '').splitlines()[0]} | {leans} |")
    return "\n".join(lines)


def written(page: str) -> str:
    """The page with both drawn parts made anew."""
    return filled(filled(page, "drawing", drawing()), "rooms", rooms())


def main() -> None:
    """Write the page."""
    PAGE.write_text(written(PAGE.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
