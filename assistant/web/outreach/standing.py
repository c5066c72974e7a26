"""Who works in the studio, which item is meant, and how statuses and steps are worded."""

from __future__ import annotations

from pathlib import Path

from flask import abort, current_app, url_for
from sqlalchemy.orm import Session

from assistant.i18n import lazy_gettext as _l
from assistant.outreach.codes import code_of
from assistant.outreach.item_pictures import illustration_of
from assistant.outreach.items import Editor, material_from
from assistant.outreach.law_changes import State, say_today, state_of, warnings_of_today
from assistant.outreach.material import Material
from assistant.outreach.models import ItemStatus, OutreachItem
from assistant.outreach.stanza_sounds import approved_sounds
from assistant.settings import Settings
from assistant.web.clock import today
from assistant.web.sessions import case_reader, collection_reader
from assistant.web.sign_in import current_account, signed_in_account
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.permissions import Action, may

STATUS_LABELS = {
    ItemStatus.DRAFT: (_l("草稿"), "neutral"),
    ItemStatus.LAW_CHECKED: (_l("法律已审"), "info"),
    ItemStatus.LANGUAGE_CHECKED: (_l("语言已审"), "info"),
    ItemStatus.PUBLISHED: (_l("已发布"), "good"),
    ItemStatus.WITHDRAWN: (_l("已撤回"), "neutral"),
}
STEP_LABELS = {
    "write": _l("写成"),
    "change": _l("修改"),
    "check_law": _l("法律审核通过"),
    "check_language": _l("语言审校通过"),
    "publish": _l("发布"),
    "send_back": _l("退回修改"),
    "withdraw": _l("撤回"),
    "take_up_again": _l("重新起用"),
    "undo": _l("撤销了上一步"),
}
STEP_ACTIONS = {
    "check_law": Action.CHECK_OUTREACH_LAW,
    "check_language": Action.CHECK_OUTREACH_LANGUAGE,
    "publish": Action.PUBLISH_OUTREACH,
    "send_back": Action.READ_OUTREACH,
    "withdraw": Action.PUBLISH_OUTREACH,
    "take_up_again": Action.WRITE_OUTREACH,
}
LONGEST_CONTACT = 60


def editor() -> Editor:
    """Who acts. 404 for somebody who signed out meanwhile."""
    account = signed_in_account()
    return Editor(account.id, account.display_name)


def load_item(session: Session, item_id: int) -> OutreachItem:
    """One material with what the law of today says of it, or 404."""
    item = session.get(OutreachItem, item_id)
    if item is None:
        abort(404)
    say_today([item], law_warnings(session))
    return item


def law_warnings(session: Session) -> dict[int, str]:
    """What is wrong today with each material: looked up anew when the law, the day or a material changed."""
    kept: dict[State, dict[int, str]] = current_app.extensions.setdefault("outreach_law_warnings", {})
    state = state_of(session, on=today())
    if state not in kept:
        found = warnings_of_today(session, on=today())
        kept.clear()
        kept[state] = found
        return found
    return kept[state]


def allowed(action: Action) -> bool:
    """Whether the person may do this."""
    account = current_account()
    return account is not None and may(account.actor, action)


def recordings_folder() -> Path:
    """Where the sounds of this installation lie."""
    settings: Settings = current_app.extensions["settings"]
    return settings.instance_directory / "recordings"


def page_of(item: OutreachItem) -> str:
    """The short address behind the code to scan; the article's own page for a material that has no code yet."""
    code = code_of(collection_reader(), item=item)
    if code is not None and item.articles:
        return url_for("scanned.scan", code=code.code, _external=True)
    first = item.articles[0].citation if item.articles else ""
    return url_for("kiosk.article", citation=first, _external=True) if first else ""


def contact() -> str:
    """The room's line at the foot: name, address and telephone of the person's room, else the site's own line."""
    settings: Settings = current_app.extensions["settings"]
    account = current_account()
    line = settings.contact_line
    if account is not None and account.room_id is not None:
        room = case_reader().get(MediationRoom, account.room_id)
        if room is not None and room.closed_on is None:
            line = "　".join(part for part in (room.name, room.address, room.phone) if part)
    return line[:LONGEST_CONTACT]


def material(item: OutreachItem) -> Material:
    """The words of an item with its picture and sounds, the address to scan and the room's line."""
    session = collection_reader()
    return material_from(
        item,
        page=page_of(item),
        contact=contact(),
        picture=illustration_of(session, item),
        sounds=approved_sounds(session, item, folder=recordings_folder()),
    )
