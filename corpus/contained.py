"""Reading a stranger's file in a process of its own that may use little memory, little time and no network.

A document can be made so that its reader runs for ever or eats all memory. :func:`read_contained` hands
the bytes to a fresh interpreter with ceilings on memory and processor time, waits no longer than the wall
clock allows, and takes back bytes. What goes wrong there ends there: the caller gets :class:`Unreadable`
with one sentence. The reader is named as ``package.module:function`` and must be a function from bytes to
bytes; a ``ValueError`` it raises is a refusal whose sentence reaches the caller.

On systems without resource limits (Windows) only the wall clock holds.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import resource

ROOT = Path(__file__).resolve().parent.parent
MEMORY_BYTES = 512 * 1024 * 1024
PROCESSOR_SECONDS = 10
WALL_SECONDS = 20
"""Twice the processor's share: a busy machine may make an honest reader wait, not a sleeping one hold a queue."""
MOST_RESULT_BYTES = 64 * 1024 * 1024
REFUSED, BROKEN = 3, 4
"""Exit status of a reader that refused with a sentence of its own, and of one that the file threw off its track."""
OWN_PACKAGES = frozenset({"corpus", "mediation_rooms", "assistant", "tests"})
_FEW_THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Threads of a numerical library would take most of the address space before the file is opened."""
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.fork", "os.system", "ctypes.")


class Unreadable(ValueError):
    """The file was refused, or its reader had to be stopped; the text is a sentence for the user."""


def read_contained(
    reader: str,
    content: bytes,
    *,
    memory_bytes: int = MEMORY_BYTES,
    processor_seconds: int = PROCESSOR_SECONDS,
    wall_seconds: float = WALL_SECONDS,
) -> bytes:
    """What ``reader`` makes of ``content``. Raises :class:`Unreadable`."""
    command = [sys.executable, "-m", "corpus.contained", reader, str(memory_bytes), str(processor_seconds)]
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **_FEW_THREADS, "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,
    )
    try:
        made, _nothing = child.communicate(content, timeout=wall_seconds)
    except subprocess.TimeoutExpired:
        raise Unreadable("读这个文件用的时间太长，已经停下") from None
    finally:
        _end(child)
    if child.returncode == REFUSED:
        raise Unreadable(made.decode("utf-8", errors="replace") or "文件打不开")
    if child.returncode == BROKEN:
        raise Unreadable("文件不完整，或者不是它应有的格式，读不了：请在原来的软件里另存一份再试")
    if child.returncode != 0:
        raise Unreadable("读这个文件用的时间或者内存超过了限度，已经停下")
    if len(made) > MOST_RESULT_BYTES:
        raise Unreadable("文件展开后过大，没有接收")
    return made


def _end(child: subprocess.Popen[bytes]) -> None:
    """No reader outlives the question, however it ended."""
    if child.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:  # pragma: no cover - Windows
            child.kill()
        child.communicate()


def _limit(memory_bytes: int, processor_seconds: int) -> None:
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _watch(event: str, _arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


def _is_sentence(refusal: ValueError) -> bool:
    """Whether the project's own code refused, with words for a person; a library's words are for programmers."""
    return type(refusal) is ValueError or type(refusal).__module__.partition(".")[0] in OWN_PACKAGES


def _sentence(refusal: ValueError) -> bytes:
    return str(refusal).encode("utf-8", "replace")


def _run(reader: str, memory_bytes: int, processor_seconds: int) -> int:
    module, _colon, name = reader.partition(":")
    read: Callable[[bytes], bytes] = getattr(importlib.import_module(module), name)
    content = sys.stdin.buffer.read()
    sys.addaudithook(_watch)
    _limit(memory_bytes, processor_seconds)
    try:
        made, status = read(content), 0
    except (MemoryError, RecursionError, PermissionError):
        return 1
    except ValueError as refusal:
        made, status = _sentence(refusal), REFUSED if _is_sentence(refusal) else BROKEN
    except Exception:  # whatever a stranger's file does to its reader is over here
        return BROKEN
    if len(made) > MOST_RESULT_BYTES:
        return 1
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return status


if __name__ == "__main__":
    sys.exit(_run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
