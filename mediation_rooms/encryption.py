"""Fields that a stolen database does not give away, and an index that finds them all the same.

A value is stored as ``v1:<key id>:<base64 of nonce and ciphertext>``, AES-256-GCM. The table and
column are authenticated with it, so a ciphertext moved into another column is refused
(OWASP ASVS 5.0, 11.3.3). Equality is searched through a keyed hash beside the field.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, MetaData, Table, Text, cast, select
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from mediation_rooms.keys import KeyRing, KeysMissing, field_key, key_ring, use_key_ring

__all__ = [
    "EncryptedText",
    "FieldDamaged",
    "KeyRing",
    "KeysMissing",
    "blind_index",
    "decrypt",
    "encrypt",
    "reencrypt_all",
    "use_key_ring",
]

VERSION = "v1"
NONCE_BYTES = 12


class FieldDamaged(ValueError):
    """A stored ciphertext is damaged, was moved from another field, or its key is gone."""


def encrypt(plain: str, field: str) -> str:
    """``plain`` encrypted for ``field`` (``table.column``) with the current key."""
    ring = key_ring()
    key_id = ring.current_field_key_id
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(ring.field_keys[key_id]).encrypt(nonce, plain.encode(), _bound_to(field, key_id))
    return f"{VERSION}:{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, field: str) -> str:
    """The plain text of a stored value. Raises FieldDamaged when it was changed or moved."""
    try:
        version, key_id, encoded = stored.split(":", 2)
        raw = base64.b64decode(encoded, validate=True)
    except ValueError as problem:
        raise FieldDamaged(f"字段 {field} 的密文格式不对") from problem
    key = field_key(key_id)
    if version != VERSION or key is None:
        raise FieldDamaged(f"字段 {field} 的密钥 {key_id} 不在密钥文件里")
    try:
        plain = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound_to(field, key_id))
    except (InvalidTag, ValueError) as problem:
        raise FieldDamaged(f"字段 {field} 的密文被改动过") from problem
    return plain.decode()


def _bound_to(field: str, key_id: str) -> bytes:
    return f"{VERSION}|{field}|{key_id}".encode()


class EncryptedText(TypeDecorator[str]):
    """A text column that is encrypted at rest; ``field`` is its ``table.column``."""

    impl = Text
    cache_ok = True

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else encrypt(value, self.field)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else decrypt(value, self.field)


class EncryptedNarrative(EncryptedText):
    """Free text of a file, encrypted since the tables of November 2026.

    What an older installation stored is read as it stands until ``prepare`` has encrypted it; nothing typed
    stays nothing, so that empty fields can still be counted.
    """

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if not value else super().process_bind_param(value, dialect)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        is_plain = not value or not value.startswith(f"{VERSION}:")
        return value if is_plain else super().process_result_value(value, dialect)


def normalised(value: str, field: str) -> str:
    """The form in which values of a field are compared: NFKC, no spaces, case folded.

    Of numbers only digits and letters count, and a mobile number is the same with +86, 0086 or 86 before it.
    """
    text = "".join(unicodedata.normalize("NFKC", value).split()).casefold()
    kind = field.rpartition(".")[2]
    if kind in ("phone", "id_number"):
        text = "".join(letter for letter in text if letter.isalnum())
    return re.sub(r"^(?:00)?86(?=1[3-9]\d{9}$)", "", text) if kind == "phone" else text


def blind_index(value: str, field: str) -> str:
    """A keyed hash for exact search on an encrypted field: 64 hexadecimal digits.

    Equal values of different fields give different hashes, so columns cannot be joined by them.
    """
    return _hashed(key_ring().blind_index_key, value, field)


def blind_indexes(value: str, field: str) -> list[str]:
    """The same under the key of today and those not yet retired: what a search has to look for."""
    ring = key_ring()
    keys = (ring.blind_index_key, *ring.blind_index_keys_of_before)
    return [_hashed(key, value, field) for key in keys]


def _hashed(key: bytes, value: str, field: str) -> str:
    return hmac.new(key, f"{field}|{normalised(value, field)}".encode(), hashlib.sha256).hexdigest()


def indexed_columns(metadata: MetaData) -> list[tuple[Table, str]]:
    """(table, field) of every encrypted column that has a blind index ``<field>_index`` beside it."""
    return [
        (table, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText) and f"{column.name}_index" in table.columns
    ]


def reindex_all(connection: Connection, metadata: MetaData) -> int:
    """Compute every blind index anew with the current key; returns how many were changed."""
    changed = 0
    for table, field in indexed_columns(metadata):
        index = table.columns[f"{field}_index"]
        rows = connection.execute(select(table.c.id, table.columns[field], index)).all()
        for row_id, value, stored in rows:
            wanted = blind_index(value, f"{table.name}.{field}") if value else None
            if wanted != stored:
                connection.execute(table.update().where(table.c.id == row_id).values({index.name: wanted}))
                changed += 1
    return changed


def encrypted_columns(metadata: MetaData) -> list[tuple[str, str]]:
    """(table, column) of every encrypted column of these tables."""
    return [
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText)
    ]


def holds_plain_text(connection: Connection, metadata: MetaData) -> bool:
    """Whether an older version left text in a column that is encrypted today."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, EncryptedNarrative):
                raw = cast(column, Text)
                found = select(table.c.id).where(raw != "", raw.not_like(f"{VERSION}:%")).limit(1)
                if connection.execute(found).first() is not None:
                    return True
    return False


def reencrypt_all(connection: Connection, metadata: MetaData) -> int:
    """Encrypt every field anew with the current key; returns how many values were changed.

    Runs in the caller's transaction; version columns stay, because no content changes.
    """
    changed = 0
    current = f"{VERSION}:{key_ring().current_field_key_id}:"
    for table in metadata.sorted_tables:
        kinds = {
            column.name: column.type for column in table.columns if isinstance(column.type, EncryptedText)
        }
        columns = [table.columns[name] for name in kinds]
        if not columns:
            continue
        raw = [column.cast(Text).label(column.name) for column in columns]
        key = list(table.primary_key.columns)
        for row in connection.execute(select(*key, *raw)).mappings().all():
            stale = {
                column.name: row[column.name]
                for column in columns
                if row[column.name] and not row[column.name].startswith(current)
            }
            if not stale:
                continue
            values = {
                name: kinds[name].process_result_value(value, connection.dialect)
                for name, value in stale.items()
            }
            where = [column == row[column.name] for column in key]
            connection.execute(table.update().where(*where).values(values))
            changed += len(values)
    return changed
