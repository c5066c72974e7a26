"""How long the studio takes: ``python -m benchmarks.outreach``.

A poster as PDF and as PNG, first and again, a preview while somebody writes, a song book of 50 songs in each
form, a pack of 40 items with the memory it took, and 5,000 materials of three articles held against the law
of a day (in a collection of a few statutes). Beside each figure stands its limit; the exit code is 1 when one
is over it.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

from assistant.outreach.designs.catalogue import DESIGNS
from assistant.outreach.items import Editor, ItemEntry, recheck, write_item
from assistant.outreach.law_changes import warnings_of_today
from assistant.outreach.material import material_of
from assistant.outreach.pack import BOOK_FORMS, book_in, write_pack
from assistant.outreach.starter import starter_topics
from assistant.outreach.typeset import as_pdf, as_pictures, preview
from corpus.database import Store
from tests.assistant.sample_law import store_sample_law
from tests.stores import create_tables

LIMITS = {
    "first_poster_pdf_s": 3.0,
    "first_png_s": 2.0,
    "poster_pdf_s": 3.0,
    "png_s": 2.0,
    **{f"song_book_of_50_{form}_s": 30.0 for form in BOOK_FORMS},
    "pack_of_40_s": 60.0,
    "peak_memory_megabytes": 400.0,
    "check_of_5000_s": 5.0,
}
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def main() -> None:
    """Run everything and print one JSON object."""
    song = (files("assistant.outreach") / "data" / "song-people-mediation.txt").read_text("utf-8")
    topics = [material_of(topic) for topic in starter_topics()]
    songs = [
        replace(topics[number % 12], key=f"song-{number}", song=song, verse_form="3715")
        for number in range(50)
    ]
    many = [replace(topics[number % 12], key=f"{topics[number % 12].key}-{number}") for number in range(50)]
    figures: dict[str, float] = {}

    def timed(name: str, begun: float) -> None:
        figures[name] = round(time.perf_counter() - begun, 2)

    begun = time.perf_counter()
    as_pdf(topics[0], DESIGNS["cloth"])
    timed("first_poster_pdf_s", begun)
    begun = time.perf_counter()
    as_pictures(topics[0], DESIGNS["square"], width=1080)
    timed("first_png_s", begun)
    begun = time.perf_counter()
    as_pdf(topics[1], DESIGNS["cloth"])
    timed("poster_pdf_s", begun)
    begun = time.perf_counter()
    as_pictures(topics[1], DESIGNS["square"], width=1080)
    timed("png_s", begun)
    begun = time.perf_counter()
    preview(replace(topics[1], title="边写边看"), DESIGNS["cloth"], width=720)
    timed("preview_s", begun)
    for form in BOOK_FORMS:
        begun = time.perf_counter()
        book_in(form, songs, title="五十首")
        timed(f"song_book_of_50_{form}_s", begun)
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        write_pack(Path(folder) / "pack.zip", many[:40], title="四十个", tells=lambda _done, _total: None)
        timed("pack_of_40_s", begun)
        figures["pack_megabytes"] = round((Path(folder) / "pack.zip").stat().st_size / 1e6, 1)
        figures["peak_memory_megabytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        store = Store(f"sqlite:///{folder}/collection.sqlite3")
        create_tables(store, "collection")
        store_sample_law(store)
        entry = ItemEntry(
            title="示例",
            written_on=date(2026, 11, 24),
            rights="示例",
            articles=("《示例法》第一条", "《示例法》第二条", "《示例法》第二条之一"),
        )
        with store.writing() as session:
            for _number in range(5000):
                write_item(session, entry=entry, editor=Editor(1, "示例"), now=NOW)
        begun = time.perf_counter()
        with store.writing() as session:
            recheck(session, on=NOW.date())
        timed("check_of_5000_s", begun)
        begun = time.perf_counter()
        with store.reading() as session:
            warnings_of_today(session, on=NOW.date())
        timed("warnings_of_5000_on_the_first_page_s", begun)
    over = {name: limit for name, limit in LIMITS.items() if figures[name] > limit}
    sys.stdout.write(json.dumps({"figures": figures, "limits": LIMITS, "over": over}, indent=2) + "\n")
    if over:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
