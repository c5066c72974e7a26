"""The trail for those who read it: in words, by file, each reader no further than its own."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.cli.entry import TOLD
from assistant.web.acts import BY_THE_EDGE
from mediation_rooms import samples, trail_words
from mediation_rooms.audit_reading import LOOKS
from mediation_rooms.models.vocabulary import ReferralDirection
from mediation_rooms.workflow import STEP_BY_NAME
from tests.assistant.casework.conftest import make_case, rooms

FIXTURES = (make_case, rooms)
ROOT = Path(__file__).resolve().parents[2]
WRITTEN = re.compile(
    r'(?:action="|_record\(session, actor, "|_line\(session, \w+, actor=\w+, action="|_remember\("|_note\(")([a-z_]+\.[a-z_]+)"'
)


def test_every_action_has_words():
    """AUD-02: whatever any part of the programme writes can be read; a code without words fails here."""
    actions = {*BY_THE_EDGE.values(), *TOLD.values(), *LOOKS, *(f"case.{step}" for step in STEP_BY_NAME)}
    actions |= {f"case.refer_{each.value}" for each in ReferralDirection}
    actions |= {f"register.{each}" for each in ("room", "committee", "mediator")}
    for folder in ("mediation_rooms", "assistant"):
        for path in (ROOT / folder).rglob("*.py"):
            actions |= set(WRITTEN.findall(path.read_text("utf-8")))
    assert len(actions) > 110
    silent = sorted(action for action in actions if trail_words.words_of_action(action) == action)
    assert silent == [], "mediation_rooms/trail_words.py has no words for these"


def test_a_code_nobody_knows_is_shown_as_it_is():
    assert trail_words.words_of_action("case.unheard_of") == "case.unheard_of"
    assert trail_words.words_of_object("moon") == "moon"
    assert trail_words.words_of_result("done") == "做了"


def test_the_head_sees_who_looked_at_one_file_and_nothing_of_another_room(signed_in, rooms, make_case):
    """AUD-02: from the file's page to its own lines; another room's number shows nothing, nonsense shows all."""
    case_id = make_case(samples.boundary_case_mediating)
    other_id = make_case(samples.boundary_case_mediating, room=list(rooms)[1])
    room_id = next(iter(rooms.values()))
    mediator, head = signed_in("mediator", room_id=room_id), signed_in("room_head", room_id=room_id)
    mediator.get(f"/cases/{case_id}")
    mediator.get(f"/cases/{case_id}/papers/application.docx")
    assert f"/account/trail/room?file={case_id}" in head.get(f"/cases/{case_id}").text
    assert "trail/room" not in mediator.get(f"/cases/{case_id}").text
    page = head.get(f"/account/trail/room?file={case_id}").text
    assert "看案卷" in page
    assert "打印文书" in page
    assert "还没有记录" in head.get(f"/account/trail/room?file={other_id}").text
    assert head.get("/account/trail/room?file=x").status_code == 200
    assert mediator.get(f"/account/trail/room?file={case_id}").status_code == 404
