"""``python -m benchmarks.collection COLLECTION.sqlite3``: glossary search, and an edition of the whole collection.

Search among 50,000 forms (strings of the grammar, marked as test material, in a throwaway database);
the edition is built, signed and installed twice while a reader goes on asking the installed one.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from contextlib import closing
from datetime import date
from pathlib import Path

from corpus.bai.glossary import IncomingTerm, search_glossary, starter_rows, store_rows
from corpus.bai.parsing import syllable_table
from corpus.bai.scheme import Edition
from corpus.database import Store
from corpus.editions.building import build, sign_edition
from corpus.editions.installing import current, install
from corpus.editions.signing import PRIVATE_NAME, make_keys, trusted_keys
from tests.stores import create_tables

FORMS = 50_000
QUERIES = ("yildanl", "yidan", "刀子", "knife", "ji55tã55", "ba", "Bairt‧ngvrt‧zix")


def glossary_p95(folder: Path) -> float:
    """Milliseconds that 95 of 100 searches stay within."""
    store = Store(f"sqlite:///{folder}/glossary.sqlite3")
    create_tables(store, "collection")
    texts = [text for text, each in syllable_table(Edition.SCHEME_1993).items() if each.initial][:1000]
    made = [
        IncomingTerm(
            number,
            f"压力测试{number}",
            text=f"{texts[number % 1000]} {texts[number // 1000 * 7 % 1000]}",
            edition="1993",
            source="压力测试用字母串，不是白语",
        )
        for number in range(FORMS)
    ]
    with store.writing() as session:
        store_rows(session, rows=[*starter_rows(), *made])
    taken = []
    with store.reading() as session:
        for typed in QUERIES * 30:
            begun = time.perf_counter()
            search_glossary(session, typed)
            taken.append((time.perf_counter() - begun) * 1000)
            session.expunge_all()
    store.dispose()
    return statistics.quantiles(taken, n=20)[18]


def _read(root: Path, stop: threading.Event, outcomes: list[bool]) -> None:
    """Open whatever edition is installed and ask it, again and again, as a kiosk does."""
    while not stop.is_set():
        try:
            edition = current(root)
            if edition is None:
                continue
            database = next(edition.folder.rglob("*.sqlite3"))
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
                outcomes.append(opened.execute("SELECT count(*) FROM articles").fetchone()[0] > 0)
        except (OSError, StopIteration, sqlite3.Error):
            outcomes.append(False)


def main() -> None:
    """Run and print one JSON object."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures["glossary_p95_ms"] = round(glossary_p95(folder), 2)
        if len(sys.argv) > 1:
            figures |= edition_figures(folder, sys.argv[1])
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


def edition_figures(folder: Path, collection: str) -> dict[str, float]:
    """Seconds of building and installing; reads during two installations, and how many failed."""
    store = Store(f"sqlite:///{collection}", read_only=True)
    make_keys(folder / "keys")
    trusted = trusted_keys(folder / "keys")
    root, stop, outcomes = folder / "kiosk", threading.Event(), list[bool]()
    built: list[float] = []
    installed: list[float] = []
    reader = threading.Thread(target=_read, args=(root, stop, outcomes), daemon=True)
    for version in (1, 2):
        package = folder / f"{version}.zip"
        begun = time.perf_counter()
        with store.reading() as session:
            build(session, package, version=version, made_on=date(2026, 11, version))
        sign_edition(package, folder / "keys" / PRIVATE_NAME)
        built.append(time.perf_counter() - begun)
        if version == 2:
            reader.start()
        begun = time.perf_counter()
        install(package, root, trusted)
        installed.append(time.perf_counter() - begun)
    stop.set()
    reader.join()
    store.dispose()
    return {
        "edition_built_s": round(max(built), 1),
        "edition_installed_s": round(max(installed), 1),
        "reads_during_the_switch": len(outcomes),
        "reads_that_failed": outcomes.count(False),
    }


if __name__ == "__main__":
    main()
