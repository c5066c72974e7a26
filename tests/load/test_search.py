"""Questions to the finished collection over HTTP: how many a second, how long, how much memory.

Needs an installation with an index: this checkout's own ``instance``, or ``LOAD_INSTANCE``.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from mediation_rooms import keys
from tests.load.serving import ROOT, Record, Visitor, all_at_once, serving

INSTANCE = Path(os.environ.get("LOAD_INSTANCE", str(ROOT / "instance")))
SECONDS = min(float(os.environ.get("LOAD_SECONDS", "300")), 60)
LARGEST_WORKER = 350 * 1024 * 1024


def questions() -> list[str]:
    """The questions the search was tuned with, none of the held-out ones."""
    lines = (ROOT / "corpus/search/data/questions-tune.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines if line.strip()]


def asker(
    port: int, number: int, asked: list[str], record: Record, pause: float
) -> Callable[[threading.Event], None]:
    def act(stop: threading.Event) -> None:
        browser, turn = Visitor(port), number * 7
        while not stop.is_set():
            turn += 1
            browser.ask(f"/api/v1/search?q={quote(asked[turn % len(asked)])}", record=record)
            stop.wait(pause)
        browser.connection.close()

    return act


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("semantic", "rate", "p95", "people"), [("off", 150, 0.1, 8), ("auto", 20, 0.3, 4)])
def test_the_search_answers_many_a_second(tmp_path: Path, semantic: str, rate: int, p95: float, people: int):
    """CON-12 of the search: 150 by words and 20 with meaning a second on 2 workers, each worker under 350 MB."""
    if not (INSTANCE / "index").is_dir():
        pytest.skip(
            "NOT RUN: no index here; run `make prepare`, or set LOAD_INSTANCE to a finished installation"
        )
    keys.create_key_ring(tmp_path / "keys")
    environment = {
        "PROFILE": "kiosk", "INSTANCE_DIRECTORY": str(INSTANCE), "KEY_DIRECTORY": str(tmp_path / "keys"),
        "SEMANTIC": semantic,
    }  # fmt: skip
    record, asked = Record(), questions()
    with serving(environment) as served:
        all_at_once([asker(served.port, n, asked, Record(), 0) for n in range(people)], 3)  # warm
        began = time.monotonic()
        all_at_once([asker(served.port, n, asked, record, 0) for n in range(people)], SECONDS)
        seconds = time.monotonic() - began
        memory = served.own_memory()
        resident = served.memory()
    print(
        f"search over HTTP, {'with meaning' if semantic == 'auto' else 'by words'}, {people} askers, {seconds:.0f} s:"
        f" {len(record.waits) / seconds:.0f} a second, p50 {record.percentile(0.5) * 1000:.0f} ms,"
        f" p95 {record.percentile(0.95) * 1000:.0f} ms, {len(record.failures)} errors {sorted(set(record.failures))[:2]},"
        f" workers {', '.join(f'{each / 2**20:.0f} MB' for each in memory)} of their own"
        f" ({', '.join(f'{each / 2**20:.0f}' for each in resident)} resident, shared pages counted twice)"
    )
    assert record.failures == []
    assert len(record.waits) / seconds >= rate
    assert record.percentile(0.95) <= p95
    assert max(memory) <= LARGEST_WORKER
