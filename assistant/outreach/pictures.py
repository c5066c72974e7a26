"""Taking in a picture from outside: judged by content, bounded, re-encoded so that nothing hidden comes along.

Cameras write the place and time of a photograph into it; a re-encoded picture holds only what is seen.
A drawing (SVG) may hold programmes and addresses; one that does is refused, not repaired.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 40_000_000
MOST_BYTES = 20 * 1024 * 1024
LONGEST_SIDE = 5000
"""300 dpi on an A3 poster."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_DRAWING = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|svg|!--|!DOCTYPE)", re.IGNORECASE)
_INSTRUCTION = re.compile(rb"<\?(?!xml\s)", re.IGNORECASE)
"""What may stand before the drawing and fetch a style from elsewhere (``<?xml-stylesheet … ?>``)."""
_OWN_REFERENCE = re.compile(r"url\(\s*['\"]?#", re.IGNORECASE)
_FORBIDDEN_ELEMENTS = {
    "script",
    "foreignobject",
    "iframe",
    "object",
    "embed",
    "image",
    "use",
    "style",
    "animate",
    "set",
    "a",
}


class PictureRefused(ValueError):
    """The picture cannot be taken in; the message says why and what to do."""


@dataclass(frozen=True)
class Picture:
    """A picture that is safe to keep: its kind (``png``, ``jpeg`` or ``svg``), size in pixels and bytes."""

    kind: str
    width: int
    height: int
    content: bytes


def take_in(content: bytes) -> Picture:
    """The picture without anything that is not seen. Raises PictureRefused with a sentence."""
    if len(content) > MOST_BYTES:
        raise PictureRefused(
            f"图片有 {len(content) // 1_000_000} 兆，最多 {MOST_BYTES // 1_048_576} 兆。请先缩小。"
        )
    if _DRAWING.match(content):
        return _drawing(content)
    return _photograph(content)


def _photograph(content: bytes) -> Picture:
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
            width, height = opened.size
            if width * height > MOST_PIXELS:
                megapixels = width * height / 1_000_000
                raise PictureRefused(
                    f"图片有 {megapixels:.0f} 百万像素，最多 {MOST_PIXELS // 1_000_000} 百万。请先缩小。"
                )
            seen = ImageOps.exif_transpose(opened)
            has_alpha = "A" in seen.getbands() or "transparency" in seen.info
            plain = seen.convert("RGBA" if has_alpha else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused(
            f"图片的像素太多，最多 {MOST_PIXELS // 1_000_000} 百万像素。请先缩小。"
        ) from error
    except UnidentifiedImageError as error:
        raise PictureRefused("这个文件不是 JPEG、PNG 或 WebP 图片。请换一张。") from error
    except (OSError, SyntaxError, ValueError) as error:
        if isinstance(error, PictureRefused):
            raise
        raise PictureRefused("图片坏了或者只传了一半，打不开。请重新传一次。") from error
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    made = io.BytesIO()
    if has_alpha:
        bare.save(made, "PNG", optimize=True)
    else:
        bare.save(made, "JPEG", quality=90, dpi=(300, 300))
    return Picture("png" if has_alpha else "jpeg", bare.width, bare.height, made.getvalue())


def _drawing(content: bytes) -> Picture:
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise PictureRefused("这个矢量图不规范，或者带有外部定义，没有收下。请另存为 PNG 再传。") from error
    if _INSTRUCTION.search(content):
        raise PictureRefused("这个矢量图带有处理指令，可能连到外面，没有收下。请另存为 PNG 再传。")
    if _local(root.tag) != "svg":
        raise PictureRefused("这个文件不是图片。请传 JPEG、PNG、WebP 或 SVG。")
    for element in root.iter():
        _look_at(element)
    width, height = _size(root)
    return Picture("svg", width, height, content)


def _look_at(element: Element) -> None:
    name = _local(element.tag)
    if name in _FORBIDDEN_ELEMENTS:
        raise PictureRefused(f"矢量图里有“{name}”，可能带程序或者外部内容，没有收下。请另存为 PNG 再传。")
    for attribute, value in element.attrib.items():
        key = _local(attribute)
        if (
            key.startswith("on")
            or "javascript:" in value.lower()
            or (key == "href" and not value.startswith("#"))
        ):
            raise PictureRefused(f"矢量图里的“{key}”会运行程序或者连到外面，没有收下。请另存为 PNG 再传。")
        if "url(" in _OWN_REFERENCE.sub("", value).lower() or "\\" in value:
            raise PictureRefused("矢量图引用了外面的文件，没有收下。请另存为 PNG 再传。")


def _size(root: Element) -> tuple[int, int]:
    box = [part for part in re.split(r"[\s,]+", root.get("viewBox", "")) if part]
    try:
        return (int(float(box[2])), int(float(box[3]))) if len(box) == 4 else (0, 0)
    except ValueError:
        return (0, 0)


def _local(name: str) -> str:
    return str(name).rpartition("}")[2].lower()
