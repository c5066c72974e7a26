"""The second factor: time-based codes (RFC 6238) used once, and recovery codes printed on paper."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp

STEP_SECONDS = 30
STEPS_OF_TOLERANCE = 1
RECOVERY_CODE_COUNT = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without letters and digits that look alike on paper."""


def new_secret() -> str:
    """A secret for an authenticator app: 160 bits in base 32."""
    return pyotp.random_base32(32)


def enrolment_address(secret: str, *, user_name: str, issuer: str) -> str:
    """The ``otpauth://`` address that the app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user_name, issuer_name=issuer)


def matching_step(secret: str, code: str, *, now: datetime, after_step: int) -> int | None:
    """The time step that ``code`` belongs to, or None.

    One step before and after is tolerated; a step not later than ``after_step``, the last one
    used, never matches, so a code works once.
    """
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in range(current - STEPS_OF_TOLERANCE, current + STEPS_OF_TOLERANCE + 1):
        if step > after_step and hmac.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Codes to print once; only their hashes are kept. About 59 bits each."""
    return [
        "-".join("".join(secrets.choice(ALPHABET) for _letter in range(4)) for _group in range(3))
        for _code in range(RECOVERY_CODE_COUNT)
    ]


def recovery_hash(code: str) -> str:
    """What is kept of a recovery code; random enough that a plain hash does not give it away."""
    return hashlib.sha256("".join(code.lower().replace("-", " ").split()).encode()).hexdigest()
