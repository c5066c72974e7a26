"""A bench with a text to speak and a speaker who agreed. Every sound is a tone, every name visibly invented."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import numpy as np

from corpus.parallel import audio
from tests.assistant.sample_law import store_sample_law

PLACE = "【译文占位甲】"
ARTICLE = "/articles/示例法%232"


def tone(seconds: float = 1.0, pitch: int = 330) -> bytes:
    """A WAV that can be kept."""
    time = np.arange(int(seconds * audio.RATE)) / audio.RATE
    return audio.to_wav((0.1 * np.sin(2 * np.pi * pitch * time)).astype(np.float32))


@dataclass
class SoundBench:
    """A translator who records, a reviewer who approves, the unit of article 2, a speaker of its variety."""

    translator: object
    reviewer: object
    unit: str
    speaker: str

    @property
    def page(self) -> str:
        """Where the unit is recorded."""
        return f"/workbench/record/unit/{self.unit}"

    def upload(self, content: bytes, name: str = "录音.wav", *, by=None, page: str = "", **fields: str):  # type: ignore[no-untyped-def]
        """Send a file."""
        data = {"file": (io.BytesIO(content), name), "speaker": self.speaker, **fields}
        return (by or self.translator).post(
            f"{page or self.page}/upload", data=data, content_type="multipart/form-data"
        )

    def begin(self, by=None) -> str:  # type: ignore[no-untyped-def]
        """Begin a take in the browser; its token."""
        answer = (by or self.translator).post(f"{self.page}/takes", data={"speaker": self.speaker})
        assert answer.status_code == 201, answer.text
        return answer.json["token"]

    def newest_take(self) -> str:
        """The number of the newest take of the unit."""
        return re.search(r"/workbench/recordings/(\d+)/sound", self.reviewer.get(self.page).text)[1]


def add_speaker(browser, **changes: str):  # type: ignore[no-untyped-def]
    """Fill in the form of speakers."""
    fields = {
        "name": "示例说话人甲",
        "village": "532901",
        "variety": "bca",
        "consent_on": "2026-01-02",
        "consent_form": "written",
        "consent_scope": "kiosk",
        "agreed": "yes",
    }
    return browser.post("/workbench/speakers", data=fields | changes)


def sound_bench(app, signed_in) -> SoundBench:  # type: ignore[no-untyped-def]
    """The bench with an approved text of 示例法#2 in the central variety."""
    store_sample_law(app.extensions["stores"].collection)
    translator, reviewer = signed_in("translator"), signed_in("reviewer")
    begun = translator.post(
        "/workbench/begin", data={"citation": "《示例法》第二条", "variety": "bca", "script": "han"}
    )
    unit = begun.headers["Location"]
    assert translator.post(unit, data={"text": PLACE}).status_code == 303
    for step in ("review", "approve"):
        assert reviewer.post(f"{unit}/steps/{step}").status_code == 303
    assert add_speaker(translator).status_code == 303
    number = unit.rsplit("/", 1)[1]
    page = translator.get(f"/workbench/record/unit/{number}").text
    speaker = re.search(r'data-speaker="(\d+)"', page)[1]
    return SoundBench(translator, reviewer, number, speaker)
