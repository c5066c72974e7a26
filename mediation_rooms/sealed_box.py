"""A box that anybody with the public key can close and only the holder of the private key can open.

One X25519 key pair is made anew for every box; its secret with the receiver's public key gives, by
HKDF-SHA256, the key of one AES-256-GCM message (the scheme of RFC 9180's base mode, in its simplest
form). Whoever closed a box cannot open it again: the key of the box is gone. The name under which a
box is filed is authenticated with it, and its length is rounded up, so that neither says what is inside.
"""

from __future__ import annotations

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"BOX1"
KEY_BYTES = 32
KEY_NAME_BYTES = 8
NONCE_BYTES = 12
HEADER_BYTES = len(MAGIC) + KEY_NAME_BYTES + KEY_BYTES + NONCE_BYTES
ROUNDED_TO_BYTES = 1024


class BoxDamaged(ValueError):
    """A box cannot be opened: it was changed, cut, renamed, or is closed for another key."""


def new_private_key() -> bytes:
    """A fresh private key, 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_key_of(private_key: bytes) -> bytes:
    """The public half, 32 bytes."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def close_box(content: bytes, *, public_key: bytes, name: str) -> bytes:
    """``content`` so that only the holder of the private key can read it, filed under ``name``.

    Raises ValueError for bytes that are no public key.
    """
    sender = X25519PrivateKey.generate()
    own = sender.public_key().public_bytes_raw()
    shared = sender.exchange(X25519PublicKey.from_public_bytes(public_key))
    nonce = secrets.token_bytes(NONCE_BYTES)
    header = MAGIC + _key_name(public_key) + own + nonce
    padded = content + b"\x00" * (-(len(content) + 4) % ROUNDED_TO_BYTES)
    plain = len(content).to_bytes(4, "big") + padded
    return header + AESGCM(_box_key(shared, own, public_key)).encrypt(nonce, plain, header + name.encode())


def open_box(box: bytes, *, private_keys: tuple[bytes, ...], name: str) -> bytes:
    """The content of a box closed for one of these keys. Raises :class:`BoxDamaged`."""
    if len(box) < HEADER_BYTES or not box.startswith(MAGIC):
        raise BoxDamaged("不是求助文件，或者文件不完整")
    header = box[:HEADER_BYTES]
    key_name = header[4:12]
    own, nonce = header[12 : 12 + KEY_BYTES], header[12 + KEY_BYTES :]
    for private_key in private_keys:
        public_key = public_key_of(private_key)
        if _key_name(public_key) != key_name:
            continue
        try:
            shared = X25519PrivateKey.from_private_bytes(private_key).exchange(
                X25519PublicKey.from_public_bytes(own)
            )
            plain = AESGCM(_box_key(shared, own, public_key)).decrypt(
                nonce, box[HEADER_BYTES:], header + name.encode()
            )
        except (InvalidTag, ValueError) as problem:
            raise BoxDamaged("求助文件被改动过") from problem
        length = int.from_bytes(plain[:4], "big")
        return plain[4 : 4 + length]
    raise BoxDamaged("求助文件不是封给这台机器的")


def _key_name(public_key: bytes) -> bytes:
    return hashlib.sha256(b"box key name" + public_key).digest()[:KEY_NAME_BYTES]


def _box_key(shared: bytes, own: bytes, public_key: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=own + public_key, info=b"sealed request v1").derive(
        shared
    )
