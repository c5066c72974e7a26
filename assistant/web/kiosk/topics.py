"""The topics of the first page: what people come for, each with its picture and its statutes.

A topic is a doorway, not a filter of the law: it opens a search in everyday words and names the
statutes that mostly answer it, by their full names.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class Topic:
    """A tile: its key in addresses, label, icon, questions people ask and the statutes behind it."""

    key: str
    label: object
    icon: str
    lead: object
    questions: tuple[str, ...]
    statutes: tuple[str, ...]


TOPICS = {
    topic.key: topic
    for topic in (
        Topic(
            "marriage",
            _l("婚姻家庭"),
            "marriage",
            _l("结婚、离婚、彩礼、夫妻财产、孩子跟谁。"),
            ("离婚冷静期是多少天", "彩礼能不能要回来", "离婚了房子怎么分", "不给抚养费怎么办"),
            ("中华人民共和国民法典",),
        ),
        Topic(
            "violence",
            _l("家庭暴力"),
            "violence",
            _l("挨打、被骂、被关在家里，都可以求助。有危险先打 110。"),
            ("老公打我怎么办", "怎么申请人身安全保护令", "婆婆打骂儿媳怎么办"),
            ("中华人民共和国反家庭暴力法", "中华人民共和国妇女权益保障法"),
        ),
        Topic(
            "elders",
            _l("赡养老人"),
            "elder",
            _l("儿女不养老、老人的房子和钱。"),
            ("儿子不养老人怎么办", "出嫁的女儿要不要赡养父母"),
            ("中华人民共和国老年人权益保障法", "中华人民共和国民法典"),
        ),
        Topic(
            "children",
            _l("未成年人"),
            "child",
            _l("上学、监护、欺负、沉迷网络。"),
            ("孩子在学校被欺负怎么办", "父母外出打工孩子谁来管"),
            ("中华人民共和国未成年人保护法", "中华人民共和国家庭教育促进法"),
        ),
        Topic(
            "inheritance",
            _l("遗产继承"),
            "inherit",
            _l("遗嘱、谁能继承、债要不要还。"),
            ("没有遗嘱遗产怎么分", "遗嘱怎么写才有效", "父亲欠的债儿子要还吗"),
            ("中华人民共和国民法典",),
        ),
        Topic(
            "neighbours",
            _l("邻里纠纷"),
            "neighbour",
            _l("宅基地、通行、排水、采光、树枝过界。"),
            ("邻居的树枝伸到我家地里", "隔壁盖房挡住我家采光", "邻居堵住我家出路"),
            ("中华人民共和国民法典",),
        ),
        Topic(
            "land",
            _l("土地山林"),
            "land",
            _l("承包地、林地、征地补偿、流转。"),
            ("村里把我家承包地收回", "征地补偿怎么算", "外嫁女还有没有承包地"),
            ("中华人民共和国农村土地承包法", "中华人民共和国土地管理法", "中华人民共和国森林法"),
        ),
        Topic(
            "wages",
            _l("打工要钱"),
            "work",
            _l("拖欠工资、工伤、合同、加班。"),
            ("工头拖着工钱不给", "打工受伤谁赔", "没签劳动合同怎么办"),
            ("中华人民共和国劳动合同法", "中华人民共和国劳动法", "中华人民共和国劳动争议调解仲裁法"),
        ),
        Topic(
            "debts",
            _l("借钱欠债"),
            "money",
            _l("借条、利息、担保、过了几年还能不能要。"),
            ("借钱不还怎么办", "利息多高不受保护", "给别人担保要不要还"),
            ("中华人民共和国民法典",),
        ),
        Topic(
            "injury",
            _l("受伤赔偿"),
            "injury",
            _l("打架、狗咬、摔伤、医疗。"),
            ("被狗咬了谁赔", "打架受伤赔多少", "学生在学校摔伤谁负责"),
            ("中华人民共和国民法典", "中华人民共和国治安管理处罚法"),
        ),
        Topic(
            "traffic",
            _l("交通事故"),
            "traffic",
            _l("撞车、保险、逃逸、酒驾。"),
            ("被车撞了怎么赔", "没有保险的车撞了人", "对方逃逸怎么办"),
            ("中华人民共和国道路交通安全法", "中华人民共和国民法典"),
        ),
        Topic(
            "village",
            _l("村务与调解"),
            "village",
            _l("村委会、低保、人民调解、法律援助。"),
            ("村里的账不公开怎么办", "调解协议有没有法律效力", "没钱请律师怎么办"),
            ("中华人民共和国村民委员会组织法", "中华人民共和国人民调解法", "中华人民共和国法律援助法"),
        ),
    )
}
