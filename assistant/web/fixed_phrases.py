"""The fixed sentences of the programme together: those of the forms and those of the kiosk's pages.

They are translated in the workbench under one list of keys and recorded under one list of names.
"""

from __future__ import annotations

from assistant.drafting import PROMPT_PREFIX, phrase_prompt, phrase_texts
from assistant.web.kiosk.prompts import PAGE_PREFIX, prompts
from corpus.parallel.spoken import Spoken


def texts_to_translate() -> dict[str, str]:
    """The Chinese of every fixed sentence by key: ``rights.stop``, ``page.home.question``. Within an application."""
    return phrase_texts() | {f"{PAGE_PREFIX}{name}": each.chinese for name, each in prompts().items()}


def prompts_to_say() -> dict[str, Spoken]:
    """Everything that is recorded without a written text, by its name: pages first, then forms."""
    return {name: each.spoken for name, each in prompts().items()} | {
        f"{PROMPT_PREFIX}{key}": phrase_prompt(key) for key in phrase_texts()
    }
