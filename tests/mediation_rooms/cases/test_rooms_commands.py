"""The commands on the rooms, run as an operator runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from assistant.cli.rooms import COMMANDS
from assistant.stores import Stores
from corpus.database import Store


@pytest.fixture
def application(rooms_store: Store, tmp_path: Path) -> Flask:
    app = Flask(__name__)
    app.extensions["stores"] = Stores(collection=rooms_store, cases=rooms_store)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


def test_the_list_names_room_host_languages_and_whether_it_takes_cases(application: Flask) -> None:
    result = application.test_cli_runner().invoke(args=["rooms", "list", "--area", "532901104213"])
    assert result.exit_code == 0, result.output
    lines = [line.split("\t") for line in result.output.splitlines()]
    assert {line[0]: line[5] for line in lines} == {"sample-elder": "可受理", "sample-grid": "只协助转办"}
    assert all("白语（南部，大理）" in line[4] for line in lines)


def test_the_public_directory_is_written_whole_and_without_people(application: Flask, tmp_path: Path) -> None:
    target = tmp_path / "rooms.json"
    result = application.test_cli_runner().invoke(args=["rooms", "snapshot", str(target)])
    assert result.exit_code == 0, result.output
    written = target.read_text(encoding="utf-8")
    assert len(json.loads(written)) == 8 and "示例调解员" not in written


def test_changes_for_the_court_and_samples_twice(application: Flask) -> None:
    runner = application.test_cli_runner()
    assert "示例调解室 8 个" in runner.invoke(args=["rooms", "load-samples"]).output
    result = runner.invoke(args=["rooms", "changes", "--area", "532901", "--since", "2026-01-01"])
    assert result.exit_code == 0 and "示例镇人民调解委员会\t设立" in result.output


def test_a_kiosk_has_no_case_store_to_list(application: Flask, rooms_store: Store) -> None:
    application.extensions["stores"] = Stores(collection=rooms_store, cases=None)
    result = application.test_cli_runner().invoke(args=["rooms", "list"])
    assert result.exit_code == 1 and "没有案件库" in result.output
