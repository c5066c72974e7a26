"""Verbs on materials: write, check by a jurist, check the language, publish, withdraw.

Nobody checks what they wrote, and the two checks are by two people. What changes goes back to a
draft. Nothing is published without rights, without articles, or over an article that has changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from assistant.outreach.codes import make_code
from assistant.outreach.item_entry import Editor, ItemChangedMeanwhile, ItemEntry, ItemRefused
from assistant.outreach.kinds import Part, missing_parts
from assistant.outreach.language_versions import version_problems, write_versions
from assistant.outreach.law_check import Cited, Finding, hash_of, look_up
from assistant.outreach.material import BaiVersion, Illustration, Material, Sound, icon_of
from assistant.outreach.models import ItemArticle, ItemStatus, ItemStep, OutreachItem
from assistant.outreach.setting_problems import unprintable
from assistant.outreach.starter import StarterTopic, starter_topics
from assistant.outreach.verse import SongNotReadable, check_song
from assistant.outreach.verse_forms import FORMS
from corpus.citation import Citation, NotACitation
from corpus.law.queries import article_cited

STEPS: Mapping[str, tuple[frozenset[ItemStatus], ItemStatus]] = {
    "check_law": (frozenset({ItemStatus.DRAFT}), ItemStatus.LAW_CHECKED),
    "check_language": (frozenset({ItemStatus.LAW_CHECKED}), ItemStatus.LANGUAGE_CHECKED),
    "publish": (frozenset({ItemStatus.LANGUAGE_CHECKED}), ItemStatus.PUBLISHED),
    "send_back": (frozenset({ItemStatus.LAW_CHECKED, ItemStatus.LANGUAGE_CHECKED}), ItemStatus.DRAFT),
    "withdraw": (frozenset(ItemStatus) - {ItemStatus.WITHDRAWN}, ItemStatus.WITHDRAWN),
    "take_up_again": (frozenset({ItemStatus.WITHDRAWN}), ItemStatus.DRAFT),
}
"""Every step: where it starts, where it ends."""


def entry_problems(entry: ItemEntry, *, today: date) -> dict[str, str]:
    """Everything wrong with an entry at once, by field."""
    problems: dict[str, str] = {}
    if not entry.title.strip():
        problems["title"] = "请写标题"
    if entry.written_on > today:
        problems["written_on"] = "成稿日期不能晚于今天"
    if not entry.bai_versions and bool(entry.bai_text.strip()) != bool(entry.bai_source.strip()):
        problems["bai_source"] = "白语版要同时写明是谁写的、谁审定的；没有就都空着"
    problems |= song_problems(entry.song, entry.verse_form)
    problems |= version_problems(entry.bai_versions)
    for number, (question, answer) in enumerate(entry.points, start=1):
        if not question.strip() or not answer.strip():
            problems["points"] = f"第{number}组问答不全，一问一答要成对"
    controls = [name for name, value in asdict(entry).items() if unprintable(_words(value))]
    problems |= dict.fromkeys(controls, "里面有看不见的控制字符，请重新输入这一项")
    wrong = [text for text in entry.articles if _citation(text) is None]
    if wrong:
        problems["articles"] = f"看不懂“{wrong[0][:30]}”，请写成《民法典》第1079条的样子，一行一条"
    return problems


def _words(value: object) -> str:
    """Every word of an entry's field, whatever it is kept in."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, (tuple, list)):
        return "".join(map(_words, value))
    return value if isinstance(value, str) else ""


def _citation(text: str) -> Citation | None:
    try:
        return Citation.parse(text.strip())
    except NotACitation:
        return None


def write_item(
    session: Session,
    *,
    entry: ItemEntry,
    editor: Editor,
    now: datetime,
    item: OutreachItem | None = None,
    seen_version: int | None = None,
    key: str = "",
) -> OutreachItem:
    """Write a new material or change one; a changed one is a draft again.

    Raises :class:`ItemRefused` with every problem, :class:`ItemChangedMeanwhile` when somebody saved first.
    """
    if item is not None and seen_version is not None and item.version_id != seen_version:
        raise ItemChangedMeanwhile
    if problems := entry_problems(entry, today=now.date()):
        raise ItemRefused(problems)
    articles = _articles(session, entry, on=now.date())
    is_new = item is None
    if item is None:
        item = OutreachItem(key=key or secrets.token_hex(6), written_by_account=editor.account_id)
        session.add(item)
    for name in ("kind", "topic", "audience", "icon", "author", "rights", "written_on", "song", "verse_form"):
        setattr(item, name, getattr(entry, name))
    item.title = entry.title.strip()
    if entry.bai_versions:
        write_versions(item, entry.bai_versions, beside=entry.bai_beside)
    else:
        item.bai_text, item.bai_source = entry.bai_text.strip(), entry.bai_source.strip()
    item.content = {
        "lines": list(entry.lines),
        "points": [list(pair) for pair in entry.points],
        "script": entry.script,
        "questions": [dict(question) for question in entry.questions],
    }
    item.articles = articles
    item.status, item.needs_checking, item.law_checked_by_account = ItemStatus.DRAFT, "", None
    item.written_by_account = editor.account_id
    _note(item, "write" if is_new else "change", editor=editor, now=now, remark="")
    session.flush()
    make_code(session, item=item, now=now)
    return item


