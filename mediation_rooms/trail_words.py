"""Lines of the trail in words: what was done, to what, with which result.

The trail keeps short codes, so that a line means the same in every language and for ever; whoever reads
it on a page is told in words. A code without words is shown as it is: better than no line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms.audit import AuditRecord
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.handing_on import HandedKind
from mediation_rooms.wording import N_
from mediation_rooms.workflow import STEPS

ACTIONS: Final[Mapping[str, str]] = {
    # signing in, accounts, devices
    "sign_in": N_("登录"),
    "sign_in.code": N_("输入验证码"),
    "sign_in.first": N_("用一次性代码设密码"),
    "sign_out": N_("退出登录"),
    "access": N_("打开没有权限的页面"),
    "account.create": N_("新建账户"),
    "account.standing": N_("改岗位"),
    "account.disable": N_("停用账户"),
    "account.reset": N_("作废密码"),
    "account.password": N_("设密码"),
    "account.second_factor": N_("绑定验证器"),
    "account.recovery_codes": N_("换备用代码"),
    "account.end_sessions": N_("退出其他浏览器"),
    "account.mediator": N_("和名册里的调解员连上"),
    "sign_in.confirm": N_("再输一次密码"),
    "machine.kiosk": N_("把机器登记为自助终端"),
    "machine.shared": N_("把机器记为多人共用"),
    "machine.own": N_("把机器记为一个人用"),
    # looking
    "case.view": N_("看案卷"),
    "case.search": N_("查找案卷"),
    "case.reveal": N_("看完整的身份信息"),
    "case.print": N_("打印文书"),
    "case.attachment": N_("打开附件"),
    "case.bind": N_("装订整卷"),
    "case.download": N_("下载整卷"),
    "trail.view": N_("看操作记录"),
    "trail.export": N_("导出操作记录"),
    "statistics.export": N_("导出统计表"),
    "work.cancel": N_("取消做到一半的工作"),
    "work.download": N_("下载做好的文件"),
    # a file
    "case.open": N_("登记纠纷"),
    "case.reopen": N_("重新打开案卷"),
    "case.import": N_("导入案卷"),
    "case.amend": N_("改登记的内容"),
    "case.note": N_("写便笺"),
    "case.add_party": N_("添当事人"),
    "case.add_representative": N_("添代理人"),
    "case.answer_gate": N_("回答受理前的问题"),
    "case.notice": N_("登记告知"),
    "case.consent": N_("登记同意"),
    "case.assign_mediator": N_("指定调解员"),
    "case.replace_mediator": N_("更换调解员"),
    "case.record_enquiry": N_("登记调查"),
    "case.add_evidence": N_("添证据"),
    "case.attach": N_("放进附件"),
    "case.record_session": N_("写调解记录"),
    "case.cancel_session": N_("取消调解"),
    "case.extend": N_("延长期限"),
    "case.cite_article": N_("引用条文"),
    "case.draft_agreement": N_("写调解协议"),
    "case.withdraw_agreement": N_("撤下协议"),
    "case.record_oral_agreement": N_("登记口头协议"),
    "case.sign": N_("登记签名"),
    "case.record_payment": N_("登记付款"),
    "case.record_term_performed": N_("登记一项履行完"),
    "case.performance": N_("登记履行情况"),
    "case.plan_visit": N_("安排回访"),
    "case.visit": N_("登记回访"),
    "case.raise_risk": N_("登记风险"),
    "case.answer_risk": N_("处置风险"),
    "case.share": N_("请其他调解室看案卷"),
    "case.stop_sharing": N_("停止给其他调解室看"),
    "case.ask_opinion": N_("请专家提意见"),
    "case.give_opinion": N_("提意见"),
    "case.refer_out": N_("转其他部门"),
    "case.refer_up": N_("报上一级"),
    "case.refer_report": N_("报告"),
    "case.approve_opening": N_("批准打开封存的案卷"),
    "case.export": N_("对外提供"),
    "export.ask": N_("申请对外提供"),
    "export.approve": N_("同意对外提供"),
    # personal data, keeping
    "privacy.ask": N_("登记个人信息的请求"),
    "privacy.list": N_("看个人信息的请求"),
    "privacy.decide": N_("决定个人信息的请求"),
    "privacy.correct": N_("更正个人信息"),
    "privacy.copy": N_("做个人信息副本"),
    "privacy.restrict": N_("决定限制处理的请求"),
    "privacy.lift": N_("恢复处理个人信息"),
    "privacy.affected": N_("列出泄露涉及的人"),
    "privacy.replay": N_("恢复备份后再做一次更正、删除"),
    "retention.propose": N_("提出销毁"),
    "retention.agree": N_("同意销毁"),
    "retention.destroy": N_("销毁案卷"),
    "retention.replay": N_("恢复备份后再销毁一次"),
    "teaching.prepare": N_("准备普法案例"),
    "teaching.rewrite": N_("改普法案例"),
    "teaching.review": N_("复核普法案例"),
    # requests, screening, registers
    "request.open": N_("打开求助"),
    "request.take_up": N_("把求助登记为纠纷"),
    "request.answer": N_("答复求助"),
    "request.report": N_("报告纠纷"),
    "request.forget": N_("到期去掉求助的内容"),
    "screening.record": N_("登记排查"),
    "prevented.record": N_("登记预防事件"),
    "prevented.confirm": N_("确认预防事件"),
    "register.room": N_("改调解室名册"),
    "register.committee": N_("改调委会名册"),
    "register.mediator": N_("改调解员名册"),
    "register.change": N_("登记调委会变动"),
    "register.view": N_("看名册"),
    "register.export": N_("导出变动通知"),
    # translation and outreach
    "unit.begin": N_("开始翻译"),
    "unit.write": N_("写译文"),
    "unit.step": N_("审校译文"),
    "unit.comment": N_("给译文写意见"),
    "unit.assign": N_("分派译文"),
    "unit.import": N_("导入译文"),
    "unit.export": N_("导出译文"),
    "speaker.list": N_("看说话人名单"),
    "speaker.add": N_("登记说话人"),
    "speaker.withdraw": N_("登记说话人撤回同意"),
    "recording.store": N_("存录音"),
    "recording.approve": N_("批准录音"),
    "recording.withdraw": N_("撤回录音"),
    "term.propose": N_("提出词"),
    "term.step": N_("审词"),
    "term.import": N_("导入词表"),
    "term.export": N_("导出词表"),
    "outreach.load": N_("放上十二个主题"),
    "outreach.write": N_("写宣传材料"),
    "outreach.step": N_("审宣传材料"),
    "outreach.export": N_("导出宣传材料"),
    "outreach.import": N_("收下普法案例"),
    "outreach.picture": N_("换材料的图"),
    "outreach.sound": N_("改材料的录音"),
    "outreach.pack": N_("做材料包"),
    "event.write": N_("登记活动"),
    "event.call_off": N_("取消活动"),
    "event.undo": N_("撤销活动的改动"),
    "event.photograph": N_("改活动照片"),
    "event.answers": N_("抄入答卷"),
    "event.counts": N_("收下终端的数"),
    # the machine
    "backup.create": N_("做备份"),
    "backup.drill": N_("演练恢复"),
    "backup.carry": N_("把备份抄到别的盘"),
    "backup.restore": N_("恢复备份"),
    "backup.decide_again": N_("恢复后重新执行各项决定"),
    "store.copy": N_("把数据搬到另一个数据库"),
    "store.back": N_("把数据库退回旧结构"),
    "keys.rotate": N_("更换密钥"),
    "keys.retire": N_("去掉旧密钥"),
    "law.import": N_("导入法规"),
    "edition.build": N_("做发行包"),
    "edition.sign": N_("给发行包签名"),
    "edition.install": N_("安装发行包"),
    "edition.rollback": N_("退回上一个发行包"),
    "clock.jumped": N_("时钟跳了"),
    "browsing.alert": N_("提醒"),
    "form.forged_field": N_("表单里有不认识的格子"),
}
_STEPS: Final[Mapping[str, str]] = {f"case.{step.name}": step.label for step in STEPS}
OBJECTS: Final[Mapping[str, str]] = {
    "account": N_("账户"),
    "case": N_("案卷"),
    "case_file": N_("案卷"),
    "party": N_("当事人"),
    "person": N_("个人"),
    "request": N_("求助"),
    "screening": N_("排查"),
    "prevented": N_("预防事件"),
    "room": N_("调解室"),
    "committee": N_("调委会"),
    "mediator": N_("调解员"),
    "backup": N_("备份"),
    **{kind.value: kind.label for kind in HandedKind},
}
RESULTS: Final[Mapping[str, str]] = {
    "done": N_("做了"),
    "begun": N_("开始做"),
    "failed": N_("没有做成"),
    "refused": N_("没有准许"),
    "ignored": N_("没有理会"),
}


def words_of_action(action: str) -> str:
    """What was done, in Chinese; the code itself where no words are known."""
    return ACTIONS.get(action) or _STEPS.get(action) or action


def words_of_object(kind: str) -> str:
    """What it was done to, in Chinese."""
    return OBJECTS.get(kind, kind)


def words_of_result(result: str) -> str:
    """How it ended, in Chinese."""
    return RESULTS.get(result, result)


def numbers_of_files(session: Session, lines: Iterable[AuditRecord]) -> dict[str, str]:
    """The numbers of the files that these lines are about, by the id in the line; files without one are left out."""
    ids = {
        int(line.object_id) for line in lines if line.object_kind == "case_file" and line.object_id.isdigit()
    }
    found = session.execute(select(CaseFile.id, CaseFile.number).where(CaseFile.id.in_(ids)))
    return {str(case_id): number for case_id, number in found if number}
