"""What the law asks of who keeps personal data: the register, the year's report on minors, a breach's people.

The register and the assessment rest on 个人信息保护法第五十四条至第五十六条 (kept three years at least), the
list of people and the draft of a notice on 第五十七条, minors on 第三十一条 and 未成年人保护法第一百零三条.
Facts are read from the tables and the trail; what only people can judge is a marked place, never filled.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediation_rooms import audit
from mediation_rooms.actor import Actor
from mediation_rooms.audit import AuditRecord
from mediation_rooms.audit_reading import LOOKS
from mediation_rooms.case_view import day_of
from mediation_rooms.csv_cells import plain_cells
from mediation_rooms.encryption import encrypted_columns
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party
from mediation_rooms.models.requests import RequestForHelp
from mediation_rooms.models.rights import SealedAccess
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.privacy import default_retention_years
from mediation_rooms.store import Base

TO_FILL = "〔由负责人填写〕"
KINDS: Mapping[str, str] = {
    "name": "姓名",
    "id_number": "身份证号",
    "phone": "电话",
    "address": "住址",
    "born_text": "出生日期",
}


@dataclass(frozen=True)
class AffectedPerson:
    """Somebody whose data lay in what was lost: where, which kinds, whether to be told through a guardian."""

    name: str
    phone: str
    file: str
    kinds: tuple[str, ...]
    is_minor: bool


def affected_people(
    session: Session, *, room_code: str | None, actor: Actor, now: datetime
) -> list[AffectedPerson]:
    """Everybody with data in a room (all rooms: None), sealed files too. Leaves a line in the trail."""
    parties = select(Party).join(CaseFile).order_by(CaseFile.id, Party.id)
    asked = select(RequestForHelp).where(RequestForHelp.case_id.is_(None)).order_by(RequestForHelp.id)
    if room_code is not None:
        room = session.scalars(select(MediationRoom).where(MediationRoom.code == room_code)).one()
        parties, asked = (
            parties.where(CaseFile.room_id == room.id),
            asked.where(RequestForHelp.room_id == room.id),
        )
    today = day_of(now)
    found = []
    for party in session.scalars(parties):
        file = party.case.number or f"#{party.case_id}"
        kinds = tuple(label for key, label in KINDS.items() if getattr(party, key))
        found.append(
            AffectedPerson(party.name, party.phone or "", file, kinds, _is_minor(party.born_on, today))
        )
        found += [
            AffectedPerson(each.name, each.phone or "", file, ("姓名",), False)
            for each in party.representatives
        ]
    for request in session.scalars(asked):
        if request.contact_name or request.contact_phone or request.words:
            kinds = tuple(
                label
                for value, label in (
                    (request.contact_name, "姓名"),
                    (request.contact_phone, "电话"),
                    (request.words, "求助内容"),
                )
                if value
            )
            found.append(
                AffectedPerson(
                    request.contact_name or "", request.contact_phone or "", request.reference, kinds, False
                )
            )
    audit.record(
        session,
        actor=actor,
        action="privacy.affected",
        object_kind="person",
        object_id=len(found),
        room_id=None,
        reason=room_code or "",
        now=now,
    )
    return found


def _is_minor(born_on: date | None, today: date) -> bool:
    if born_on is None:
        return False
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day)) < 18


def affected_as_csv(people: Iterable[AffectedPerson]) -> str:
    """The list for those who make the calls; no cell can be taken for a formula."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(("姓名", "电话", "案卷", "信息种类", "未成年人（通知监护人）"))
    for each in people:
        row = (each.name, each.phone, each.file, "、".join(each.kinds), "是" if each.is_minor else "")
        writer.writerow(plain_cells(row))
    return target.getvalue()


def breach_notice(people: list[AffectedPerson], *, today: date, contact: str) -> str:
    """The draft of the notice with what 第五十七条 demands; cause, harm and remedies are for people to write."""
    kinds = sorted({kind for each in people for kind in each.kinds})
    minors = sum(each.is_minor for each in people)
    return "\n".join(
        (
            "# 个人信息安全事件通知（草稿）",
            "",
            f"涉及 {len(people)} 人，其中未成年人 {minors} 人（通知其监护人）。",
            "",
            f"1. 信息种类：{'、'.join(kinds) or TO_FILL}",
            f"2. 原因：{TO_FILL}",
            f"3. 可能造成的危害：{TO_FILL}",
            f"4. 我们已经采取的补救措施：{TO_FILL}",
            f"5. 您可以采取的措施：{TO_FILL}",
            f"6. 联系方式：{contact or TO_FILL}",
            "",
            f"日期：{today.isoformat()}　依据：个人信息保护法第五十七条",
            "",
        )
    )