def write_song(
    session: Session,
    item: OutreachItem,
    *,
    song: str,
    verse_form: str,
    editor: Editor,
    now: datetime,
    seen_version: int | None = None,
) -> OutreachItem:
    """Change the song of a material and nothing else; it is a draft again.

    Raises :class:`ItemRefused` or :class:`ItemChangedMeanwhile`.
    """
    if seen_version is not None and item.version_id != seen_version:
        raise ItemChangedMeanwhile
    if problems := song_problems(song, verse_form):
        raise ItemRefused(problems)
    item.song, item.verse_form = song, verse_form
    item.status, item.law_checked_by_account = ItemStatus.DRAFT, None
    item.written_by_account = editor.account_id
    _note(item, "change", editor=editor, now=now, remark="")
    session.flush()
    return item


def song_problems(song: str, verse_form: str) -> dict[str, str]:
    """Why a song cannot be kept, by field: an unknown form, a heading that cannot be read, Bai without a source."""
    if verse_form not in FORMS:
        return {"verse_form": "请从列表中选择唱词格式"}
    try:
        check_song(song, FORMS[verse_form])
    except SongNotReadable as problem:
        return {"song": str(problem)}
    return {}


def _articles(session: Session, entry: ItemEntry, *, on: date) -> list[ItemArticle]:
    rows, missing, seen = [], [], set()
    for text in (*entry.articles, *(str(question["article"]) for question in entry.questions)):
        citation = _citation(text)
        if citation is None or citation in seen:
            continue
        seen.add(citation)
        article = article_cited(session, citation, on=on)
        if article is None:
            missing.append(text.strip())
            continue
        rows.append(
            ItemArticle(
                citation=str(citation.at(None)),
                label=citation.in_words(),
                words=article.text,
                words_hash=hash_of(article.text),
                words_on=on,
            )
        )
    if missing:
        raise ItemRefused({"articles": f"库里没有{'、'.join(missing)}，请核对法律名称和条号"})
    return rows


def _note(item: OutreachItem, step: str, *, editor: Editor, now: datetime, remark: str) -> None:
    item.history.append(
        ItemStep(
            step=step,
            status=item.status,
            taken_at=now,
            taken_by=editor.name,
            remark=remark.strip(),
            words={
                "title": item.title,
                **item.content,
                "song": item.song,
                "bai": item.bai_text,
                "other_bai": item.other_bai or [],
                "articles": [row.label for row in item.articles],
                "rights": item.rights,
            },
        )
    )


def step_problems(
    session: Session, item: OutreachItem, step: str, *, editor: Editor, today: date
) -> list[str]:
    """Why a step cannot be taken now, as sentences; nothing means it can."""
    if step not in STEPS or item.status not in STEPS[step][0]:
        return ["现在不能办这一步"]
    problems = []
    if step == "check_law" and editor.account_id == item.written_by_account:
        problems.append("自己写的不能自己审，请另一位法律审核人审")
    if step == "check_language" and editor.account_id in {
        item.written_by_account,
        item.law_checked_by_account,
    }:
        problems.append("语言审校要由没有写过、没有审过法律的另一个人做")
    if step in {"check_law", "publish"}:
        problems += missing_parts(item.kind, _filled(item))
        if not item.articles:
            problems.append("没有写依据哪一条，不能通过")
        problems += [
            finding.message for finding in findings_of(session, item, on=today) if finding.needs_checking
        ]
    if step == "publish" and not item.rights.strip():
        problems.append("没有写明权利（谁可以怎样使用），不能发布")
    return problems


def _filled(item: OutreachItem) -> frozenset[Part]:
    parts = {part for part in Part if item.content.get(part.value)}
    return frozenset(parts | {Part.SONG} if item.song.strip() else parts)


