"""A sound file as it came to a sound that plays well: judged by content, decoded within limits, trimmed, levelled.

Loudness follows ITU-R BS.1770 (EBU R 128 target of -23 LUFS is for broadcast; speech on a kiosk's
small loudspeaker is levelled to -18 LUFS with peaks below -1 dBFS).
"""

from __future__ import annotations

import io
import logging
import wave
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

RATE = 48_000
LARGEST_FILE = 50 * 1024 * 1024
LONGEST_SECONDS = 15 * 60
SHORTEST_SECONDS = 0.15
TARGET_LUFS = -18.0
PEAK = 10 ** (-1 / 20)
SILENCE = 10 ** (-45 / 20)
KEPT_EDGE_SECONDS = 0.15
MEASURABLE_SECONDS = 0.4

Samples = npt.NDArray[np.float32]


class SoundRefused(ValueError):
    """The file is no sound we take; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class PreparedSound:
    """OGG/Opus for playing, length and loudness after levelling."""

    content: bytes
    length_ms: int
    loudness_lufs: float | None


def sniff(head: bytes) -> str:
    """``wav``, ``mp3``, ``ogg`` or ``webm`` by the first bytes, whatever the name says; raises SoundRefused."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in head[:64]:
        return "webm"
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "mp3"
    raise SoundRefused("这不是可用的录音文件：只接受 WAV、MP3、OGG 或 WebM。")


def decode(content: bytes) -> tuple[str, Samples]:
    """Format and mono samples at 48 kHz; stops at the limits while decoding. Raises SoundRefused."""
    import av

    if len(content) > LARGEST_FILE:
        raise SoundRefused(f"录音文件超过 {LARGEST_FILE // 1024 // 1024} MB，请分段录制。")
    kind = sniff(content[:64])
    logging.getLogger("libav").setLevel(logging.CRITICAL)
    pieces: list[Samples] = []
    count = 0
    container_format = {"webm": "matroska"}.get(kind, kind)
    try:
        with av.open(io.BytesIO(content), "r", format=container_format) as container:
            if not container.streams.audio:
                raise SoundRefused("文件里没有声音，请重新录制。")
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            frames: Any = container.decode(container.streams.audio[0])
            for frame in frames:
                for piece in resampler.resample(frame):
                    count += piece.samples
                    if count > LONGEST_SECONDS * RATE:
                        raise SoundRefused(f"录音超过 {LONGEST_SECONDS // 60} 分钟，请分段录制。")
                    pieces.append(piece.to_ndarray().reshape(-1).astype(np.float32))
    except (av.error.FFmpegError, ValueError, OSError) as error:
        if isinstance(error, SoundRefused):
            raise
        # a recording cut off by a power cut ends in a broken block: what came before is kept
        if count < SHORTEST_SECONDS * RATE:
            raise SoundRefused("录音文件已损坏，无法播放，请重新录制或另存后再上传。") from error
    if count < SHORTEST_SECONDS * RATE:
        raise SoundRefused("录音太短，听不到内容，请重新录制。")
    samples = np.nan_to_num(np.concatenate(pieces)).astype(np.float32)
    return kind, samples


def trim(samples: Samples) -> Samples:
    """Without silence at both ends, keeping 0.15 s of room; raises SoundRefused when all is silence."""
    window = RATE // 100
    padded = np.pad(np.abs(samples), (0, -len(samples) % window))
    loud = np.flatnonzero(padded.reshape(-1, window).max(axis=1) > SILENCE)
    if not len(loud):
        raise SoundRefused("录音里没有声音，请检查话筒后重新录制。")
    edge = int(KEPT_EDGE_SECONDS * RATE)
    return samples[max(0, loud[0] * window - edge) : (loud[-1] + 1) * window + edge]


def level(samples: Samples) -> tuple[Samples, float | None]:
    """At -18 LUFS without clipping, and the loudness reached; too short sounds are levelled by their peak."""
    import pyloudnorm

    peak = float(np.abs(samples).max())
    if len(samples) < MEASURABLE_SECONDS * RATE:
        return samples * np.float32(PEAK / 2 / peak), None
    meter = pyloudnorm.Meter(RATE)
    before = float(meter.integrated_loudness(samples.astype(np.float64)))
    if not np.isfinite(before):
        return samples * np.float32(PEAK / 2 / peak), None
    gain = min(10 ** ((TARGET_LUFS - before) / 20), PEAK / peak)
    return samples * np.float32(gain), round(before + 20 * float(np.log10(gain)), 1)


def encode_opus(samples: Samples) -> bytes:
    """OGG/Opus, mono, 48 kbit/s: a minute of speech in 360 KB."""
    import av

    target = io.BytesIO()
    with av.open(target, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream: Any = container.add_stream("libopus", rate=RATE)
        stream.layout = "mono"
        stream.bit_rate = 48_000
        block = RATE  # one second
        for start in range(0, len(samples), block):
            part = np.ascontiguousarray(samples[start : start + block]).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(part, format="flt", layout="mono")
            frame.sample_rate = RATE
            frame.pts = start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()


def to_wav(samples: Samples) -> bytes:
    """16-bit WAV for programs that know no Opus."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return target.getvalue()


def prepare(content: bytes) -> tuple[str, PreparedSound]:
    """The format that came and the sound to play; raises SoundRefused."""
    kind, samples = decode(content)
    levelled, loudness = level(trim(samples))
    return kind, PreparedSound(encode_opus(levelled), round(len(levelled) * 1000 / RATE), loudness)
