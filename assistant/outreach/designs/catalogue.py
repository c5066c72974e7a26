"""Which designs there are, their sizes, and what each is good for."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class DesignKind(enum.StrEnum):
    """What is printed or shown."""

    POSTER = "poster"
    LEAFLET = "leaflet"
    SLIDES = "slides"
    BOOKLET = "booklet"
    SCREEN = "screen"
    SHEET = "sheet"


@dataclass(frozen=True)
class Design:
    """A design: template file, trimmed size in millimetres, its Chinese name and when to choose it."""

    key: str
    kind: DesignKind
    label: str
    advice: str
    template: str
    width_millimetres: float
    height_millimetres: float
    uses_sans_only: bool = True

    @property
    def picture_millimetres(self) -> tuple[float, float] | None:
        """The size of the place for an uploaded picture, as the template has it; None where there is none."""
        return _PICTURE_PLACES.get(self.key)


_PICTURE_PLACES = {
    "cloth": (54, 54), "camellia": (120, 84), "mountains": (66, 66), "upright": (150, 66),
    "three-fold": (83, 62), "two-fold": (132, 62), "pocket": (58, 58),
    "reader": (92, 70), "palm": (66, 48), "lecture": (76, 46), "daylight": (76, 46),
    "cover": (230, 230), "square": (220, 150), "tall": (520, 250),
}  # fmt: skip
"""Width and height in millimetres (pixels for screens), beside the coordinates in the templates."""


def _posters() -> tuple[Design, ...]:
    rows = (
        ("cloth", "扎染", "整张蓝底，远处也看得见，适合赶集和村口", True),
        ("camellia", "茶花", "白底省墨，适合用打印机自己打印", True),
        ("mountains", "苍洱", "山水作底，适合活动室长期张贴", True),
        ("wall", "照壁", "标题逐字入格，适合四到八个字的标题", False),
        ("upright", "直书", "标题竖排，给白语版留的地方最大", True),
        ("questions", "问答", "一问一答，适合宣传栏近看", True),
    )
    return tuple(
        Design(key, DesignKind.POSTER, label, advice, "posters.typ", 297, 420, uses_sans_only=plain)
        for key, label, advice, plain in rows
    )


DESIGNS: dict[str, Design] = {
    design.key: design
    for design in (
        *_posters(),
        Design("three-fold", DesignKind.LEAFLET, "三折页", "A4 横放折两道，六面", "leaflets.typ", 297, 210),
        Design("two-fold", DesignKind.LEAFLET, "对折页", "A4 横放折一道，四面，字最大", "leaflets.typ", 297, 210),
        Design("pocket", DesignKind.LEAFLET, "口袋折页", "A4 横放折三道，八面窄条", "leaflets.typ", 297, 210),
        Design("lecture", DesignKind.SLIDES, "讲堂", "蓝底，适合投影暗屋", "slides.typ", 338.667, 190.5),
        Design("daylight", DesignKind.SLIDES, "白天", "白底，适合亮屋和电视", "slides.typ", 338.667, 190.5),
        Design("reader", DesignKind.BOOKLET, "读本", "A5，一页一题", "booklets.typ", 148, 210),
        Design("palm", DesignKind.BOOKLET, "掌中书", "A6，揣在口袋里", "booklets.typ", 105, 148),
        Design("singer", DesignKind.SHEET, "唱本页", "A4，字大行宽，给唱的人放在谱架上", "singer.typ", 210, 297, uses_sans_only=False),
        Design("cover", DesignKind.SCREEN, "公众号封面", "900×383", "screens.typ", 900, 383),
        Design("square", DesignKind.SCREEN, "方图", "1080×1080，群里转发", "screens.typ", 1080, 1080),
        Design("tall", DesignKind.SCREEN, "竖屏", "1080×1920，手机全屏和竖屏电视", "screens.typ", 1080, 1920),
    )
}  # fmt: skip


def designs_of(kind: DesignKind) -> tuple[Design, ...]:
    """All designs of a kind in their order."""
    return tuple(design for design in DESIGNS.values() if design.kind is kind)
