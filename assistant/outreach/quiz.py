"""Three questions before and after: what is asked, which answer is right by which article, and the counts.

Answers are counted on paper or on a tablet, never kept by person, so the two rounds are two groups and not
the same people twice. A group of fewer than :data:`SMALLEST_GROUP` is not shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.outreach.event_models import AskedWhen, EventAnswers, OutreachEvent
from assistant.outreach.items import ItemRefused
from assistant.outreach.models import OutreachItem
from assistant.outreach.wording import N_
from corpus.citation import Citation, NotACitation

MOST_QUESTIONS = 3
FEWEST_CHOICES, MOST_CHOICES = 2, 4
SMALLEST_GROUP = 5
LARGEST_GROUP = 100_000
_MARKS = {AskedWhen.BEFORE: "b", AskedWhen.AFTER: "a"}


@dataclass(frozen=True)
class Question:
    """A question with its choices, the index of the right one, and the article that says so."""

    text: str
    choices: tuple[str, ...]
    right: int
    article: str

    def as_stored(self) -> dict[str, Any]:
        """Plain values for the content of a material."""
        return {**asdict(self), "choices": list(self.choices)}


def read_question(text: str, choices: str, article: str) -> Question:
    """A question as it is typed: one choice a line, the right one with ``*`` before it.

    Raises ValueError with a sentence.
    """
    lines = [line.strip() for line in choices.split("\n") if line.strip()]
    if not text.strip():
        raise ValueError(N_("写了选项，没有写问题"))
    if not FEWEST_CHOICES <= len(lines) <= MOST_CHOICES:
        raise ValueError(N_("每个问题要有 2 到 4 个选项，一行一个"))
    right = [number for number, line in enumerate(lines) if line.startswith(("*", "＊"))]
    if len(right) != 1:
        raise ValueError(N_("要在对的那一个选项前面写 *，只写一个"))
    plain = tuple(line.lstrip("*＊").strip() for line in lines)
    if len(set(plain)) != len(plain) or not all(plain):
        raise ValueError(N_("选项不能空着，也不能重复"))
    try:
        Citation.parse(article.strip())
    except NotACitation:
        raise ValueError(N_("要写明依据哪一条，例如：《民法典》第1067条")) from None
    return Question(text.strip(), plain, right[0], article.strip())


def questions_of(item: OutreachItem) -> tuple[Question, ...]:
    """The questions of a material; none where it has none."""
    return tuple(
        Question(row["text"], tuple(row["choices"]), row["right"], row["article"])
        for row in item.content.get("questions", ())
    )


def answer_count(code: str, number: int, asked_when: AskedWhen, *, is_right: bool) -> str:
    """The name under which an answer given on a tablet is counted."""
    return f"a:{code}:{number}:{_MARKS[asked_when]}:{'r' if is_right else 'w'}"


def write_answers(
    event: OutreachEvent,
    item: OutreachItem,
    *,
    tallies: Mapping[tuple[int, AskedWhen], tuple[int, int]],
) -> None:
    """Keep paper tallies: ``(question, when) -> (answered, right)``. Raises :class:`ItemRefused` by field."""
    problems = {}
    for (number, asked_when), (answered, right) in tallies.items():
        field = f"answers-{number}-{asked_when.value}"
        if not 0 <= answered <= LARGEST_GROUP:
            problems[field] = N_("答的人数要在 0 到 100000 之间")
        elif not 0 <= right <= answered:
            problems[field] = N_("答对的不能比答的多")
    if problems:
        raise ItemRefused(problems)
    kept = {(row.item_id, row.number, row.asked_when): row for row in event.answers}
    for (number, asked_when), (answered, right) in tallies.items():
        row = kept.get((item.id, number, asked_when))
        if row is None:
            if not answered:
                continue
            row = EventAnswers(item_id=item.id, number=number, asked_when=asked_when)
            event.answers.append(row)
        row.answered_count, row.right_count = answered, right


@dataclass(frozen=True)
class Share:
    """How many answered and how many rightly; both None where the group is too small to be shown."""

    answered: int | None
    right: int | None

    @property
    def percent(self) -> int | None:
        """Right answers of a hundred."""
        return round(100 * self.right / self.answered) if self.answered and self.right is not None else None


NOBODY = Share(0, 0)


def shown(answered: int, right: int) -> Share:
    """A count as it may be shown."""
    return Share(None, None) if 0 < answered < SMALLEST_GROUP else Share(answered, right)


@dataclass(frozen=True)
class Outcome:
    """A topic or a question before and after; the two groups need not be the same people."""

    name: str
    before: Share
    after: Share

    @property
    def gain(self) -> int | None:
        """Percentage points more after than before."""
        if self.before.percent is None or self.after.percent is None:
            return None
        return self.after.percent - self.before.percent


Counted = dict[tuple[int, AskedWhen], tuple[int, int]]


def counted_at(event: OutreachEvent, item: OutreachItem, code: str, on_tablets: Mapping[str, int]) -> Counted:
    """Paper and tablets of one event together: ``(question, when) -> (answered, right)``."""
    found: Counted = {}
    paper = {
        (row.number, row.asked_when): (row.answered_count, row.right_count)
        for row in event.answers
        if row.item_id == item.id
    }
    for number in range(1, len(questions_of(item)) + 1):
        for asked_when in AskedWhen:
            answered, right = paper.get((number, asked_when), (0, 0))
            if code:
                good = on_tablets.get(answer_count(code, number, asked_when, is_right=True), 0)
                bad = on_tablets.get(answer_count(code, number, asked_when, is_right=False), 0)
                answered, right = answered + good + bad, right + good
            found[number, asked_when] = (answered, right)
    return found


def by_question(item: OutreachItem, counted: Counted) -> list[Outcome]:
    """One line a question."""
    return [
        Outcome(
            question.text,
            shown(*counted.get((number, AskedWhen.BEFORE), (0, 0))),
            shown(*counted.get((number, AskedWhen.AFTER), (0, 0))),
        )
        for number, question in enumerate(questions_of(item), start=1)
    ]


def by_topic(rows: Iterable[tuple[str, Counted]], titles: Mapping[str, str]) -> list[Outcome]:
    """All answers of each topic together, in the order of the titles; topics without answers are left out."""
    sums: dict[tuple[str, AskedWhen], list[int]] = defaultdict(lambda: [0, 0])
    for topic, counted in rows:
        for (_number, asked_when), (answered, right) in counted.items():
            sums[topic, asked_when][0] += answered
            sums[topic, asked_when][1] += right
    topics: Sequence[str] = [key for key in titles if any(sums[key, when][0] for when in AskedWhen)]
    return [
        Outcome(titles[key], shown(*sums[key, AskedWhen.BEFORE]), shown(*sums[key, AskedWhen.AFTER]))
        for key in topics
    ]
