"""Fixtures for every test: empty stores, an application over them, people who are signed in."""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistant.settings import Settings
from corpus.database import Store
from mediation_rooms import accounts, keys
from mediation_rooms.actor import programme
from mediation_rooms.permissions import Role
from mediation_rooms.sign_in_sessions import Stage, begin, moment
from tests.databases import ON_POSTGRES, Databases
from tests.faults.postgresql import FAST, running_server
from tests.stores import create_tables
from tests.told_acts import untold, watch

PASSWORD = "苍山十九峰洱海月明 correct"
RING = keys.new_key_ring()
STORE_NAMES = ("collection", "cases")
LONG_FIRST = ("journeys", "attacks", "faults")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, so that two workers end together; on PostgreSQL, tests of SQLite's own files are left out."""
    items.sort(key=_place)
    if not ON_POSTGRES:
        return
    for item in items:
        mark = item.get_closest_marker("sqlite")
        if mark is not None:
            item.add_marker(pytest.mark.skip(reason=f"SQLite only: {mark.args[0]}"))


def _place(item: pytest.Item) -> int:
    """Browsers, kills and attacks take minutes a file; the many quick files fill what is left at the end."""
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return LONG_FIRST.index(folder) if folder in LONG_FIRST else len(LONG_FIRST)


@pytest.fixture(autouse=True)
def key_ring() -> Iterator[keys.KeyRing]:
    """Every test has the ring of this run."""
    keys.use_key_ring(RING)
    yield RING


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Where every test gets its databases from: files, or PostgreSQL with ``TEST_POSTGRES=1``."""
    folder = tmp_path_factory.mktemp("empty")
    with running_server(FAST) if ON_POSTGRES else contextlib.nullcontext() as server:
        yield Databases(folder, server)


@pytest.fixture(scope="session")
def empty_stores(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """The same, with a migrated, empty template of each store."""
    for name in STORE_NAMES:
        databases.template(name, functools.partial(create_tables, name=name))
    return databases


@pytest.fixture(scope="session")
def empty_files(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """The templates as files, whatever the stores of the tests are: a kiosk always opens a file."""
    files = Databases(tmp_path_factory.mktemp("files"), None)
    for name in STORE_NAMES:
        files.template(name, functools.partial(create_tables, name=name))
    return files


@pytest.fixture
def instance(tmp_path: Path, empty_files: Databases) -> Path:
    """An instance folder of its own with two empty, migrated database files."""
    folder = tmp_path / "instance"
    folder.mkdir()
    for name in STORE_NAMES:
        empty_files.new(name, folder / f"{name}.sqlite3")
    return folder


@pytest.fixture
def store_urls(instance: Path, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The addresses of the two databases of this test."""
    if not ON_POSTGRES:
        yield {name: f"sqlite:///{instance / name}.sqlite3" for name in STORE_NAMES}
        return
    databases: Databases = request.getfixturevalue("empty_stores")
    urls = {name: databases.new(name, instance / name) for name in STORE_NAMES}
    yield urls
    for url in urls.values():
        databases.forget(url)


@pytest.fixture
def collection_store(store_urls: dict[str, str]) -> Iterator[Store]:
    """The collection's store."""
    store = Store(store_urls["collection"])
    yield store
    store.dispose()


@pytest.fixture
def case_store(store_urls: dict[str, str]) -> Iterator[Store]:
    """The case store."""
    store = Store(store_urls["cases"])
    yield store
    store.dispose()


