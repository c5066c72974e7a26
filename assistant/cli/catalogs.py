"""Interface catalogs: extract the messages, keep the catalogs fresh, say what is missing, compile.

``python -m assistant.cli.catalogs check|extract|update|compile``. Works on Babel's message objects
rather than through ``pybabel``, which refuses languages that Babel does not know (``bca``, ``bfs``)
and drops their plural rule on update.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent.parent
TRANSLATIONS = ROOT / "translations"
TEMPLATE = TRANSLATIONS / "messages.pot"
# Folder → (plural rule, whether every message must be there). Chinese is the source text itself;
# Bai catalogs hold sourced strings only and fall back to Chinese.
CATALOGS = {
    "zh_Hans_CN": ("nplurals=1; plural=0;", False),
    "en": ("nplurals=2; plural=(n != 1);", True),
    "bca": ("nplurals=1; plural=0;", False),
    "bfs": ("nplurals=1; plural=0;", False),
}
KEYWORDS = {"_": None, "_l": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2),
            "lazy_ngettext": (1, 2)}  # fmt: skip
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
CHINESE = re.compile(r"[一-鿿]")


def extract() -> Catalog:
    """All messages of the sources, with the places where they stand (without line numbers)."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as handle:
        methods, options = parse_mapping_cfg(handle)
    catalog = Catalog(project="Bai-Chinese Law and Mediation Assistant", charset="utf-8", fuzzy=False)
    for folder in ("assistant", "mediation_rooms", "corpus"):
        mine = [(p.removeprefix(f"{folder}/"), m) for p, m in methods if p.startswith(f"{folder}/")]
        chosen = {p.removeprefix(f"{folder}/"): o for p, o in options.items() if p.startswith(f"{folder}/")}
        found = extract_from_dir(
            ROOT / folder, mine, chosen, keywords=KEYWORDS, comment_tags=("Translators:",)
        )
        for filename, _line, message, comments, context in found:
            place = f"{folder}/{Path(filename).as_posix()}"
            catalog.add(message, None, [(place, None)], auto_comments=comments, context=context)
    for place, words in _words_of_data():
        catalog.add(words, None, [(place, None)])
    return catalog


DATA_WORDS = {
    "dispute_kinds.toml": ("name", "names"),
    "deadlines.toml": ("title", "remark"),
    "gates.toml": ("question", "why", "say", "targets"),
    "agreement_hints.toml": ("text",),
}
"""Keys of the statutory data whose Chinese is shown on pages; citations stay what they are."""


def _words_of_data() -> Iterator[tuple[str, str]]:
    """Place and Chinese words of every shown value of the statutory data."""
    for name, keys in DATA_WORDS.items():
        path = ROOT / "mediation_rooms" / "data" / name
        if not path.is_file():
            continue
        for rows in tomllib.loads(path.read_text(encoding="utf-8")).values():
            for row in rows if isinstance(rows, list) else ():
                for key in keys:
                    value = row.get(key, "")
                    shown = (
                        value.values()
                        if isinstance(value, dict)
                        else [value]
                        if isinstance(value, str)
                        else value
                    )
                    for words in filter(CHINESE.search, shown):
                        yield f"mediation_rooms/data/{name}", words


def read(path: Path) -> Catalog:
    """A catalog without a locale, because Babel would refuse ours."""
    with path.open("rb") as handle:
        return read_po(handle, charset="utf-8")


def path_of(folder: str) -> Path:
    """Where a catalog lies."""
    return TRANSLATIONS / folder / "LC_MESSAGES" / "messages.po"


def _as_bytes(catalog: Catalog, *, header: str) -> bytes:
    buffer = BytesIO()
    write_po(buffer, catalog, width=110, sort_output=True, omit_header=True, include_lineno=False)
    return header.encode() + buffer.getvalue()


