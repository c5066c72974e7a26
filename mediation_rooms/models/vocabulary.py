"""The closed lists of the case store: short stored values, each with its Chinese name.

Lists that a ministry or a county changes (kinds of dispute, sources, retention) are data under
``mediation_rooms/data``; only what the programme itself decides upon stands here.
"""

from __future__ import annotations

import enum
from typing import Self

from mediation_rooms.wording import N_


class Labelled(enum.StrEnum):
    """A stored value with the Chinese name shown to people."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class RoomKind(Labelled):
    """What a mediation room is called by; says nothing about what it may issue."""

    JINHUA = "jinhua", N_("金花调解室")
    APENG = "apeng", N_("阿鹏调解室")
    EXPERT = "expert", N_("博士（专家）调解室")
    ELDER = "elder", N_("乡贤调解室")
    LAWYER = "lawyer", N_("律师调解室")
    MINORS = "minors", N_("未成年人工作室")
    VOLUNTEER = "volunteer", N_("志愿者服务点")
    GRID = "grid", N_("网格员服务点")


class HostKind(Labelled):
    """The body in whose house a room sits."""

    COURT = "court", N_("人民法院（法庭）")
    PROCURATORATE = "procuratorate", N_("人民检察院")
    POLICE = "police", N_("公安派出所")
    JUSTICE_OFFICE = "justice_office", N_("司法所")
    TOWNSHIP = "township", N_("乡镇（街道）")
    VILLAGE = "village", N_("村民委员会（居民委员会）")
    UNIVERSITY = "university", N_("高等学校")
    LAW_FIRM = "law_firm", N_("律师事务所")
    WOMEN_FEDERATION = "women_federation", N_("妇女联合会")
    OTHER = "other", N_("其他")


class CommitteeKind(Labelled):
    """The six kinds of people's mediation committee of the ministry's table."""

    VILLAGE = "village", N_("村人民调解委员会")
    NEIGHBOURHOOD = "neighbourhood", N_("居民人民调解委员会")
    TOWNSHIP = "township", N_("乡镇人民调解委员会")
    SUBDISTRICT = "subdistrict", N_("街道人民调解委员会")
    ENTERPRISE = "enterprise", N_("企事业单位人民调解委员会")
    SOCIAL = "social", N_("社会团体和其他组织人民调解委员会")


class Post(Labelled):
    """A person's post in a committee."""

    DIRECTOR = "director", N_("主任")
    DEPUTY = "deputy", N_("副主任")
    MEMBER = "member", N_("委员")
    ENGAGED = "engaged", N_("聘任调解员")


class Sex(Labelled):
    """As printed on the forms."""

    FEMALE = "female", N_("女")
    MALE = "male", N_("男")
    NOT_STATED = "not_stated", N_("未填")


class CaseState(Labelled):
    """Where a case file stands; the moves between them are in :mod:`mediation_rooms.workflow`."""

    RECEIVED = "received", N_("待受理")
    DECLINED = "declined", N_("不予受理")
    REFERRED = "referred", N_("已转交其他部门")
    ACCEPTED = "accepted", N_("已受理")
    ENQUIRY = "enquiry", N_("调查中")
    MEDIATING = "mediating", N_("调解中")
    AGREED = "agreed", N_("已达成书面协议，待签署盖章")
    IN_FORCE = "in_force", N_("协议已生效，履行中")
    CONFIRMING = "confirming", N_("司法确认中")
    CONFIRMED = "confirmed", N_("已司法确认，履行中")
    CONFIRMATION_REFUSED = "confirmation_refused", N_("法院未予确认")
    BREACHED = "breached", N_("履行发生争议")
    PERFORMED = "performed", N_("已履行完毕")
    FAILED = "failed", N_("调解不成")
    TERMINATED = "terminated", N_("终止调解")
    CLOSED = "closed", N_("已结案")
    ARCHIVED = "archived", N_("已归档")
    VOIDED = "voided", N_("编号作废")


class Lane(Labelled):
    """The two ways to an agreement (人民调解法第二十八条)."""

    UNDECIDED = "undecided", N_("尚未确定")
    WRITTEN = "written", N_("书面")
    ORAL = "oral", N_("口头")


class Grade(Labelled):
    """Difficulty of a case; given by a person, never computed alone."""

    SIMPLE = "simple", N_("简易")
    ORDINARY = "ordinary", N_("一般")
    DIFFICULT = "difficult", N_("疑难复杂")


class CloseReason(Labelled):
    """Why a file was closed (人民法院在线调解规则第二十五条 and 人民调解法第二十六条)."""

    AGREEMENT = "agreement", N_("达成调解协议")
    RECONCILED = "reconciled", N_("自行和解，撤回申请")
    WITHDRAWN = "withdrawn", N_("当事人撤回申请")
    REFUSED = "refused", N_("一方明确拒绝调解")
    UNREACHABLE = "unreachable", N_("无法与当事人取得联系")
    GAP_TOO_WIDE = "gap_too_wide", N_("分歧较大，难以达成一致")
    TIME_OUT = "time_out", N_("期限届满，未达成一致")
    REFUSED_TO_SIGN = "refused_to_sign", N_("拒绝在协议上签字")
    NOT_ACCEPTABLE = "not_acceptable", N_("不属于人民调解范围")
    TRANSFERRED = "transferred", N_("转交其他部门处理")
    OTHER = "other", N_("其他")


