"""Keys rotate by command, and nothing becomes unreadable: fields, attachments, bound files."""

from __future__ import annotations

import pytest

from mediation_rooms import keys
from mediation_rooms.accounts import Account
from mediation_rooms.encrypted_files import read_encrypted, write_encrypted
from mediation_rooms.integrity import damaged_rows
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
