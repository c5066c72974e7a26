"""``python -m assistant.cli.security_page``: write the generated parts of docs/security.md anew.

The page keeps its own words; between the markers stand the table of permissions and the table of
checks, made from the code and the tests.
"""

from __future__ import annotations

import re
from pathlib import Path

from mediation_rooms.permissions import as_markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"


def filled(page: str, name: str, content: str) -> str:
    """``page`` with the part between the markers of ``name`` replaced."""
    pattern = re.compile(rf"(<!-- {name} begins -->\n).*?(<!-- {name} ends -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found.group(1)}\n{content.strip()}\n\n{found.group(2)}", page)


def written(page: str) -> str:
    """The page with both tables made anew."""
    from tests.checks import as_markdown as checks

    return filled(filled(page, "permissions", as_markdown()), "checks", checks())


def main() -> None:
    """Write the page."""
    PAGE.write_text(written(PAGE.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