@pytest.fixture
def settings(instance: Path, store_urls: dict[str, str], tmp_path: Path) -> Settings:
    """Settings of a full installation in a folder of its own."""
    keys.save_key_ring(RING, tmp_path / "keys")
    return Settings.from_environment(
        {
            "INSTANCE_DIRECTORY": str(instance),
            "KEY_DIRECTORY": str(tmp_path / "keys"),
            "DATABASE_URL": store_urls["collection"],
            "CASE_DATABASE_URL": store_urls["cases"],
            "PASSWORD_PROFILE": "test",
            "JOB_WORKER": "off",
            "SEMANTIC": "off",
            "LOG_LEVEL": "error",
        }
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application over empty stores."""
    from assistant.factory import create_app

    os.environ.pop("FLASK_RUN_FROM_CLI", None)
    application = create_app(settings)
    seen = watch(application)
    yield application
    application.extensions["stores"].dispose()
    assert untold(seen) == [], "AUD-01: these acts left no line, or more than one"


class Buffered(FlaskClient):
    """A browser that reads every answer to its end, so that no file stays open."""

    def open(self, *arguments, **keywords):  # type: ignore[no-untyped-def]
        """As the test client's own, buffered."""
        keywords.setdefault("buffered", True)
        return super().open(*arguments, **keywords)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser that knows nothing of form tokens."""
    app.test_client_class = Buffered
    return app.test_client()


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """A visitor's browser that sends the form token, as a page's own form does."""
    app.test_client_class = Browser
    return app.test_client()


class Browser(Buffered):
    """A browser that sends the form token with everything it posts."""

    account_id: int | None = None

    def open(self, *arguments, **keywords):  # type: ignore[no-untyped-def]
        """As the test client's own; ``token=False`` leaves the form token out."""
        token = keywords.pop("token", True)
        if token and keywords.get("method", "GET") not in ("GET", "HEAD", "OPTIONS"):
            headers = dict(keywords.pop("headers", None) or {})
            headers.setdefault("X-CSRF-Token", form_token(self))
            keywords["headers"] = headers
        return super().open(*arguments, **keywords)


def form_token(browser: FlaskClient) -> str:
    """The token that a form of this browser carries."""
    from assistant import security

    if browser.get_cookie("device") is None:
        browser.set_cookie("device", "d" * 43, httponly=True)
    session = browser.get_cookie("session")
    header = f"device={browser.get_cookie('device').value}"  # type: ignore[union-attr]
    if session is not None:
        header += f"; session={session.value}"
    with browser.application.test_request_context(headers={"Cookie": header}):
        return security.form_token()


def sign_in_to(
    app: Flask,
    number: int,
    roles: Iterable[Role | str],
    *,
    room_id: int | None = None,
    division_code: str | None = None,
) -> Browser:
    """The browser of a new account with these roles, signed in; ``number`` makes its name."""
    app.test_client_class = Browser
    now = datetime.now(UTC)
    with app.extensions["stores"].cases.writing() as session:
        account, _code = accounts.create_account(
            session,
            actor=programme("测试"),
            user_name=f"示例用户{number}",
            display_name=f"示例工作人员{number}",
            roles=frozenset(Role(role) for role in roles),
            room_id=room_id,
            division_code=division_code,
            now=now,
        )
        account.password_hash = app.extensions["passwords"].hash(PASSWORD)
        account.password_changed_at = now
        account.enrolment_hash = None
        token = begin(session, account_id=account.id, stage=Stage.FULL, at=moment())
        account_id = account.id
    browser = app.test_client()
    assert isinstance(browser, Browser)
    browser.set_cookie("session", token, httponly=True)
    browser.account_id = account_id
    return browser


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., Browser]:
    """``signed_in(Role.MEDIATOR, room_id=1)``: the browser of a new account with these roles."""
    numbers = itertools.count(1)

    def sign_in(*roles: Role | str, room_id: int | None = None, division_code: str | None = None) -> Browser:
        return sign_in_to(app, next(numbers), roles, room_id=room_id, division_code=division_code)

    return sign_in


@pytest.fixture(scope="session")
def playwright():  # type: ignore[no-untyped-def]
    """The one driver of browsers of this process: Playwright cannot be started twice in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def unwritten_names() -> Iterator[None]:
    """In every application of the tests, a page that prints a name nobody gave it fails."""
    from tests.unwritten import Unwritten

    usual = Flask.jinja_options
    Flask.jinja_options = {**usual, "undefined": Unwritten}
    yield
    Flask.jinja_options = usual
