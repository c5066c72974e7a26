"""Who works at the bench, which unit is meant, and how statuses are worded."""

from __future__ import annotations

from flask import abort
from sqlalchemy.orm import Session

from assistant.i18n import lazy_gettext as _l
from assistant.web.kiosk.bai_texts import SCRIPT_LABELS
from assistant.web.sentences import said
from assistant.web.sessions import case_reader
from assistant.web.sign_in import signed_in_account
from corpus.bai.varieties import Variety
from corpus.parallel.unit_tables import TranslationUnit, UnitScript, UnitStatus
from corpus.parallel.units import Person
from mediation_rooms import accounts
from mediation_rooms.permissions import Action

STATUS_LABELS = {
    UnitStatus.DRAFT: (_l("草稿"), "neutral"),
    UnitStatus.REVIEWED: (_l("已审校"), "info"),
    UnitStatus.APPROVED: (_l("已批准"), "good"),
    UnitStatus.WITHDRAWN: (_l("已撤回"), "danger"),
}
ACTION_LABELS = {
    "write": _l("写译文"),
    "review": _l("审校通过"),
    "approve": _l("批准"),
    "send_back": _l("退回修改"),
    "withdraw": _l("撤回"),
}
VARIETIES = tuple(each for each in Variety if each is not Variety.UNKNOWN)


def person() -> Person:
    """Who acts. 404 for somebody who signed out meanwhile."""
    account = signed_in_account()
    return Person(account.id, account.display_name)


def load_unit(session: Session, unit_id: int) -> TranslationUnit:
    """One unit, or 404."""
    unit = session.get(TranslationUnit, unit_id)
    if unit is None:
        abort(404)
    return unit


def translators() -> dict[int, str]:
    """Who may translate and still signs in, by account: name on pages."""
    return {
        account.id: account.display_name
        for account in accounts.accounts_that_may(case_reader(), Action.TRANSLATE)
    }


def variety_choices() -> list[tuple[object, object]]:
    """The varieties a text can be in."""
    return [(each.value, said(each.chinese)) for each in VARIETIES]


def script_choices() -> list[tuple[object, object]]:
    """The scripts a text can be in."""
    return [(each.value, SCRIPT_LABELS[each]) for each in UnitScript]
