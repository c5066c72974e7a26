"""The public pages: search, articles, statutes, topics, the rooms and the form that asks one for help.

They read the collection and what the rooms have put up; the only thing they write is a closed box.
"""

from __future__ import annotations

from flask import Blueprint

from assistant.web.clock import china_time
from assistant.web.kiosk import wording

blueprint = Blueprint("kiosk", __name__)
blueprint.add_app_template_filter(wording.citation_text)
blueprint.add_app_template_filter(wording.short_law)
blueprint.add_app_template_filter(china_time)

from assistant.web.kiosk import (  # noqa: E402 - views register themselves here
    asking,  # noqa: F401
    home,  # noqa: F401
    law,  # noqa: F401
    leaving,  # noqa: F401
    places,  # noqa: F401
    rooms,  # noqa: F401
    search,  # noqa: F401
    sound,  # noqa: F401
    words,  # noqa: F401
)