class Channel(Labelled):
    """How a request reached the room."""

    IN_PERSON = "in_person", N_("当面")
    TELEPHONE = "telephone", N_("电话")
    KIOSK = "kiosk", N_("村里的自助终端")
    LETTER = "letter", N_("书面来信")
    VISIT = "visit", N_("调解员上门")
    SCREENING = "screening", N_("排查发现")
    TRANSFER = "transfer", N_("其他部门移送")


class Side(Labelled):
    """On which side of the dispute a party stands."""

    APPLICANT = "applicant", N_("申请人")
    RESPONDENT = "respondent", N_("被申请人")
    THIRD = "third", N_("第三人")


class RepresentativeKind(Labelled):
    """In what capacity somebody acts for a party."""

    GUARDIAN = "guardian", N_("监护人")
    LEGAL_REPRESENTATIVE = "legal_representative", N_("法定代表人（负责人）")
    AGENT = "agent", N_("委托代理人")


class ConsentKind(Labelled):
    """To what a party was asked to agree; each is asked for separately."""

    MEDIATION = "mediation", N_("同意由本调解组织调解")
    MEDIATOR = "mediator", N_("选择或者接受调解员")
    OPENNESS = "openness", N_("调解公开进行")
    PARTICIPANT = "participant", N_("邀请他人参与调解")
    EXTENSION = "extension", N_("延长调解期限")
    SHARING = "sharing", N_("向其他调解室提供材料")
    PERSONAL_INFORMATION = "personal_information", N_("处理个人信息")
    SENSITIVE_INFORMATION = "sensitive_information", N_("处理敏感个人信息")
    TEACHING = "teaching", N_("去除身份后用于普法教学")
    ELECTRONIC_SIGNATURE = "electronic_signature", N_("采用电子签名")
    JUDICIAL_CONFIRMATION = "judicial_confirmation", N_("共同申请司法确认")
    SETTLEMENT = "settlement", N_("同意调解协议内容")
    WRITTEN_FORM = "written_form", N_("要求制作调解协议书")


class Manner(Labelled):
    """How consent, notice or understanding was expressed."""

    WRITTEN = "written", N_("书面签名")
    FINGERPRINT = "fingerprint", N_("按指印")
    ORAL = "oral", N_("口头，已记入笔录")
    TELEPHONE = "telephone", N_("电话，已记录")


class NoticeKind(Labelled):
    """What was explained to a party."""

    RIGHTS_AND_DUTIES = "rights_and_duties", N_("权利义务告知")
    PERSONAL_INFORMATION = "personal_information", N_("个人信息处理告知")
    REMEDIES = "remedies", N_("其他救济途径告知")
    RECORD_READ_BACK = "record_read_back", N_("笔录宣读")
    AGREEMENT_READ_BACK = "agreement_read_back", N_("协议宣读")
    JUDICIAL_CONFIRMATION = "judicial_confirmation", N_("司法确认告知")


class NoticeMedium(Labelled):
    """How a notice reached the party."""

    PAPER = "paper", N_("书面，本人阅读")
    READ_ALOUD = "read_aloud", N_("当面宣读讲解")
    RECORDING = "recording", N_("播放录音")


class SessionResult(Labelled):
    """How a mediation session ended."""

    CONTINUES = "continues", N_("继续调解")
    WRITTEN_AGREEMENT = "written_agreement", N_("达成书面协议")
    ORAL_AGREEMENT = "oral_agreement", N_("达成口头协议")
    NO_AGREEMENT = "no_agreement", N_("未达成协议")


class Capacity(Labelled):
    """In what capacity somebody sat in a session."""

    PARTY = "party", N_("当事人")
    REPRESENTATIVE = "representative", N_("代理人、监护人")
    MEDIATOR = "mediator", N_("调解员")
    RECORDER = "recorder", N_("记录人")
    INTERPRETER = "interpreter", N_("翻译")
    RELATIVE = "relative", N_("亲属")
    NEIGHBOUR = "neighbour", N_("邻里")
    COLLEAGUE = "colleague", N_("同事")
    EXPERT = "expert", N_("有专门知识的人")
    ORGANISATION = "organisation", N_("社会组织人员")


class SignatureMethod(Labelled):
    """How a signature was given."""

    INK = "ink", N_("在纸上签名")
    SEAL = "seal", N_("盖章")
    FINGERPRINT = "fingerprint", N_("在纸上按指印")
    TABLET = "tablet", N_("在平板上手写")


class SignerKind(Labelled):
    """Whose signature it is."""

    PARTY = "party", N_("当事人")
    REPRESENTATIVE = "representative", N_("代理人、监护人")
    MEDIATOR = "mediator", N_("人民调解员")
    RECORDER = "recorder", N_("记录人")
    INTERPRETER = "interpreter", N_("翻译")
    COMMITTEE = "committee", N_("人民调解委员会（印章）")