def _header(folder: str) -> str:
    rule = CATALOGS[folder][0] if folder in CATALOGS else "nplurals=1; plural=0;"
    lines = ["Content-Type: text/plain; charset=utf-8", f"Language: {folder}", f"Plural-Forms: {rule}"]
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n"


def update() -> None:
    """Write the template and bring every catalog to its messages; translations are kept."""
    template = extract()
    TRANSLATIONS.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(_as_bytes(template, header=_header("")))
    for folder in CATALOGS:
        path = path_of(folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        old = read(path) if path.exists() else Catalog()
        fresh = Catalog(charset="utf-8", fuzzy=False)
        for message in template:
            if not message.id:
                continue
            known = old.get(_key(message.id), message.context)
            string = known.string if known is not None and not known.fuzzy else None
            fresh.add(message.id, string, message.locations, auto_comments=message.auto_comments)
        path.write_bytes(_as_bytes(fresh, header=_header(folder)))


def compile_all() -> int:
    """Write the binary catalogs that are missing or older than their text; the number written."""
    written = 0
    for folder in CATALOGS:
        path = path_of(folder)
        target = path.with_suffix(".mo")
        if not path.exists() or (target.exists() and target.stat().st_mtime >= path.stat().st_mtime):
            continue
        with target.open("wb") as handle:
            write_mo(handle, read(path))
        written += 1
    return written


def problems() -> list[str]:
    """What is wrong with the catalogs, each as one sentence with its remedy."""
    template = extract()
    wanted = {(_key(message.id), message.context) for message in template if message.id}
    found = []
    for folder, (_rule, complete) in CATALOGS.items():
        path = path_of(folder)
        if not path.exists():
            found.append(
                f"{path.relative_to(ROOT)} is missing: run `python -m assistant.cli.catalogs update`"
            )
            continue
        catalog = read(path)
        present = {(_key(message.id), message.context) for message in catalog if message.id}
        stale = len(wanted ^ present)
        if stale:
            found.append(
                f"{path.relative_to(ROOT)}: {stale} messages are not those of the sources: run update"
            )
        for message in catalog:
            if message.id:
                found.extend(f"{path.relative_to(ROOT)}: {text}" for text in _faults(message, complete))
    return found


def _faults(message: object, complete: bool) -> list[str]:
    source, target = message.id, message.string  # type: ignore[attr-defined]
    sources = source if isinstance(source, tuple) else (source,)
    targets = target if isinstance(target, tuple) else (target,)
    if not any(targets):
        return [f"no translation of {sources[0]!r}"] if complete else []
    faults = []
    if message.fuzzy:  # type: ignore[attr-defined]
        faults.append(f"{sources[0]!r} is marked fuzzy")
    names = set(PLACEHOLDER.findall(sources[-1]))
    for text in targets:
        if set(PLACEHOLDER.findall(text)) - names:
            faults.append(f"{text!r} names a placeholder that the source does not have")
        if not complete:
            continue
        if not text:
            faults.append(f"a plural form of {sources[0]!r} is missing")
        elif text == sources[0] and CHINESE.search(text):
            faults.append(f"{sources[0]!r} was copied, not translated")
    return faults


def _key(identity: str | tuple[str, ...] | list[str]) -> str:
    return identity if isinstance(identity, str) else identity[0]


@click.command("catalogs")
@click.argument("step", type=click.Choice(["check", "extract", "update", "compile"]))
def catalogs(step: str) -> None:
    """Check, extract, update or compile the interface catalogs."""
    if step == "check":
        found = problems()
        for problem in found[:60]:
            click.echo(problem, err=True)
        click.echo(f"catalogs: {len(found)} problems")
        sys.exit(1 if found else 0)
    if step == "extract":
        click.echo(f"{sum(1 for message in extract() if message.id)} messages")
    elif step == "update":
        update()
        click.echo("catalogs updated")
    else:
        click.echo(f"{compile_all()} catalogs compiled")


COMMANDS = (catalogs,)

if __name__ == "__main__":
    catalogs()
