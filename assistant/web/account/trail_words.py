"""The actions of the trail in words: what it was about, and what was done. A new word falls back to its code."""

from __future__ import annotations

from assistant.i18n import gettext as _
from assistant.i18n import lazy_gettext as _l
from mediation_rooms.workflow import STEP_BY_NAME

AREAS = {
    "access": _l("页面"), "account": _l("账户"), "backup": _l("备份"), "browsing": _l("提醒"), "case": _l("案卷"),
    "clock": _l("时钟"), "device": _l("终端"), "edition": _l("发行包"), "event": _l("普法活动"), "export": _l("对外提供"),
    "form": _l("表单"), "keys": _l("密钥"), "law": _l("法规"), "outreach": _l("普法材料"), "prevented": _l("预防事件"),
    "privacy": _l("个人信息"), "recording": _l("录音"), "register": _l("名册"), "request": _l("求助"), "retention": _l("到期鉴定"),
    "screening": _l("排查"), "sign_in": _l("登录"), "sign_out": _l("退出"), "speaker": _l("讲述人"), "statistics": _l("统计表"),
    "store": _l("数据库"), "teaching": _l("教学案例"), "term": _l("词条"), "trail": _l("操作记录"), "unit": _l("译文"), "work": _l("后台工作"),
}  # fmt: skip
VERBS = {
    "add": _l("新增"), "add_evidence": _l("登记证据"), "add_party": _l("登记当事人"), "add_representative": _l("登记代理人"),
    "affected": _l("列出受影响的人"), "agree": _l("同意"), "alert": _l("提醒"), "amend": _l("改写"), "answer": _l("答复"),
    "answer_gate": _l("回答受理前的问题"), "answer_risk": _l("答复风险"), "answers": _l("登记答卷"), "approve": _l("批准"),
    "approve_opening": _l("批准打开封存案卷"), "ask": _l("提出"), "ask_opinion": _l("请人提意见"), "assign": _l("分派"),
    "assign_mediator": _l("指定调解员"), "attach": _l("存入文件"), "attachment": _l("取出文件"), "begin": _l("开始"), "bind": _l("装订"),
    "build": _l("制作"), "call_off": _l("取消"), "cancel": _l("取消"), "cancel_session": _l("取消调解"), "carry": _l("抄到别的盘"),
    "change": _l("更改"), "cite_article": _l("引用条文"), "code": _l("验证码"), "comment": _l("批注"), "committee": _l("调委会"), "confirm": _l("核实"),
    "consent": _l("登记同意"), "copy": _l("复制"), "correct": _l("更正"), "counts": _l("收进计数"), "create": _l("新建"), "decide": _l("决定"),
    "destroy": _l("销毁"), "disable": _l("停用"), "download": _l("下载"), "draft_agreement": _l("起草协议"), "drill": _l("恢复演练"),
    "end_sessions": _l("退出其他浏览器"), "enrol_kiosk": _l("登记为自助终端"), "export": _l("导出"), "extend": _l("延期"), "first": _l("第一次设密码"),
    "forged_field": _l("多出来的字段"), "forget": _l("到期去除内容"), "give_opinion": _l("提意见"), "import": _l("导入"), "install": _l("安装"),
    "jumped": _l("往回跳"), "lift": _l("恢复处理"), "list": _l("查看名单"), "load": _l("放入"), "mediator": _l("调解员"), "note": _l("写便条"),
    "notice": _l("告知"), "open": _l("打开"), "pack": _l("打包"), "password": _l("改密码"), "performance": _l("登记履行"), "photograph": _l("照片"),
    "picture": _l("图片"), "plan_visit": _l("安排回访"), "print": _l("打印文书"), "propose": _l("提出"), "prepare": _l("准备"), "raise_risk": _l("登记风险"),
    "record": _l("登记"), "record_enquiry": _l("登记调查"), "record_oral_agreement": _l("登记口头协议"), "record_payment": _l("登记付款"),
    "record_session": _l("登记调解"), "record_term_performed": _l("登记一项履行"), "refer_report": _l("报告"), "refer_out": _l("转其他部门"), "refer_up": _l("报上一级"), "reopen": _l("重新调解"),
    "replace_mediator": _l("更换调解员"), "replay": _l("恢复后重新执行"), "reset": _l("重置"), "restore": _l("恢复"), "restrict": _l("限制处理的决定"),
    "retire": _l("去掉旧密钥"), "reveal": _l("显示身份信息"), "review": _l("复核"), "rewrite": _l("改写"), "rollback": _l("退回上一版"), "room": _l("调解室"),
    "rotate": _l("更换密钥"), "search": _l("查找"), "second_factor": _l("第二步验证"), "share": _l("共享"), "sign": _l("签名"), "sound": _l("声音"),
    "standing": _l("改角色"), "step": _l("办一步"), "stop_sharing": _l("停止共享"), "store": _l("存入文件"), "take_up": _l("立案"), "undo": _l("撤销上一步"), "view": _l("查看"),
    "visit": _l("回访"), "withdraw": _l("撤回"), "withdraw_agreement": _l("撤回协议"), "write": _l("写"),
}  # fmt: skip

RESULTS = {
    "done": _l("办了"), "begun": _l("开始办"), "refused": _l("没有准许"), "failed": _l("没有办成"), "ignored": _l("没有理会"),
}  # fmt: skip
OBJECTS = {
    "case_file": _l("案卷"), "case": _l("案卷"), "party": _l("当事人"), "person": _l("本人"), "account": _l("账户"), "request": _l("求助"),
    "backup": _l("备份"), "ledger": _l("台账"), "committee": _l("调委会"), "room": _l("调解室"), "mediator": _l("调解员"), "key": _l("密钥"),
    "workbench": _l("译文"), "outreach": _l("普法材料"), "work": _l("后台工作"), "overview": _l("统计表"), "copy": _l("个人信息副本"),
}  # fmt: skip


def result_in_words(result: str) -> str:
    """How it ended."""
    return str(RESULTS.get(result, result))


def object_in_words(kind: str) -> str:
    """What kind of thing it was done to; the name of an address as it stands."""
    return str(OBJECTS.get(kind, kind))


def in_words(action: str) -> str:
    """``case.print`` as 案卷：打印文书; a step of a file by its own name; what is unknown as it stands."""
    area, _dot, verb = action.partition(".")
    if area not in AREAS:
        return action
    if not verb:
        return str(AREAS[area])
    if area == "case" and verb in STEP_BY_NAME:
        done = _(STEP_BY_NAME[verb].label)
    else:
        done = str(VERBS.get(verb, verb))
    return f"{AREAS[area]}：{done}"


def is_known(action: str) -> bool:
    """Whether every word of an action is in these lists."""
    area, _dot, verb = action.partition(".")
    return area in AREAS and (not verb or verb in VERBS or (area == "case" and verb in STEP_BY_NAME))


WORDS = {"in_words": in_words, "result_in_words": result_in_words, "object_in_words": object_in_words}
"""What the table of lines needs."""