class SignedPaper(Labelled):
    """Which paper a signature stands on."""

    APPLICATION = "application", N_("调解申请书")
    REGISTRATION = "registration", N_("受理登记表")
    RIGHTS_NOTICE = "rights_notice", N_("权利义务告知书")
    ENQUIRY = "enquiry", N_("调查记录")
    SESSION = "session", N_("调解记录")
    AGREEMENT = "agreement", N_("调解协议书")
    ORAL_AGREEMENT = "oral_agreement", N_("口头协议登记表")
    FOLLOW_UP = "follow_up", N_("回访记录")
    CONFIRMATION = "confirmation", N_("司法确认申请书")
    OTHER = "other", N_("其他文书")


class Performance(Labelled):
    """What somebody found out about performance; never filled in beforehand."""

    UNKNOWN = "unknown", N_("尚未查明")
    NONE = "none", N_("未履行")
    PARTIAL = "partial", N_("部分履行")
    FULL = "full", N_("已履行")


class ConfirmationOutcome(Labelled):
    """What the court did with an application for confirmation."""

    PENDING = "pending", N_("等待法院处理")
    CONFIRMED = "confirmed", N_("裁定有效")
    REJECTED = "rejected", N_("裁定驳回")
    NOT_ACCEPTED = "not_accepted", N_("不予受理")
    WITHDRAWN = "withdrawn", N_("撤回申请")


class VisitForm(Labelled):
    """How a follow-up was made."""

    AT_HOME = "at_home", N_("上门")
    TELEPHONE = "telephone", N_("电话")
    AT_ROOM = "at_room", N_("来室")
    OTHER = "other", N_("其他")


class Satisfaction(Labelled):
    """What the visited person said; empty until asked."""

    SATISFIED = "satisfied", N_("满意")
    FAIR = "fair", N_("基本满意")
    DISSATISFIED = "dissatisfied", N_("不满意")
    NO_ANSWER = "no_answer", N_("不愿表态")


class Answer(Labelled):
    """Answer to a question asked before acceptance."""

    YES = "yes", N_("是")
    NO = "no", N_("否")
    UNSURE = "unsure", N_("不清楚")


class RiskKind(Labelled):
    """Dangers that a file is marked with."""

    DOMESTIC_VIOLENCE = "domestic_violence", N_("家庭暴力")
    MINOR_HARMED = "minor_harmed", N_("未成年人受到侵害或疑似受到侵害")
    ESCALATION = "escalation", N_("可能激化")
    SUICIDE = "suicide", N_("可能引起自杀")
    CRIME = "crime", N_("可能引起治安、刑事案件")
    MASS_PETITION = "mass_petition", N_("可能引起群体性上访")
    MASS_FIGHT = "mass_fight", N_("可能引起群体性械斗")


class ReferralDirection(Labelled):
    """Whither a referral goes."""

    OUT = "out", N_("转其他部门")
    UP = "up", N_("报上一级")
    REPORT = "report", N_("报告")


class PreventedKind(Labelled):
    """The four prevented outcomes of the ministry's table, each in 件 and 人."""

    SUICIDE = "suicide", N_("防止民间纠纷引起自杀")
    CRIME = "crime", N_("防止民间纠纷转化为刑事案件")
    MASS_PETITION = "mass_petition", N_("防止群体性上访")
    MASS_FIGHT = "mass_fight", N_("防止群体性械斗")


class RequestState(Labelled):
    """What became of a request for help sent from a kiosk."""

    NEW = "new", N_("新到")
    OPENED = "opened", N_("已查看")
    TAKEN_UP = "taken_up", N_("已立为案件")
    ANSWERED = "answered", N_("已答复")


class DataRequestKind(Labelled):
    """What a person may ask about their own data (个人信息保护法第四十五条至第四十七条)."""

    COPY = "copy", N_("查阅、复制")
    CORRECTION = "correction", N_("更正、补充")
    DELETION = "deletion", N_("删除")


class DataRequestState(Labelled):
    """Where a request about personal data stands."""

    OPEN = "open", N_("待办")
    DONE = "done", N_("已办理")
    REFUSED = "refused", N_("不予办理，已说明理由")
    FROZEN = "frozen", N_("保存期限未满，已停止其他处理")


class RestrictionState(Labelled):
    """Where a wish to restrict processing stands (个人信息保护法第四十四条)."""

    OPEN = "open", N_("待办")
    IN_FORCE = "in_force", N_("限制中，只存储和保护")
    REFUSED = "refused", N_("不予限制，已说明理由")
    LIFTED = "lifted", N_("本人同意恢复")


class TeachingState(Labelled):
    """Where a story for teaching stands."""

    PREPARED = "prepared", N_("等另一个人复核")
    APPROVED = "approved", N_("复核过，可以用")
    REFUSED = "refused", N_("复核没有通过")


class RetentionClass(Labelled):
    """How long a file is kept; the years are a county's setting."""

    SHORT = "short", N_("短期")
    LONG = "long", N_("长期")
    PERMANENT = "permanent", N_("永久")
