"""Keys rotate by command, and nothing becomes unreadable: fields, attachments, bound files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import security
from assistant.factory import create_app
from mediation_rooms import keys
from mediation_rooms.accounts import Account
from mediation_rooms.encrypted_files import read_encrypted, write_encrypted
from mediation_rooms.integrity import damaged_rows
from mediation_rooms.keys import KeysMissing
from tests.faults.full_house import furnish

NAME = "a1" * 32


@pytest.fixture
def furnished(app):
    furnish(app)
    with app.extensions["stores"].cases.writing() as session:
        session.query(Account).order_by(Account.id).first().totp_secret = "SECRET"
    write_encrypted(app.extensions["settings"].instance_directory / "attachments", NAME, "示例照片".encode())
    return app


def run(app, *words):
    return app.test_cli_runner().invoke(args=["keys", *words])


def stored_head(app) -> bytes:
    folder = app.extensions["settings"].instance_directory / "attachments"
    return (folder / NAME[:2] / NAME).read_bytes()[5:7]


def test_after_rotating_and_retiring_every_field_and_every_file_is_still_readable(furnished):
    """OPS-01: the old key is gone from the ring; what it had closed is open with the new one."""
    folder = furnished.extensions["settings"].instance_directory / "attachments"
    assert stored_head(furnished) == b"k1"
    rotated = run(furnished, "rotate")
    assert rotated.exit_code == 0, rotated.output
    assert "1 个文件" in rotated.output
    assert stored_head(furnished) == b"k2"
    retired = run(furnished, "retire")
    assert retired.exit_code == 0, retired.output
    keys.use_key_ring(keys.load_key_ring(furnished.extensions["settings"].key_directory))
    assert set(keys.key_ring().field_keys) == {"k2"}
    assert read_encrypted(folder, NAME).decode() == "示例照片"
    with furnished.extensions["stores"].cases.reading() as session:
        assert session.query(Account).order_by(Account.id).first().totp_secret == "SECRET"
        assert damaged_rows(session) == []


def test_the_old_key_stays_while_a_file_cannot_be_read(furnished):
    """A damaged attachment may still be mended from a backup: its key is not thrown away."""
    folder = furnished.extensions["settings"].instance_directory / "attachments"
    path = folder / NAME[:2] / NAME
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert run(furnished, "rotate").exit_code == 0
    refused = run(furnished, "retire")
    assert refused.exit_code == 1
    assert "旧密钥没有去掉" in refused.output
    kept = keys.load_key_ring(furnished.extensions["settings"].key_directory)
    assert set(kept.field_keys) == {"k1", "k2"}
    path.write_bytes(content)
    assert run(furnished, "retire").exit_code == 0
    assert read_encrypted(folder, NAME).decode() == "示例照片"


def test_keys_are_never_made_twice(furnished):
    assert "不会覆盖" in run(furnished, "create").output


def _default_keys(folder):
    ring = {
        "current": "k1",
        "fields": {"k1": "00" * 32},
        "blind_index": "00" * 32,
        "audit": "00" * 32,
        "backup": "00" * 32,
    }
    (folder / "ring.json").write_text(json.dumps(ring))


SPOILED = {
    "no ring": (lambda folder: (folder / "ring.json").unlink(), "keys create"),
    "ring others can read": (lambda folder: (folder / "ring.json").chmod(0o640), "chmod 600"),
    "ring of zeros": (_default_keys, "默认值"),
    "ring cut short": (lambda folder: (folder / "ring.json").write_text("{"), "损坏"),
    "cookie key others can read": (lambda folder: (folder / "web.secret").chmod(0o604), "chmod 600"),
    "cookie key of one letter": (lambda folder: (folder / "web.secret").write_text("a" * 64), "删除它再启动"),
}


@pytest.mark.parametrize("spoiled", SPOILED)
def test_a_server_without_good_keys_does_not_start_and_says_what_to_do(app, settings, spoiled):
    """OPS-01: absent, default, weak, damaged or readable by others: the application is not made."""
    app.extensions["stores"].dispose()
    spoil, said = SPOILED[spoiled]
    spoil(settings.key_directory)
    with pytest.raises(KeysMissing, match=said):
        create_app(settings)


def test_the_process_of_the_server_itself_ends_with_that_sentence(app, settings):
    """OPS-01: what gunicorn imports fails before it listens, and no key stands in what it prints."""
    app.extensions["stores"].dispose()
    ring = settings.key_directory / "ring.json"
    ring.chmod(0o644)
    environment = {
        "PATH": "/usr/bin:/bin", "INSTANCE_DIRECTORY": str(settings.instance_directory), "PYTHONUTF8": "1",
        "KEY_DIRECTORY": str(settings.key_directory), "DATABASE_URL": settings.database_url,
        "CASE_DATABASE_URL": settings.case_database_url,
    }  # fmt: skip
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=root, env=environment, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "chmod 600" in done.stderr.splitlines()[-1]
    ring.chmod(0o600)
    for key in json.loads(ring.read_text())["fields"].values():
        assert key not in done.stderr + done.stdout


def test_the_first_workers_of_a_new_installation_share_one_cookie_key(tmp_path, monkeypatch):
    """Two that start at once: the second waits for the first to finish writing."""
    path = tmp_path / "web.secret"
    path.touch(mode=0o600)
    monkeypatch.setattr(security.time, "sleep", lambda _seconds: path.write_text("0123456789abcdef" * 4))
    assert security._secret(tmp_path) == "0123456789abcdef" * 4
