"""Sending a recording: from the folder that belongs to the collection in use, by ranges.

``assistant.security`` shuts every answer of an audio type in a sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from flask import abort, current_app, request
from werkzeug.wrappers import Response

from assistant.settings import Settings
from assistant.stores import Stores
from corpus.parallel.recordings import RangeNotSatisfiable, byte_range
from corpus.parallel.tables import Recording

BLOCK = 64 * 1024
MEDIA_TYPES = {"ogg": "audio/ogg", "webm": "audio/webm", "wav": "audio/wav", "mp3": "audio/mpeg"}
_NAME = re.compile(r"[A-Za-z0-9_-]{8,64}\.[a-z0-9]{2,5}")


def sound_folder() -> Path:
    """Where the recordings of the collection in use lie: beside its file, as an edition carries them."""
    stores: Stores = current_app.extensions["stores"]
    settings: Settings = current_app.extensions["settings"]
    beside = stores.collection.path
    return (beside.parent if beside is not None else settings.instance_directory) / "recordings"


def unfinished_folder() -> Path:
    """Where takes lie that are being recorded."""
    settings: Settings = current_app.extensions["settings"]
    return settings.instance_directory / "recordings-unfinished"


def send_recording(recording: Recording) -> Response:
    """The playable sound of a recording; 404 where its file is gone or its name leads elsewhere."""
    path = sound_folder() / recording.path
    if not _NAME.fullmatch(recording.path) or path.is_symlink() or not path.is_file():
        abort(404)
    return _in_ranges(path, MEDIA_TYPES.get(recording.format, ""), recording.sha256)


def send_bytes(content: bytes, kind: str) -> Response:
    """A sound that is not kept yet, whole."""
    return Response(content, mimetype=MEDIA_TYPES[kind])


def _in_ranges(path: Path, media_type: str, sha256: str) -> Response:
    if not media_type:
        abort(404)
    size = path.stat().st_size
    common = {"Accept-Ranges": "bytes", "ETag": f'"{sha256}"', "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == common["ETag"]:
        return Response(status=304, headers=common, mimetype=media_type)
    asked = request.headers.get("Range")
    if request.headers.get("If-Range") not in (None, common["ETag"]):
        asked = None
    try:
        part = byte_range(asked, size)
    except RangeNotSatisfiable:
        headers = common | {"Content-Range": f"bytes */{size}"}
        return Response(status=416, headers=headers, mimetype=media_type)
    first, last = part or (0, size - 1)
    headers = common | {"Content-Length": str(last - first + 1)}
    if part is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(
        _read(path, first, last - first + 1),
        status=206 if part is not None else 200,
        mimetype=media_type,
        headers=headers,
        direct_passthrough=True,
    )


def _read(path: Path, start: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as handle:
        handle.seek(start)
        while length > 0:
            block = handle.read(min(BLOCK, length))
            if not block:
                return
            length -= len(block)
            yield block
