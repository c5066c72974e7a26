"""No question holds up anybody else: a hard ceiling, a bounded worst case, no word of a case in the index."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest
from flask import Flask

from assistant.search_service import build_index
from corpus.search import _index
from corpus.search._structured import CEILING_SECONDS, SearchTookTooLong, StructuredIndex
from corpus.search.engine import SearchEngine
from mediation_rooms import samples
from mediation_rooms.models.cases import CaseFile
from tests.assistant.casework.conftest import make_case, rooms
from tests.corpus.search.conftest import engine, sample_base
from tests.corpus.search.sample_index import DAY, NO_VECTORS, article

FIXTURES = (engine, make_case, rooms, sample_base)
COMMON = [
    "当事人",
    "应当",
    "可以",
    "人民",
    "法院",
    "规定",
    "离婚",
    "协议",
    "财产",
    "子女",
    "承包",
    "合同",
    "登记",
    "申请",
    "责任",
    "赔偿",
    "土地",
    "村民",
    "调解",
    "委员会",
]
ARTICLES = int(os.environ.get("HOSTILE_ARTICLES", "2000"))


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """An index of invented articles of a few very common words, the worst that postings can be."""
    chance = random.Random(7)
    made = [
        article("中华人民共和国示例家事法", number, "，".join(chance.choices(COMMON, k=80)))
        for number in range(1, ARTICLES + 1)
    ]
    base = tmp_path_factory.mktemp("big")
    _index.build(base, made, fingerprint="big", vectors=NO_VECTORS)
    return SearchEngine.open(base, semantic=False)


def test_a_search_that_hangs_is_killed_and_nobody_else_notices(engine: SearchEngine):
    """SEA-03: the searching process stands still; 2 s later it is gone, others were answered all the while."""
    structured = engine.structured
    assert structured.of_statute("中华人民共和国示例家事法")[0]
    child = next(child for child in structured.children if child.process is not None)
    assert child.process is not None
    hanging = child.process.pid
    os.kill(hanging, signal.SIGSTOP)
    outcome: list[object] = []

    def ask() -> None:
        began = time.monotonic()
        try:
            structured._ask("statute", ["中华人民共和国示例家事法"])
        except SearchTookTooLong:
            outcome.append(time.monotonic() - began)

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.1)
    ranked = engine.find("离婚协议", in_force_on=DAY)
    beside = structured.of_statute("中华人民共和国示例家事法")
    assert ranked.results
    assert beside[0]
    asking.join(CEILING_SECONDS + 10)
    (waited,) = outcome
    assert isinstance(waited, float)
    assert CEILING_SECONDS - 0.2 <= waited < CEILING_SECONDS + 1.5
    assert not Path(f"/proc/{hanging}").exists()
    assert structured.of_statute("中华人民共和国示例家事法")[0], "a fresh process answers the next question"


def test_a_killed_search_is_a_503_with_the_way_out(app: Flask, client, engine: SearchEngine, monkeypatch):
    """SEA-03: what the person reads, on the page and in the API."""
    service = app.extensions["search"]
    service._engine, service._looked_at = engine, time.monotonic() + 3_600

    def refuse(*_arguments: object) -> None:
        raise SearchTookTooLong

    monkeypatch.setattr(StructuredIndex, "_ask", refuse)
    for address in ("/search", "/api/v1/search"):
        answer = client.get(address, query_string={"q": "“离婚协议”"})
        assert answer.status_code == 503, address
        assert answer.headers["Retry-After"]
    assert client.get("/search", query_string={"q": "离婚协议"}).status_code == 200


def test_a_searching_process_leaves_with_its_index(sample_base: Path):
    """SEA-03: nothing is left running when an index is switched for a new one."""
    directory = _index.current(sample_base)
    assert directory is not None
    structured = StructuredIndex(directory / "whoosh")
    structured.translated([])
    pids = [child.process.pid for child in structured.children if child.process is not None]
    assert pids
    del structured
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


WORST = (
    "".join(COMMON[:12]),
    "“" + "".join(COMMON[:12]) + "”",
    "“当事人应当可以”",
    "“" + "人民法院" * 20 + "”",
    " ".join(COMMON[index % 20] for index in range(66))[:200],
    "示例家事法",
    "示例家事法 " + "".join(COMMON[:8]),
)


@pytest.mark.parametrize("query", WORST)
def test_the_worst_permitted_question_is_bounded(big: SearchEngine, query: str):
    """SEA-07: twelve of the commonest words, long phrases of them, a whole statute; from a thread."""
    spent: list[float] = []

    def ask() -> None:
        big.find(query, in_force_on=DAY)
        began = time.monotonic()
        big.find(query, in_force_on=DAY, only_in_force=True, limit=100)
        spent.append(time.monotonic() - began)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(60)
    assert spent
    assert spent[0] <= 1.2


def test_a_search_cut_by_its_time_limit_says_so(big: SearchEngine):
    """SEA-07: partial results are marked as such."""
    hurried = StructuredIndex(big.directory / "whoosh", seconds=0.0)
    _rows, partial = hurried.phrase("".join(COMMON[:3]))
    hurried.close()
    assert partial


def test_no_word_of_a_case_is_in_the_public_index(app: Flask, make_case, tmp_path: Path):
    """SEA-05: every term and every byte of the index, held against names, numbers and stories of a case."""
    from whoosh.filedb.filestore import FileStorage

    case_id = make_case(samples.boundary_case_mediating)
    markers = ("案卷记号甲乙丙", "示例甲", "示例乙", "13800000000")
    with app.extensions["stores"].cases.writing() as session:
        session.get_one(CaseFile, case_id).statement = markers[0]
    built = build_index(app.extensions["stores"].collection, tmp_path / "index")
    reader = FileStorage(str(built / "whoosh"), readonly=True).open_index().reader()
    terms = {(field, term.decode("utf-8", "replace")) for field, term in reader.all_terms()}
    reader.close()
    assert len(terms) > 10
    assert [found for found in terms if any(marker in found[1] for marker in markers)] == []
    for path in built.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(marker.encode() in content for marker in markers), path