def take_item_step(
    session: Session, item: OutreachItem, step: str, *, editor: Editor, now: datetime, remark: str = ""
) -> OutreachItem:
    """Move a material by one step. Raises :class:`ItemRefused` with every reason."""
    if problems := step_problems(session, item, step, editor=editor, today=now.date()):
        raise ItemRefused(problems)
    item.status = STEPS[step][1]
    if step == "check_law":
        item.law_checked_by_account, item.needs_checking = editor.account_id, ""
    if step == "publish":
        item.published_on = now.date()
    _note(item, step, editor=editor, now=now, remark=remark)
    session.flush()
    return item


UNDOABLE = frozenset({"withdraw", "send_back", "take_up_again"})
"""Steps that their own taker may take back while nothing else has happened."""


def undo_problem(item: OutreachItem, *, editor: Editor) -> str:
    """Why the last step cannot be taken back; empty when it can."""
    if len(item.history) < 2 or item.history[-1].step not in UNDOABLE:
        return "这一步不能撤销"
    if item.history[-1].taken_by != editor.name:
        return "这一步是别人办的，不能由您撤销"
    return ""


def undo_last_step(session: Session, item: OutreachItem, *, editor: Editor, now: datetime) -> OutreachItem:
    """Take the last step back: the material stands where it stood. Raises :class:`ItemRefused`.

    The history keeps both the step and its undoing.
    """
    if problem := undo_problem(item, editor=editor):
        raise ItemRefused([problem])
    item.status = item.history[-2].status
    _note(item, "undo", editor=editor, now=now, remark="")
    session.flush()
    return item


def findings_of(session: Session, item: OutreachItem, *, on: date) -> list[Finding]:
    """What became of each article of a material."""
    cited = [Cited(Citation.parse(row.citation), row.words_hash) for row in item.articles]
    return look_up(session, cited, on=on)


def recheck(session: Session, *, on: date) -> list[OutreachItem]:
    """Hold every material that is not withdrawn against the law of a day; those that now need checking.

    A material whose law is as it was before loses an old warning.
    """
    items = session.scalars(
        select(OutreachItem)
        .where(OutreachItem.status != ItemStatus.WITHDRAWN)
        .options(selectinload(OutreachItem.articles))
    ).all()
    rows = [(item, row) for item in items for row in item.articles]
    found = look_up(
        session, [Cited(Citation.parse(row.citation), row.words_hash) for _item, row in rows], on=on
    )
    messages: dict[int, list[str]] = {}
    for (item, _row), finding in zip(rows, found, strict=True):
        if finding.needs_checking:
            messages.setdefault(item.id, []).append(finding.message)
    for item in items:
        now_said = "\n".join(messages.get(item.id, ()))
        if item.needs_checking != now_said:
            item.needs_checking = now_said
    session.flush()
    return [item for item in items if item.needs_checking]


def material_from(
    item: OutreachItem,
    *,
    page: str = "",
    contact: str = "",
    picture: Illustration | None = None,
    sounds: tuple[Sound, ...] = (),
) -> Material:
    """The words of a stored material as the designs take them. Raises ValueError without rights."""
    return Material(
        key=item.key,
        title=item.title,
        lines=tuple(item.content["lines"]),
        points=tuple((pair[0], pair[1]) for pair in item.content["points"]),
        script=item.content["script"],
        sources=tuple(row.label for row in item.articles),
        author=item.author,
        rights=item.rights,
        written_on=item.written_on,
        icon=item.icon,
        bai=BaiVersion(item.bai_text, item.bai_source),
        page=page,
        contact=contact,
        song=item.song,
        verse_form=item.verse_form,
        picture=picture,
        sounds=sounds,
    )


def load_starter_set(session: Session, *, editor: Editor, now: datetime) -> list[OutreachItem]:
    """The twelve topics that ship, as drafts; those already there stay as they are."""
    present = set(session.scalars(select(OutreachItem.key)))
    return [
        write_item(session, entry=_starter_entry(topic), editor=editor, now=now, key=topic.key)
        for topic in starter_topics()
        if topic.key not in present
    ]


def _starter_entry(topic: StarterTopic) -> ItemEntry:
    return ItemEntry(
        title=topic.title,
        written_on=topic.written_on,
        topic=topic.key,
        icon=icon_of(topic.key),
        author=topic.author,
        rights=topic.rights,
        lines=topic.lines,
        points=topic.points,
        script=topic.radio,
        articles=tuple(article.label for article in topic.articles),
    )
