"""The search of a process: refuses until there is an index, rebuilds a stale one, answers meanwhile."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from assistant.search_service import IndexNotReady, SearchService, build_index
from corpus.database import Store
from corpus.law.models import Article, Statute, StatuteKind, StatuteVersion
from corpus.law.state import content_fingerprint, renew_fingerprint
from corpus.search import _index

DAY = date(2026, 1, 1)


def add_statute(store: Store, name: str, *texts: str, repealed_on: date | None = None) -> None:
    """One invented statute with its articles."""
    with store.writing() as session:
        session.add(
            Statute(
                name=f"中华人民共和国{name}",
                short_name=name,
                kind=StatuteKind.LAW,
                versions=[
                    StatuteVersion(
                        published_on=date(2000, 1, 1),
                        effective_on=date(2001, 1, 1),
                        repealed_on=repealed_on,
                        source="示例",
                        fingerprint=name,
                        articles=[
                            Article(number=number, heading_path=["第一章 示例"], text=text, position=number)
                            for number, text in enumerate(texts, start=1)
                        ],
                    )
                ],
            )
        )
        session.flush()
        renew_fingerprint(session)


def wait_for(service: SearchService, articles: int) -> None:
    """Until the service answers from an index of this size."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        service._looked_at = 0.0
        try:
            if service.engine().size == articles:
                return
        except IndexNotReady:
            pass
        time.sleep(0.05)
    raise AssertionError("the index was not built in time")


def test_without_an_index_it_says_so_and_builds_one(collection_store: Store, tmp_path: Path) -> None:
    add_statute(collection_store, "示例甲法", "示例：不得收回承包地。")
    service = SearchService(collection_store, tmp_path / "index", semantic=False)
    assert not service.is_ready()
    wait_for(service, 1)
    answer = service.find("承包地", in_force_on=DAY)
    assert [result.citation for result in answer.results] == ["示例甲法#1@2001-01-01"]


def test_a_changed_collection_is_answered_from_the_old_index_until_the_new_one_stands(
    collection_store: Store, tmp_path: Path
) -> None:
    add_statute(collection_store, "示例甲法", "示例：不得收回承包地。")
    build_index(collection_store, tmp_path / "index")
    service = SearchService(collection_store, tmp_path / "index", semantic=False)
    assert service.is_ready()
    add_statute(collection_store, "示例乙法", "示例：夫妻自愿离婚。", repealed_on=date(2020, 1, 1))
    service._looked_at = 0.0
    assert service.find("承包地", in_force_on=DAY).results
    wait_for(service, 2)
    found = service.find("示例乙法1", in_force_on=DAY).results
    assert [result.status for result in found] == ["repealed"]
    assert not service.status()["stale"]


def test_the_index_follows_the_collection_though_nobody_asks(app, collection_store: Store) -> None:
    """DUR-09: the round of the queue's thread reconciles; afterwards counts and the checksum of the content are equal."""
    from assistant.search_service import RECONCILE_SECONDS
    from corpus.search.collection import read_articles

    assert RECONCILE_SECONDS < 60
    worker, service = app.extensions["jobs"], app.extensions["search"]
    for number in (1, 2):
        add_statute(collection_store, f"示例{number}法", "示例：不得收回承包地。")
        worker._last_rounds.clear()
        service.look_now()
        worker.make_due_rounds()
        assert service._builder is not None
        service._builder.join(60)
        service.look_now()
        status = service.status()
        assert not status["stale"]
        with collection_store.reading() as session:
            assert status["articles"] == len(read_articles(session)) == number
            assert status["fingerprint"] == content_fingerprint(session)


def test_a_damaged_index_is_rebuilt_from_the_database(collection_store: Store, tmp_path: Path) -> None:
    add_statute(collection_store, "示例甲法", "示例：不得收回承包地。")
    directory = build_index(collection_store, tmp_path / "index")
    (directory / "names.json").write_text("{}")
    service = SearchService(collection_store, tmp_path / "index", semantic=False)
    with pytest.raises(IndexNotReady):
        service.find("承包地")
    wait_for(service, 1)
    assert _index.open_current(tmp_path / "index")


def test_the_web_answers_503_with_retry_after_while_there_is_no_index(client: FlaskClient) -> None:
    response = client.get("/api/v1/search?q=离婚")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
