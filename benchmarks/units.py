"""How long the workbench takes: ``python -m benchmarks.units``.

A translation memory over 30,000 units (made once, then asked), and a table of 1,000 articles read,
held against the collection and stored. Texts are marked places, no Bai.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime

from corpus.bai.varieties import Variety
from corpus.database import Store
from corpus.exporting.units_xlsx import as_units_xlsx
from corpus.importing.incoming_units import plan_units, store_units
from corpus.importing.units_table import read_units_table
from corpus.law.models import Article, Statute, StatuteKind, StatuteVersion
from corpus.law.state import renew_fingerprint
from corpus.parallel.memory import MemoryEntry, TranslationMemory
from corpus.parallel.unit_tables import TranslationUnit, UnitScript, UnitStatus
from corpus.parallel.units import Person
from tests.stores import create_tables

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SYLLABLES = (
    "当事人应当依照法律规定履行义务并有权请求承担责任赔偿损失不得损害他人合法权益人民法院可以根据情况处理"
)


def sentence(chance: random.Random) -> str:
    """A meaningless sentence of the length of an article."""
    return "".join(chance.choice(SYLLABLES) for _place in range(chance.randint(30, 160)))


def main() -> None:
    """Run both and print one JSON object."""
    chance = random.Random(20261124)  # noqa: S311 - nothing secret
    sources = [sentence(chance) for _number in range(30_000)]
    begun = time.perf_counter()
    memory = TranslationMemory(
        MemoryEntry(number, str(number), text, "【】", Variety.CENTRAL, UnitScript.HAN, UnitStatus.DRAFT)
        for number, text in enumerate(sources)
    )
    figures: dict[str, float] = {"memory_made_s": round(time.perf_counter() - begun, 2)}
    taken = []
    for text in sources[:200]:
        begun = time.perf_counter()
        memory.similar(text[: len(text) * 2 // 3])
        taken.append((time.perf_counter() - begun) * 1000)
    figures["memory_p50_ms"] = round(statistics.median(taken), 1)
    figures["memory_p95_ms"] = round(statistics.quantiles(taken, n=20)[18], 1)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/collection.sqlite3")
        create_tables(store, "collection")
        statute = Statute(name="中华人民共和国示例法", short_name="示例法", kind=StatuteKind.LAW)
        version = StatuteVersion(
            published_on=date(2019, 10, 1), effective_on=date(2020, 1, 1), source="测试", fingerprint="b" * 64
        )
        version.articles = [
            Article(number=number, heading_path=[], text=sources[number], position=number)
            for number in range(1, 1001)
        ]
        statute.versions = [version]
        with store.writing() as session:
            session.add(statute)
            session.flush()
            renew_fingerprint(session)
        rows = [
            TranslationUnit(
                statute="示例法", article=number, suffix=0, paragraph=0, variety=Variety.CENTRAL,
                script=UnitScript.HAN, source_text=sources[number], text="【译文占位】", status=UnitStatus.DRAFT,
                provenance="示例", printed_page="", translator="示例",
            )
            for number in range(1, 1001)
        ]  # fmt: skip
        content = as_units_xlsx(rows)
        begun = time.perf_counter()
        read = read_units_table(content, name="译文.xlsx")
        with store.writing() as session:
            plan = plan_units(session, read.units, on=NOW.date())
            stored = store_units(session, plan, person=Person(1, "示例"), now=NOW, on=NOW.date())
        figures["import_of_1000_s"] = round(time.perf_counter() - begun, 2)
        figures["stored"] = stored
        store.dispose()
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
