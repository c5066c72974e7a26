"""Work in a child process that is killed in the middle."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable


def killed_while(
    work: Callable[[Callable[[int], None]], None], seconds: float, *, waits_for_one: bool
) -> list[int]:
    """Do the work in a child, kill it after some seconds; the numbers it acknowledged as a whole."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(lambda number: os.write(writing, f"{number}\n".encode()) and None)
        finally:
            os._exit(1)
    os.close(writing)
    if waits_for_one:
        select.select([reading], [], [], 20)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    said = b""
    while part := os.read(reading, 65_536):
        said += part
    os.close(reading)
    return [int(word) for word in said[: said.rfind(b"\n") + 1].split()]
