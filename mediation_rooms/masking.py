"""Masking on screen: enough to recognise one's own data, too little to use somebody else's. Pure."""

from __future__ import annotations

import re


def mask_name(name: str) -> str:
    """``示例甲`` → ``示**``: the first character stays (the first two of a compound name of four)."""
    kept = 2 if len(name) >= 4 else 1
    return name[:kept] + "*" * max(len(name) - kept, 1) if name else ""


def mask_id_number(number: str) -> str:
    """Only the last two characters stay; nothing that tells the birthday or the county."""
    return "*" * max(len(number) - 2, 0) + number[-2:] if number else ""


def mask_phone(phone: str) -> str:
    """``13800001234`` → ``138****1234``; shorter numbers keep the last two digits."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return "*" * max(len(digits) - 2, 0) + digits[-2:] if digits else ""


def mask_address(address: str) -> str:
    """Keep the part down to the township; village, group and house number become stars."""
    match = re.match(r"^.*?(?:镇|乡|街道)", address)
    kept = match.group() if match else ""
    return f"{kept}****" if address else ""
