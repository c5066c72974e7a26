"""Ed25519 keys of the publisher: made, stored, used to sign a manifest, used to check one."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from corpus.database import write_atomically
from corpus.editions.manifest import EditionRefused

PRIVATE_NAME = "edition-signing.pem"
PUBLIC_SUFFIX = ".edition-public.pem"


class KeyNotUsable(ValueError):
    """A key file is missing, would be overwritten or is no Ed25519 key."""


def make_keys(folder: Path, *, name: str = "publisher") -> tuple[Path, Path]:
    """Make a pair; the private file (0600) stays with the publisher, the public one goes to kiosks.

    Raises KeyNotUsable rather than overwrite a key: editions signed with it would become unverifiable.
    """
    private, public = folder / PRIVATE_NAME, folder / f"{name}{PUBLIC_SUFFIX}"
    if private.exists() or public.exists():
        raise KeyNotUsable(f"{folder} 里已有签名密钥，不会覆盖。")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    content = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    shown = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    write_atomically(public, lambda file: file.write(shown) and None)
    return private, public


def sign(private: Path, message: bytes) -> bytes:
    """The signature (64 bytes). Raises KeyNotUsable."""
    try:
        key = serialization.load_pem_private_key(private.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyNotUsable(f"签名私钥 {private} 无法读取，请先用 edition keygen 生成。") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyNotUsable(f"{private} 不是 Ed25519 私钥。")
    return key.sign(message)


def trusted_keys(folder: Path) -> list[Ed25519PublicKey]:
    """The public keys in a folder (``*.edition-public.pem``). Raises KeyNotUsable when there is none."""
    keys = []
    for path in sorted(folder.glob(f"*{PUBLIC_SUFFIX}")):
        key = serialization.load_pem_public_key(path.read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            raise KeyNotUsable(f"{path} 不是 Ed25519 公钥。")
        keys.append(key)
    if not keys:
        raise KeyNotUsable(f"{folder} 里没有发布者公钥（*{PUBLIC_SUFFIX}），请先放入。")
    return keys


def check_signature(message: bytes, signature: bytes, keys: list[Ed25519PublicKey]) -> None:
    """Raise EditionRefused unless one of the keys made the signature."""
    for key in keys:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            continue
        return
    raise EditionRefused("版本包的签名与受信任的发布者不符：内容被改动过，或不是本发布者签发，已拒绝。")
