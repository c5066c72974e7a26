"""Recordings in the form that every e-reader plays: MP3, a core media type of EPUB 3 (Opus is one only since 3.3)."""

from __future__ import annotations

import hashlib
import io
import logging
from pathlib import Path

BITS_A_SECOND = 64_000
RATE = 44_100


def stanza_key(item_key: str, words: str) -> str:
    """What a recording of a stanza is tied to: the material and the very words, so that new words have none yet."""
    return f"song/{item_key}/{hashlib.sha256(words.encode()).hexdigest()[:16]}"


def as_mp3(path: Path) -> bytes:
    """A kept recording as MP3, mono. The same file gives the same bytes. Raises ValueError when it cannot be read."""
    import av

    logging.getLogger("libav").setLevel(logging.CRITICAL)
    made = io.BytesIO()
    try:
        with av.open(str(path)) as source, av.open(made, "w", format="mp3") as target:
            stream = target.add_stream("libmp3lame", rate=RATE)
            stream.bit_rate, stream.layout = BITS_A_SECOND, "mono"
            resampler = av.AudioResampler(format="s16p", layout="mono", rate=RATE)
            frames = [each for frame in source.decode(audio=0) for each in resampler.resample(frame)]
            for frame in [*frames, *resampler.resample(None), None]:
                target.mux(stream.encode(frame))
    except (av.error.FFmpegError, OSError, IndexError) as error:
        raise ValueError(f"录音“{path.name}”打不开，请重新录制，或者先去掉它再导出。") from error
    return made.getvalue()
