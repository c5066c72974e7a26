"""Make sure that a Chromium is there for the browser journeys, or say plainly why not.

Looks for the system's browser, then (as root on a Debian-like machine) installs it with apt-get.
"""

from __future__ import annotations

import os
import shutil
import subprocess

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of a Chromium, by ``CHROMIUM`` or by its usual names."""
    named = os.environ.get("CHROMIUM")
    if named and shutil.which(named):
        return shutil.which(named)
    return next((path for name in CANDIDATES if (path := shutil.which(name))), None)


def main() -> None:
    """Install Chromium where that is allowed; never fail, the tests skip with a reason."""
    if find_chromium() is not None:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("安装 Chromium / installing Chromium")
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk"],
        ):
            done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
            if done.returncode != 0:
                break
    if find_chromium() is None:
        print(
            "没有 Chromium，浏览器测试将跳过 / no Chromium: browser tests will be skipped (install the package chromium)"
        )


if __name__ == "__main__":
    main()
