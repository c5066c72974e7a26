"""Asking a room for help: a short form, a receipt, and a box that only the room can open.

The notice on personal information stands before the first field (个人信息保护法第十七条), with its version
and the language it was shown in. Nothing of what is written stays here; the receipt says nothing personal.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assistant import public_desk
from assistant.hidden_marks import without_hidden_marks
from assistant.i18n import current_language
from assistant.i18n import gettext as _
from assistant.i18n import lazy_gettext as _l
from assistant.settings import Settings
from assistant.web.clock import now
from assistant.web.kiosk import blueprint
from assistant.web.kiosk.places import chosen_place
from assistant.web.kiosk.rooms import RoomCard, room_card, rooms_near
from mediation_rooms import request_spool
from mediation_rooms.documents.phrases import phrases
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.languages import LANGUAGES
from mediation_rooms.request_spool import SpoolRefuses
from mediation_rooms.requests import HelpEntry, help_problems

NOTICE_VERSION = "kiosk-2026-11-26-b"
"""Changes whenever a sentence of ``kiosk/notice.html`` changes; kept with every request."""
NOTICE_LANGUAGES = {"zh": "zh", "en": "other"}
"""Interface language → code of the language the notice was shown in; a Bai interface shows Chinese."""
ROOMS_OFFERED = 5

ABOUT = (
    ("marriage_family", _l("婚姻家庭"), "marriage"),
    ("neighbour", _l("邻居"), "neighbour"),
    ("house_site", _l("房子、宅基地"), "home"),
    ("forest_land", _l("山林、土地"), "mountain"),
    ("expropriation", _l("征地、拆迁"), "land"),
    ("contract", _l("借钱、合同"), "money"),
    ("migrant_wages", _l("工钱"), "work"),
    ("damages", _l("受伤、赔偿"), "injury"),
    ("traffic", _l("撞车"), "traffic"),
    ("medical", _l("看病"), "medical"),
    ("other_consumer", _l("买东西"), "shopping"),
    ("other", _l("别的事"), "question"),
)
"""The kinds a villager chooses from by picture: code, words, picture."""

FIELDS = ("about", "language_code", "words", "contact_name", "contact_phone", "safe", "call_when", "room")


@blueprint.get("/ask")
def ask() -> str | Response:
    """The empty form; first the place, where the machine does not know it."""
    if not chosen_place():
        return redirect(url_for("kiosk.place", afterwards="ask"))
    return _form({"room": request.args.get("room", ""), "about": request.args.get("about", "")}, {})


@blueprint.post("/ask")
def send() -> str | tuple[str, int]:
    """Put the request into the box and show the receipt. The same form sent twice gives the same one."""
    values = {name: without_hidden_marks(request.form.get(name, "")).strip() for name in FIELDS}
    settings: Settings = current_app.extensions["settings"]
    desk = public_desk.published(settings)
    card = _card(values["room"])
    entry = _entry(values, card)
    problems = _in_plain_words(help_problems(entry), card)
    if problems:
        return _form(values, problems), 422
    if desk.public_key is None or card is None:
        return _form(values, {}, refused=_("现在收不了求助，请直接打电话或者到调解室去。")), 503
    try:
        dropped = request_spool.drop(
            settings.inbox_directory,
            public_key=desk.public_key,
            entry=entry,
            machine=str(request.remote_addr),
            now=now(),
        )
    except InvalidEntry as refused:
        return _form(values, refused.problems), 422
    except SpoolRefuses as refused:
        sentences = {
            "full": _("求助箱满了，没有收下。请直接打电话或者到调解室去。"),
            "too_many": _("这台机器刚才收了很多求助，请过十分钟再试；着急的请直接打电话。"),
        }
        return _form(values, {}, refused=sentences[refused.reason]), 429
    except OSError:
        current_app.logger.error("request box cannot be written")
        return _form(values, {}, refused=_("机器出了故障，没有收下。请直接打电话或者到调解室去。")), 503
    return render_template(
        "kiosk/receipt.html",
        dropped=dropped,
        card=card,
        limitation=phrases()["receipt.limitation"],
    )


def _card(code: str) -> RoomCard | None:
    """The chosen room, else the nearest one."""
    place = chosen_place()
    found = rooms_near(place)
    chosen = next((room for room in found if room.code == code), None)
    if chosen is None and found and not code:
        chosen = found[0]
    return None if chosen is None else room_card(chosen, place=place, at=now())


def _entry(values: Mapping[str, str], card: RoomCard | None) -> HelpEntry:
    language = current_language().tag
    return HelpEntry(
        form_token=request.form.get("form_token", "")[:64],
        room_id=card.room.id if card is not None else 0,
        division_code=chosen_place(),
        notice_version=NOTICE_VERSION if request.form.get("notice") == NOTICE_VERSION else "",
        notice_language_code=NOTICE_LANGUAGES.get(language, "zh"),
        words=values["words"],
        contact_name=values["contact_name"],
        contact_phone=values["contact_phone"],
        kind_code=values["about"],
        language_code=values["language_code"],
        is_safe_to_call=values["safe"] == "yes",
        call_when=values["call_when"],
    )


def _in_plain_words(problems: Mapping[str, str], card: RoomCard | None) -> dict[str, str]:
    """The problems under the names of this form's fields, in the language of the page."""
    names = {"kind_code": "about", "division_code": "place"}
    said = {
        "notice": _("请先看（听）上面的说明，再勾“我看懂了”。"),
        "kind_code": _("请从图上选一类事情。"),
        "division_code": _("请先选您在哪个乡镇、哪个村。"),
        "contact_phone": _("电话只写数字，例如 13800000000。"),
        "contact_name": _("称呼太长了，写一个名字就可以。"),
        "language_code": _("请从列表里选一种话。"),
    }
    found = {names.get(name, name): str(said.get(name, sentence)) for name, sentence in problems.items()}
    if "words" in problems:
        too_long = len(request.form.get("words", "")) > 100
        found["words"] = (
            _("写得太长了，最多 2000 个字，其余可以当面说。")
            if too_long
            else _("请选一类事情，或者写几句话，或者留一个电话。")
        )
    if card is None:
        found["room"] = _("请选一个调解室。")
    if not request.form.get("form_token"):
        found["form_token"] = _("请重新打开这一页再填。")
    return found


def _form(values: Mapping[str, str], problems: Mapping[str, str], *, refused: str = "") -> str:
    place, at = chosen_place(), now()
    found = rooms_near(place, subject_code=values.get("about", ""))
    asked_for = [room for room in found if room.code == values.get("room")]
    offered = asked_for + [room for room in found if room not in asked_for]
    return render_template(
        "kiosk/ask.html",
        about=ABOUT,
        values=values,
        problems=problems,
        refused=refused,
        cards=[room_card(room, place=place, at=at) for room in offered[:ROOMS_OFFERED]],
        place=place,
        spoken=LANGUAGES,
        notice_version=NOTICE_VERSION,
        form_token=request.form.get("form_token", "")[:64] or secrets.token_urlsafe(32),
    )
