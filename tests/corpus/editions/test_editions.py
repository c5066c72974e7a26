"""Editions: same collection same bytes; damaged, unsigned, older or half copied is refused; switch is whole."""

import json
import shutil
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from corpus.bai.glossary import search_glossary, starter_rows, store_rows
from corpus.bai.models import GlossaryTerm, TermStatus
from corpus.database import Store
from corpus.editions import signing
from corpus.editions.building import build, sign_edition
from corpus.editions.installing import current, install, installed, rollback, verify
from corpus.editions.manifest import EditionRefused

DAY = date(2026, 11, 1)


@pytest.fixture
def filled(collection_store):
    with collection_store.writing() as session:
        store_rows(session, rows=starter_rows(), status=TermStatus.APPROVED)
        session.scalars(
            select(GlossaryTerm).where(GlossaryTerm.text == "yifdaf")
        ).one().status = TermStatus.DRAFT
    return collection_store


@pytest.fixture
def keys(tmp_path):
    signing.make_keys(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def make(filled, keys, tmp_path):
    def make(version, name=None):
        path = tmp_path / (name or f"{version}.edition.zip")
        with filled.reading() as session:
            build(session, path, version=version, made_on=DAY)
        sign_edition(path, keys / signing.PRIVATE_NAME)
        return path

    return make


@pytest.fixture
def trusted(keys):
    return signing.trusted_keys(keys)


def test_the_same_collection_built_twice_gives_the_same_bytes(make):
    assert make(1, "a.zip").read_bytes() == make(1, "b.zip").read_bytes()


def test_an_installed_edition_holds_approved_content_only_and_is_pointed_to(make, trusted, tmp_path):
    root = tmp_path / "kiosk"
    done = install(make(3), root, trusted)
    assert current(root).version == 3
    store = Store(f"sqlite:///{done.collection}", read_only=True)
    with store.reading() as session:
        (hit,) = [hit for hit in search_glossary(session, "刀子") if hit.concept.chinese == "刀子"]
        assert [term.text for term in hit.forms] == ["yildanl"]
    store.dispose()


def test_a_newer_edition_replaces_and_rollback_returns_to_the_one_before(make, trusted, tmp_path):
    root = tmp_path / "kiosk"
    for version in (1, 2):
        install(make(version), root, trusted)
    assert rollback(root, trusted).version == 1
    assert [(each.version, each.is_current) for each in installed(root)] == [(2, False), (1, True)]
    with pytest.raises(EditionRefused, match="没有可以退回"):
        rollback(root, trusted)
    assert install(make(2, "again.zip"), root, trusted).version == 2


def test_an_older_edition_an_unsigned_one_and_a_stranger_s_are_refused(make, filled, trusted, tmp_path):
    root = tmp_path / "kiosk"
    install(make(2), root, trusted)
    with pytest.raises(EditionRefused, match="不能装回同版或旧版"):
        install(make(1), root, trusted)
    bare = tmp_path / "bare.zip"
    with filled.reading() as session:
        build(session, bare, version=9, made_on=DAY)
    with pytest.raises(EditionRefused, match="没有签名"):
        install(bare, root, trusted)
    signing.make_keys(tmp_path / "other")
    sign_edition(bare, tmp_path / "other" / signing.PRIVATE_NAME)
    with pytest.raises(EditionRefused, match="签名"):
        install(bare, root, trusted)
    assert current(root).version == 2
    assert not list(root.glob(".staging*"))


def test_an_edition_copied_half_is_refused_as_file_and_as_folder(make, trusted, tmp_path):
    package = make(1)
    half = tmp_path / "half.zip"
    half.write_bytes(package.read_bytes()[: package.stat().st_size // 2])
    with pytest.raises(EditionRefused, match="只复制了一半"):
        verify(half, trusted)
    folder = tmp_path / "stick"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    assert install(folder, tmp_path / "kiosk", trusted).version == 1
    (folder / "collection.sqlite3").unlink()
    with pytest.raises(EditionRefused, match=r"缺少 collection\.sqlite3"):
        verify(folder, trusted)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 0.999999), flip=st.integers(1, 255))
def test_one_damaged_byte_of_any_file_is_refused_and_the_old_edition_stays(
    make, trusted, tmp_path, place, flip
):
    folder = tmp_path / "folder"
    if not folder.exists():
        with zipfile.ZipFile(make(1)) as archive:
            archive.extractall(folder)
    for name in ("collection.sqlite3", "manifest.json", "manifest.sig"):
        content = bytearray((folder / name).read_bytes())
        content[int(place * len(content))] ^= flip
        damaged = tmp_path / "damaged"
        shutil.rmtree(damaged, ignore_errors=True)
        shutil.copytree(folder, damaged)
        (damaged / name).write_bytes(content)
        with pytest.raises(EditionRefused):
            install(damaged, tmp_path / "kiosk", trusted)
    assert current(tmp_path / "kiosk") is None


def test_a_damaged_byte_inside_the_one_file_is_refused(make, trusted, tmp_path):
    package = make(1)
    content = bytearray(package.read_bytes())
    content[len(content) // 2] ^= 1
    package.write_bytes(content)
    with pytest.raises(EditionRefused, match="已损坏"):
        install(package, tmp_path / "kiosk", trusted)


def test_a_file_beyond_the_manifest_is_refused(make, trusted, tmp_path):
    package = make(1)
    with zipfile.ZipFile(package, "a") as archive:
        archive.writestr("../escape.py", b"x")
    with pytest.raises(EditionRefused, match="清单之外"):
        verify(package, trusted)


def test_a_kill_before_the_switch_leaves_the_old_edition_and_the_next_install_cleans_up(
    make, trusted, tmp_path, monkeypatch
):
    root = tmp_path / "kiosk"
    install(make(1), root, trusted)

    def killed(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("corpus.editions.installing._point", killed)
        with pytest.raises(KeyboardInterrupt):
            install(make(2), root, trusted)
    assert current(root).version == 1
    assert install(make(2, "b.zip"), root, trusted).version == 2
    assert json.loads((root / "current.json").read_text())["previous"] == 1


def test_keys_are_never_overwritten_and_the_private_one_is_private(keys):
    assert (keys / signing.PRIVATE_NAME).stat().st_mode & 0o077 == 0
    with pytest.raises(signing.KeyNotUsable, match="不会覆盖"):
        signing.make_keys(keys)
