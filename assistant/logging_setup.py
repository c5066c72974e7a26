"""Structured logs that tell what the program did and never whom it was done for.

One JSON object a line. A request is logged by its route *pattern* (``/cases/<number>``), never by
its address, because addresses carry questions and case numbers; no client address, no form, no name.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime

from flask import Flask, Response, g, request

from assistant.settings import Settings

LOGGER = logging.getLogger("assistant")
FIELDS = ("request", "method", "route", "status", "milliseconds", "kind", "outcome", "count")


class JsonLines(logging.Formatter):
    """A log record as one JSON line; of ``extra`` only the fields named in :data:`FIELDS`."""

    def format(self, record: logging.LogRecord) -> str:
        """Render the record; a traceback keeps its frames but drops the exception's message."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line.update({field: getattr(record, field) for field in FIELDS if hasattr(record, field)})
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = type(record.exc_info[1]).__name__
            line["frames"] = _frames(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _frames(error: BaseException) -> list[str]:
    """Where it happened, without the values: messages of exceptions may hold what a person typed."""
    frames = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        frames.append(f"{code.co_filename}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return frames[-12:]


def install(app: Flask, settings: Settings) -> None:
    """Write the application's log to standard error as JSON lines and number every request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    LOGGER.handlers = [handler]
    LOGGER.setLevel(settings.log_level.upper())
    LOGGER.propagate = False
    app.logger.handlers = [handler]
    app.logger.propagate = False

    @app.before_request
    def _begin() -> None:
        g.request_id = secrets.token_hex(8)
        g.request_began = time.perf_counter()

    @app.after_request
    def _finish(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        LOGGER.info(
            "request",
            extra={
                "request": g.get("request_id", ""),
                "method": request.method,
                "route": request.url_rule.rule if request.url_rule else "(none)",
                "status": response.status_code,
                "milliseconds": round((time.perf_counter() - g.get("request_began", 0)) * 1000, 1),
            },
        )
        return response
