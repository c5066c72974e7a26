"""A small index of visibly invented articles, built once a run."""

from __future__ import annotations

from datetime import date

from corpus.search._semantic import VectorTable
from corpus.search.documents import IndexedArticle

DAY = date(2026, 1, 1)
HOME = "中华人民共和国示例家事法"
OLD = "中华人民共和国示例旧法"
FIELD = "中华人民共和国示例田地法"


def article(law: str, number: int, text: str, **more: object) -> IndexedArticle:
    """An article of a sample statute."""
    short = law.removeprefix("中华人民共和国")
    suffix = int(str(more.pop("suffix", 0)))
    first = more.get("effective_on", date(2021, 1, 1))
    name = f"{short}#{number}" + (f"-{suffix}" if suffix else "")
    return IndexedArticle(
        citation=f"{name}@{first}",
        law=law,
        short_name=short,
        label=f"第{number}条" + (f"之{suffix}" if suffix else ""),
        number=number,
        suffix=suffix,
        text=text,
        effective_on=first,  # type: ignore[arg-type]
        **{key: value for key, value in more.items() if key != "effective_on"},  # type: ignore[arg-type]
    )


ARTICLES = [
    article(HOME, 1, "示例：夫妻双方自愿离婚的，应当签订书面离婚协议。", nicknames=("家事法",)),
    article(HOME, 2, "示例：离婚时，夫妻共同财产由双方协议处理。", heading_path=("第一章 离婚",)),
    article(HOME, 3, "示例：禁止家庭暴力。受害人可以申请人身安全保护令。", translations=("bca",)),
    article(HOME, 3, "示例：本条是之一条，讲监护。", suffix=1),
    article(FIELD, 1, "示例：承包期内，发包方不得收回承包地。"),
    article(
        FIELD,
        2,
        "示例：旧文，二〇二〇年以前的承包合同。",
        effective_on=date(2003, 3, 1),
        ended_on=date(2021, 1, 1),
    ),
    article(FIELD, 2, "示例：新文，承包合同应当采用书面形式。"),
    article(
        OLD,
        32,
        "示例：感情确已破裂，应准予离婚。",
        effective_on=date(1980, 1, 1),
        ended_on=date(2021, 1, 1),
        repealed=True,
        successors=("示例家事法#2",),
    ),
    article("示例家事法修正案", 1, "示例：将离婚一条修改。离婚。", kind="amendment"),
]
FORWARDING = {"示例远法#5": ("示例家事法#1",)}
NO_VECTORS = VectorTable.empty()
