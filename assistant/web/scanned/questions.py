"""Three questions on a tablet or a telephone, before and after: an answer is a number more, never a person's.

Nothing ties the three answers of one person together, nor the round before to the round after.
"""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.outreach.event_models import AskedWhen
from assistant.outreach.models import OutreachItem
from assistant.outreach.quiz import answer_count, questions_of
from assistant.web.clock import today
from assistant.web.scanned import blueprint
from assistant.web.scanned.codes import Target, counter_file, quiz_of, target_of
from assistant.web.sessions import collection_reader


def _asked(code: str, asked_when: str) -> tuple[Target, OutreachItem, AskedWhen]:
    target = target_of(collection_reader(), code)
    quiz = quiz_of(target)
    if quiz is None or asked_when not in set(AskedWhen):
        abort(404)
    return target, quiz, AskedWhen(asked_when)


@blueprint.get("/<code>/questions/<asked_when>")
def questions(code: str, asked_when: str) -> str:
    """The questions with their choices."""
    target, quiz, when = _asked(code, asked_when)
    return render_template(
        "scanned/questions.html", target=target, quiz=quiz, when=when, questions=questions_of(quiz), given={}
    )


@blueprint.post("/<code>/questions/<asked_when>")
def answer(code: str, asked_when: str) -> Response | tuple[str, int]:
    """Count the answers; after the event the right ones are shown with their article."""
    target, quiz, when = _asked(code, asked_when)
    asked = questions_of(quiz)
    given = {
        number: int(written)
        for number, question in enumerate(asked, start=1)
        if (written := request.form.get(f"answer-{number}", ""))
        in set(map(str, range(len(question.choices))))
    }
    if len(given) < len(asked):
        page = render_template(
            "scanned/questions.html",
            target=target,
            quiz=quiz,
            when=when,
            questions=asked,
            given=given,
            problem=_("每个问题选一个答案。不知道也可以选您觉得像的。"),
        )
        return page, 422
    for number, question in enumerate(asked, start=1):
        what = answer_count(target.code, number, when, is_right=given[number] == question.right)
        counter_file().add(what, on=today())
    if when is AskedWhen.BEFORE:
        flash(_("记下了，谢谢。讲完以后请再答一次。"), "good")
        return redirect(url_for("scanned.questions", code=target.code, asked_when="before"), 303)
    page = render_template("scanned/answers.html", target=target, questions=asked, given=given)
    return page, 200
