"""The ornaments of the design family, drawn by rule as SVG: tie-dye flowers, a camellia, mountains and a lake.

Everything is made of plain shapes and CMYK-safe colours, drawn for this product. The same call gives the
same bytes. The figures stand for Bai tie-dye, Dali's camellia, Cangshan and Erhai; no pattern is copied.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

INDIGO, INDIGO_DEEP, INDIGO_SOFT = "#1c3d78", "#122a57", "#dfe8f5"
CAMELLIA, CAMELLIA_DEEP, CAMELLIA_SOFT = "#b3163a", "#7d0f2a", "#e9b8c2"
GOLD, LEAF, INK = "#d9a441", "#3f6b4a", "#16213a"

_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'


@cache
def tie_dye_flower(*, colour: str = "#ffffff", petals: int = 12) -> str:
    """One tied flower, 200 × 200: rings of stitched dots around petals, fading outwards."""
    shapes = [f'<circle cx="100" cy="100" r="5" fill="{colour}"/>']
    shapes += _petal_ring(colour, count=petals, radius=22, length=11, width=4.2, opacity=0.95)
    shapes += _petal_ring(colour, count=petals, radius=45, length=12, width=5.4, opacity=0.85, turn=0.5)
    for radius, size, opacity in ((63, 2.5, 0.8), (72, 2.1, 0.6), (81, 1.8, 0.45), (90, 1.4, 0.3)):
        shapes += _dot_ring(colour, count=petals * 3, radius=radius, size=size, opacity=opacity)
    return _drawing(200, 200, shapes)


@cache
def tie_dye_cloth(*, colour: str = "#ffffff", opacity: float = 0.2) -> str:
    """A cloth, 400 × 560, of small flowers in staggered rows; to be laid over indigo."""
    shapes: list[str] = []
    for row in range(15):
        for column in range(11):
            x, y = column * 40 + (20 if row % 2 else 0), row * 40
            shapes += _small_flower(x, y, colour, large=(row + column * 2) % 5 == 0)
    return _drawing(400, 560, [f'<g opacity="{opacity}">', *shapes, "</g>"])


@cache
def stitched_band(*, colour: str = "#ffffff") -> str:
    """A band, 600 × 24: diamonds and dots as along the hem of a cloth."""
    shapes = [f'<path d="M0 2H600M0 22H600" stroke="{colour}" stroke-width="1.2" fill="none"/>']
    for index in range(25):
        x = 12 + index * 24
        shapes.append(
            f'<path d="M{x - 7} 12L{x} 5L{x + 7} 12L{x} 19Z" fill="none" stroke="{colour}" stroke-width="1.4"/>'
        )
        shapes.append(f'<circle cx="{x}" cy="12" r="2" fill="{colour}"/>')
        shapes.append(f'<circle cx="{x + 12}" cy="12" r="1.3" fill="{colour}"/>')
    return _drawing(600, 24, shapes)


@cache
def camellia(*, leaves: bool = True) -> str:
    """A camellia in full flower, 200 × 200, with its leaves behind it."""
    shapes = []
    if leaves:
        shapes += [_leaf(100, 100, angle) for angle in (200, 248, 20, 335)]
    for count, radius, size, colour, turn in (
        (7, 46, 35, CAMELLIA_DEEP, 0.0),
        (7, 34, 31, CAMELLIA, 0.5),
        (6, 20, 25, "#c9365a", 0.2),
        (5, 9, 17, "#d9607c", 0.6),
    ):
        for index in range(count):
            angle = (index + turn) * math.tau / count
            x, y = 100 + radius * math.cos(angle), 100 + radius * math.sin(angle)
            degrees = math.degrees(angle)
            shapes.append(
                f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{size * 0.92:.1f}" ry="{size:.1f}" fill="{colour}" '
                f'stroke="#ffffff" stroke-opacity=".35" stroke-width="1.2" transform="rotate({degrees:.1f} {x:.1f} {y:.1f})"/>'
            )
    shapes += _dot_ring(GOLD, count=11, radius=12, size=2.6, opacity=1)
    shapes += _dot_ring("#f0cf86", count=7, radius=6, size=2.2, opacity=1)
    shapes.append('<circle cx="100" cy="100" r="3" fill="#f7e3b2"/>')
    return _drawing(200, 200, shapes)


@cache
def mountains_and_lake() -> str:
    """Ridges above a lake, 600 × 260; the sky stays empty so that it lies over any ground."""
    shapes = []
    for base, rise, step, phase, colour in (
        (96, 62, 47, 0.4, "#b9c9e2"),
        (128, 58, 61, 2.1, "#7f9cc8"),
        (158, 44, 53, 4.0, "#45689f"),
        (182, 26, 71, 1.3, INDIGO),
    ):
        shapes.append(f'<path d="{_ridge(base, rise, step, phase)}" fill="{colour}"/>')
    shapes.append(f'<rect x="0" y="186" width="600" height="74" fill="{INDIGO_DEEP}"/>')
    for row in range(6):
        y = 194 + row * 11
        waves = "".join(f"q10 {-4 if (index + row) % 2 else 4} 20 0" for index in range(31))
        shapes.append(
            f'<path d="M{-10 * (row % 2)} {y}{waves}" fill="none" stroke="#ffffff" stroke-width="1.3" opacity="{0.5 - row * 0.06:.2f}"/>'
        )
    return _drawing(600, 260, shapes)


@cache
def screen_wall() -> str:
    """The head of a screen wall, 600 × 92: grey tiles with turned-up corners over a painted frieze."""
    shapes = [
        f'<path d="M4 50C60 46 70 30 96 14H504C530 30 540 46 596 50L590 58H10Z" fill="{INDIGO_DEEP}"/>',
        '<path d="M96 14H504" stroke="#ffffff" stroke-width="3" opacity=".8"/>',
    ]
    for index in range(40):
        x = 100 + index * 10.2
        lower = 300 + (x - 300) * 1.18
        shapes.append(
            f'<path d="M{x:.1f} 17L{lower:.1f} 54" stroke="#ffffff" stroke-width="1" opacity=".35"/>'
        )
    shapes.append(f'<rect x="24" y="60" width="552" height="24" fill="{INDIGO_SOFT}"/>')
    for index in range(23):
        x = 36 + index * 24
        shapes += _small_flower(x, 72, INDIGO, large=False)
    shapes.append(f'<path d="M24 60H576M24 84H576" stroke="{INDIGO}" stroke-width="1.6"/>')
    return _drawing(600, 92, shapes)


def _drawing(width: int, height: int, shapes: list[str]) -> str:
    return _HEAD.format(width=width, height=height) + "".join(shapes) + "</svg>"


def _petal_ring(
    colour: str, *, count: int, radius: float, length: float, width: float, opacity: float, turn: float = 0
) -> Iterator[str]:
    for index in range(count):
        angle = (index + turn) * math.tau / count
        x, y = 100 + radius * math.cos(angle), 100 + radius * math.sin(angle)
        yield (
            f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{length}" ry="{width}" fill="{colour}" opacity="{opacity}" '
            f'transform="rotate({math.degrees(angle):.1f} {x:.1f} {y:.1f})"/>'
        )


def _dot_ring(colour: str, *, count: int, radius: float, size: float, opacity: float) -> Iterator[str]:
    for index in range(count):
        angle = index * math.tau / count
        x, y = 100 + radius * math.cos(angle), 100 + radius * math.sin(angle)
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="{colour}" opacity="{opacity}"/>'


def _small_flower(x: float, y: float, colour: str, *, large: bool) -> Iterator[str]:
    yield f'<circle cx="{x}" cy="{y}" r="2" fill="{colour}"/>'
    rings = ((5.5, 8, 1.3), (10, 12, 1.1), (14.5, 16, 0.9)) if large else ((5, 8, 1.2), (8.5, 10, 0.8))
    for radius, count, size in rings:
        for index in range(count):
            angle = index * math.tau / count
            yield (
                f'<circle cx="{x + radius * math.cos(angle):.1f}" cy="{y + radius * math.sin(angle):.1f}" '
                f'r="{size}" fill="{colour}"/>'
            )


def _leaf(x: float, y: float, angle: float) -> str:
    return (
        f'<g transform="translate({x} {y}) rotate({angle})"><path d="M40 0C60 -26 84 -24 98 0C84 20 60 22 40 0Z" '
        f'fill="{LEAF}"/><path d="M44 0H92" stroke="#ffffff" stroke-width="1.3" opacity=".5"/></g>'
    )


def _ridge(base: float, rise: float, step: float, phase: float) -> str:
    points = []
    for x in range(0, 601, 10):
        height = math.sin(x / step + phase) * 0.5 + math.sin(x / (step * 0.37) + phase * 2) * 0.28
        height += math.sin(x / (step * 0.17) + phase * 3) * 0.1
        points.append(f"L{x} {base - rise * height * 0.62:.1f}")
    return "M0 260" + "".join(points) + "L600 260Z"