def processing_register(*, today: date) -> str:
    """The register of processing and the frame of the impact assessment, from the tables as they are."""
    fields = defaultdict(list)
    for table, column in encrypted_columns(Base.metadata):
        fields[table].append(column)
    years = default_retention_years()
    lines = [
        "# 个人信息处理情况记录和影响评估",
        "",
        f"日期：{today.isoformat()}。保存至少三年（个人信息保护法第五十六条）。",
        "",
        "## 处理情况",
        "",
        "- 目的：调解民间纠纷、制作文书、督促履行、依法归档",
        "- 方式：本机登记、加密保存、按角色使用；不自动决策，不向境外提供",
        "- 保管期限："
        + "、".join(
            f"{each.label} {count or '永久'}{' 年' if count else ''}" for each, count in years.items()
        ),
        "",
        "| 表 | 加密保存的个人信息项 |",
        "| --- | --- |",
        *(
            f"| `{table}` | {'、'.join(f'`{name}`' for name in names)} |"
            for table, names in sorted(fields.items())
        ),
        "",
        "## 影响评估（第五十六条）",
        "",
        f"1. 目的、方式是否合法、正当、必要：{TO_FILL}",
        f"2. 对个人权益的影响及安全风险：{TO_FILL}",
        f"3. 保护措施是否合法、有效并与风险程度相适应：{TO_FILL}",
        "",
        f"评估人：{TO_FILL}　日期：{TO_FILL}",
        "",
    ]
    return "\n".join(lines)


def minors_report(session: Session, *, year: int, today: date) -> str:
    """Counts of one year's work with minors' data; no name, no number of a file."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    ids = set(session.scalars(select(CaseFile.id).where(CaseFile.involves_minor)))
    of_people = set(session.scalars(select(Party.id).join(CaseFile).where(CaseFile.involves_minor)))
    reached = {"case_file": ids, "party": of_people}
    opened = session.scalar(
        select(func.count()).where(
            CaseFile.involves_minor, CaseFile.applied_on >= first, CaseFile.applied_on <= last
        )
    )
    unsealed = session.scalar(
        select(func.count()).where(CaseFile.involves_minor, CaseFile.is_sealed.is_(False))
    )
    approvals = [each for each in session.scalars(select(SealedAccess)) if each.approved_at.year == year]
    lines = session.execute(
        select(
            AuditRecord.action,
            AuditRecord.object_kind,
            AuditRecord.object_id,
            AuditRecord.happened_at,
            AuditRecord.result,
        ).where(AuditRecord.action.in_(LOOKS | {"case.reveal"}))
    )
    looks: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        of_minors = reached.get(line.object_kind, set())
        if line.happened_at.year == year and line.object_id.isdigit() and int(line.object_id) in of_minors:
            looks["look" if line.action in LOOKS else line.action, line.result] += 1
    return "\n".join(
        (
            f"# {year} 年未成年人个人信息合规审计",
            "",
            f"日期：{today.isoformat()}　依据：个人信息保护法第三十一条、第五十四条，未成年人保护法第一百零三条",
            "",
            "| 项目 | 数 |",
            "| --- | ---: |",
            f"| 当年提出、涉及未成年人的案卷 | {opened or 0} |",
            f"| 涉及未成年人而没有封存的案卷（应为 0） | {unsealed or 0} |",
            f"| 批准打开封存案卷 | {len(approvals)} |",
            f"| 其中批准超过 30 天 | {sum((a.until_on - a.approved_at.date()).days > 30 for a in approvals)} |",
            f"| 查看 | {looks['look', 'done']} |",
            f"| 查看被拒绝 | {sum(count for (_a, result), count in looks.items() if result != 'done')} |",
            f"| 显示身份信息 | {looks['case.reveal', 'done']} |",
            "",
            f"发现的问题和整改：{TO_FILL}",
            "",
            f"审计人：{TO_FILL}",
            "",
        )
    )
