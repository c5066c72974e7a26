"""What a person was told before the first personal field: a version stands for one text, with purpose and basis."""

from __future__ import annotations

import hashlib

from assistant.web.casework import acts_people
from assistant.web.kiosk import asking
from mediation_rooms.documents.notices import PRIVACY
from mediation_rooms.documents.phrases import phrases
from tests.shared_data import ROOT

TEXTS = {
    "casework": (acts_people.NOTICE_VERSION, "2026-11", "b7c2a528401f7d20"),
    "kiosk": (asking.NOTICE_VERSION, "kiosk-2026-11-26-b", "7f905cc2ff50b975"),
}
"""Where → version in the programme, version pinned here, start of the hash of its text."""


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def test_a_notice_whose_words_changed_has_a_new_version():
    """PRI-01, PRI-04: the stored version leads to one text; pin the new hash only together with a new version."""
    told = "".join(f"{phrases()[key].text}{phrases()[key].articles}" for key in PRIVACY)
    shown = (ROOT / "assistant" / "templates" / "kiosk" / "notice.html").read_text("utf-8")
    for name, words in (("casework", told), ("kiosk", shown)):
        version, pinned, digest = TEXTS[name]
        assert (version, _hash(words)) == (pinned, digest), f"{name}: change the version, then pin both"


def test_each_notice_names_its_purpose_and_its_basis():
    """PRI-01: purpose and article stand in the text that the version stands for."""
    assert "需要登记" in phrases()["privacy.purpose"].text
    assert all(phrases()[key].articles for key in PRIVACY)
    shown = (ROOT / "assistant" / "templates" / "kiosk" / "notice.html").read_text("utf-8")
    assert "做什么用" in shown
    assert "个人信息保护法第十三条" in shown
