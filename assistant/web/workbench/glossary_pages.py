"""The glossary on pages: search in any spelling, one concept with its forms, proposals and their approval."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.i18n import lazy_gettext as _l
from assistant.web.clock import now, today
from assistant.web.entries import LARGEST_ROW_ID
from assistant.web.sentences import said
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.sign_in import current_account
from assistant.web.workbench import blueprint
from assistant.web.workbench.standing import person
from corpus.bai import terms
from corpus.bai.glossary import IncomingTerm, search_glossary
from corpus.bai.models import Concept, GlossaryTerm, Subject, TermStatus
from corpus.bai.varieties import Script, Variety
from corpus.law.queries import articles_naming
from mediation_rooms.permissions import Action, may

CONCEPTS_A_PAGE = 50
ARTICLES_SHOWN = 8
FARTHEST_OFFSET = 1_000_000
TERM_STATUS_LABELS = {
    TermStatus.DRAFT: (_l("待批准"), "warning"),
    TermStatus.REVIEWED: (_l("待批准"), "warning"),
    TermStatus.APPROVED: (_l("已批准"), "good"),
    TermStatus.WITHDRAWN: (_l("已撤回"), "danger"),
}
MATCHES = {
    "exact": _l("写法相同"),
    "sound": _l("读音相同"),
    "toneless": _l("不计声调相同"),
    "dialect": _l("方言相近"),
    "meaning": _l("意思"),
}
STEP_LABELS = {
    "propose": _l("提出"),
    "approve": _l("批准"),
    "withdraw": _l("撤回"),
    "restore": _l("恢复"),
}
SCRIPT_NAMES = {Script.LATIN: _l("白文"), Script.HAN: _l("方块白文"), Script.IPA: _l("国际音标")}
TEXTS = ("chinese", "english", "text", "ipa", "edition", "village", "source", "source_url", "licence")


def term_varieties() -> list[tuple[object, object]]:
    """Every variety a form can be of, also not said."""
    return [(each.value, said(each.chinese)) for each in Variety]


def _may(action: Action) -> bool:
    account = current_account()
    return account is not None and may(account.actor, action)


@blueprint.get("/glossary")
def glossary() -> str:
    """Search; without a question the legal terms that wait for a form, or the forms that wait for approval."""
    query = request.args.get("q", "").strip()[:100]
    variety = request.args.get("variety", "")
    shown = "waiting" if request.args.get("list") == "waiting" else "open"
    offset = min(max(request.args.get("offset", 0, type=int), 0), FARTHEST_OFFSET)
    session = collection_reader()
    to_fill, open_count = terms.concepts_to_fill(session, limit=CONCEPTS_A_PAGE, offset=offset)
    waiting, waiting_count = terms.terms_to_approve(session, limit=CONCEPTS_A_PAGE, offset=offset)
    return render_template(
        "workbench/glossary.html",
        query=query,
        variety=variety,
        hits=search_glossary(session, query, variety=Variety(variety) if variety in set(Variety) else None),
        shown=shown,
        offset=offset,
        limit=CONCEPTS_A_PAGE,
        to_fill=to_fill,
        open_count=open_count,
        waiting=waiting,
        waiting_count=waiting_count,
        varieties=term_varieties(),
        matches=MATCHES,
        statuses=TERM_STATUS_LABELS,
        may_edit=_may(Action.EDIT_GLOSSARY),
    )


@blueprint.get("/glossary/concepts/<int:concept_id>")
def concept(concept_id: int) -> str:
    """A concept with its forms by variety and village, their history, and the articles that name it."""
    return _concept_page(_concept(concept_id), {}, {})


def _concept(concept_id: int) -> Concept:
    found = collection_reader().get(Concept, concept_id) if concept_id <= LARGEST_ROW_ID else None
    if found is None:
        abort(404)
    return found


def _concept_page(
    found: Concept, problems: dict[str, str], entered: dict[str, str], reasons: list[str] | None = None
) -> str:
    forms = sorted(
        found.terms,
        key=lambda term: (
            term.status is TermStatus.WITHDRAWN,
            list(Variety).index(term.variety),
            term.village,
            term.id,
        ),
    )
    who = person()
    return render_template(
        "workbench/concept.html",
        concept=found,
        forms=[
            (term, terms.spelling_remarks(term), terms.approval_problems(term, person=who)) for term in forms
        ],
        articles=articles_naming(collection_reader(), found.chinese, on=today(), limit=ARTICLES_SHOWN),
        statuses=TERM_STATUS_LABELS,
        steps=STEP_LABELS,
        scripts=SCRIPT_NAMES,
        varieties=term_varieties(),
        problems=problems,
        entered=entered,
        reasons=reasons or [],
        may_edit=_may(Action.EDIT_GLOSSARY),
        may_approve=_may(Action.REVIEW_TRANSLATION),
    )


def _proposed() -> IncomingTerm:
    values = {name: request.form.get(name, "").strip()[:500] for name in TEXTS}
    variety = request.form.get("variety", "")
    return IncomingTerm(
        line=1,
        variety=Variety(variety) if variety in set(Variety) else Variety.UNKNOWN,
        subject=Subject.LEGAL if request.form.get("subject") == "legal" else Subject.EVERYDAY,
        **values,
    )


@blueprint.get("/glossary/new")
def new_term() -> str:
    """The form for a new concept, with a form of its own or without."""
    return render_template(
        "workbench/term_new.html", problems={}, entered={"chinese": request.args.get("zh", "")[:200]},
        varieties=term_varieties(),
    )  # fmt: skip


@blueprint.post("/glossary/propose")
def propose_term() -> Response | tuple[str, int]:
    """Keep a form as this person's proposal; with every problem at once when it cannot be kept."""
    row = _proposed()
    problems = terms.proposal_problems(row)
    number = request.form.get("concept_id", 0, type=int)
    if not problems:
        session = collection_writer()
        try:
            kept = terms.propose(session, row, person=person(), now=now())
        except terms.TermRefused as refused:
            session.rollback()
            problems = {"text": str(refused)}
        else:
            flash(_("已经保存，等另一个人批准。"), "good")
            return redirect(url_for("workbench.concept", concept_id=kept.id), 303)
    entered = {name: request.form.get(name, "") for name in (*TEXTS, "variety", "subject")}
    if number:
        return _concept_page(_concept(number), problems, entered), 422
    page = render_template(
        "workbench/term_new.html", problems=problems, entered=entered, varieties=term_varieties()
    )
    return page, 422


@blueprint.post("/glossary/terms/<int:term_id>/<any(approve,withdraw,restore):step>")
def term_step(term_id: int, step: str) -> Response | tuple[str, int]:
    """Approve, withdraw, take back a withdrawal."""
    session = collection_writer()
    term = session.get(GlossaryTerm, term_id) if term_id <= LARGEST_ROW_ID else None
    if term is None:
        abort(404)
    remark, concept_id = request.form.get("remark", "")[:500], term.concept_id
    try:
        if step == "approve":
            terms.approve(session, term, person=person(), now=now())
        elif step == "withdraw":
            terms.withdraw(session, term, remark=remark, person=person(), now=now())
        else:
            terms.restore(session, term, remark=remark, person=person(), now=now())
    except terms.TermRefused as refused:
        session.rollback()
        return _concept_page(_concept(concept_id), {}, {}, refused.reasons), 409
    flash(_("已经保存。"), "good")
    return redirect(url_for("workbench.concept", concept_id=concept_id), 303)
