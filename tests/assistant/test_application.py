"""The application as a whole: profiles, health, the factory's size, the command line."""

import inspect
from pathlib import Path

import pytest

from assistant.cli import catalogs
from assistant.factory import create_app
from assistant.settings import Settings
from assistant.web.access import ACCESS


@pytest.fixture
def kiosk(instance, tmp_path):
    application = create_app(
        Settings.from_environment(
            {
                "PROFILE": "kiosk",
                "INSTANCE_DIRECTORY": str(instance),
                "KEY_DIRECTORY": str(tmp_path / "kiosk-keys"),
                "SEMANTIC": "off",
                "LOG_LEVEL": "error",
            }
        )
    )
    yield application
    application.extensions["stores"].dispose()


def test_the_factory_is_a_page_one_can_read():
    import assistant.factory

    assert len(inspect.getsource(assistant.factory).splitlines()) < 100


def test_a_kiosk_has_no_case_store_no_sign_in_and_a_collection_it_cannot_write(kiosk):
    stores = kiosk.extensions["stores"]
    assert stores.cases is None
    assert not any(
        rule.endpoint.startswith(("sign_in.", "account.", "casework.", "work."))
        for rule in kiosk.url_map.iter_rules()
    )
    with pytest.raises(PermissionError), stores.collection.writing():
        pass


def test_a_kiosk_offers_only_what_everybody_may_see(kiosk):
    for rule in kiosk.url_map.iter_rules():
        assert ACCESS[rule.endpoint] == "public", rule.endpoint


def test_a_kiosk_shows_its_pages(kiosk):
    client = kiosk.test_client()
    page = client.get("/").get_data(as_text=True)
    assert "您遇到了什么事" in page
    assert "登录" not in page
    assert client.get("/sign-in/").status_code == 404


def test_health_says_what_is_wrong_in_one_word_and_nothing_else(client):
    answer = client.get("/health")
    body = answer.get_json()
    assert answer.status_code == 503
    assert body["checks"]["collection"] == "ok"
    assert body["checks"]["cases"] == "ok"
    assert body["checks"]["index"] == "not ready"
    assert set(body) == {"status", "profile", "checks"}


@pytest.mark.sqlite("overwrites the file")
def test_health_notices_a_lost_database(app, instance):
    (instance / "collection.sqlite3").write_bytes(b"x" * 4096)
    app.extensions["stores"].dispose()
    assert app.test_client().get("/health").get_json()["checks"]["collection"] == "failed"


def test_every_answer_carries_its_number(client):
    assert len(client.get("/").headers["X-Request-ID"]) == 16


def test_static_files_are_named_by_their_content(client):
    page = client.get("/").get_data(as_text=True)
    assert "css/tokens.css?v=" in page


@pytest.mark.sqlite("looks for the name of the file")
def test_the_settings_command_hides_passwords(app, monkeypatch):
    outcome = app.test_cli_runner().invoke(args=["settings"])
    assert outcome.exit_code == 0
    assert "collection.sqlite3" in outcome.output


def test_messages_are_found_in_python_and_in_templates():
    places = {place for message in catalogs.extract() if message.id for place, _line in message.locations}
    assert "assistant/errors.py" in places
    assert "assistant/templates/kiosk/home.html" in places


def test_no_template_is_forgotten_by_the_rules_of_the_house():
    for path in Path("assistant/templates").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        assert "|safe" not in source.replace(" ", ""), path
        assert (
            'extends "base.html"' in source
            or path.parent.name == "macros"
            or "<html" in source
            or len(source) < 3000
        ), path
