"""Verbs on the picture of a material: take one in, put it away, have the one before back."""

from __future__ import annotations

import base64
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from assistant.outreach.items import Editor, ItemRefused
from assistant.outreach.material import Illustration
from assistant.outreach.models import ItemStatus, OutreachItem
from assistant.outreach.picture_models import ItemPicture
from assistant.outreach.pictures import Picture

KEPT_PICTURES = 3
_MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg"}


def picture_of(session: Session, item: OutreachItem) -> ItemPicture | None:
    """The picture in use, if there is one."""
    return session.scalar(
        select(ItemPicture).where(ItemPicture.item_id == item.id, ItemPicture.is_in_use).limit(1)
    )


def use_picture(
    session: Session, item: OutreachItem, *, picture: Picture, rights: str, editor: Editor, now: datetime
) -> ItemPicture:
    """Put a picture into a material in place of the one before; the material is a draft again.

    Raises :class:`ItemRefused` without rights or for a drawing without a size.
    """
    if not rights.strip():
        raise ItemRefused({"picture_rights": "请写明图片是谁的、谁可以怎样用；没有写明的不能用"})
    if picture.width < 1 or picture.height < 1:
        raise ItemRefused({"picture": "这个矢量图没有写大小（viewBox），请另存为 PNG 再传"})
    _put_away(session, item)
    row = ItemPicture(
        item_id=item.id,
        kind=picture.kind,
        width=picture.width,
        height=picture.height,
        rights=rights.strip(),
        content=picture.content,
        added_at=now,
        added_by=editor.name,
    )
    session.add(row)
    _changed(item)
    session.flush()
    kept = session.scalars(
        select(ItemPicture).where(ItemPicture.item_id == item.id).order_by(ItemPicture.id.desc())
    ).all()
    for old in kept[KEPT_PICTURES:]:
        session.delete(old)
    session.flush()
    return row


def put_picture_away(session: Session, item: OutreachItem) -> None:
    """Go back to the family's own ornament; the picture stays for a way back."""
    _put_away(session, item)
    _changed(item)
    session.flush()


def bring_picture_back(session: Session, item: OutreachItem, *, picture_id: int | None) -> None:
    """Use the picture with this id again, or none. Raises :class:`ItemRefused` when it is not there any more."""
    row = session.get(ItemPicture, picture_id) if picture_id is not None else None
    if picture_id is not None and (row is None or row.item_id != item.id):
        raise ItemRefused({"picture": "原来的图片已经不在了，请重新上传"})
    _put_away(session, item)
    if row is not None:
        row.is_in_use = True
    _changed(item)
    session.flush()


def illustration_of(session: Session, item: OutreachItem) -> Illustration | None:
    """The picture in use as a drawing that holds it, for the designs."""
    row = picture_of(session, item)
    if row is None:
        return None
    if row.kind == "svg":
        return Illustration(row.content.decode(), 0, 0, row.rights)
    held = f"data:{_MEDIA_TYPES[row.kind]};base64,{base64.b64encode(row.content).decode()}"
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="0 0 {row.width} {row.height}" width="{row.width}" height="{row.height}">'
        f'<image width="{row.width}" height="{row.height}" xlink:href="{held}"/></svg>'
    )
    return Illustration(drawing, row.width, row.height, row.rights)


def _put_away(session: Session, item: OutreachItem) -> None:
    for row in session.scalars(
        select(ItemPicture).where(ItemPicture.item_id == item.id, ItemPicture.is_in_use)
    ):
        row.is_in_use = False
    session.flush()


def _changed(item: OutreachItem) -> None:
    """A material whose picture changed has to be looked at again, and its previews are drawn anew."""
    if item.status is not ItemStatus.WITHDRAWN:
        item.status = ItemStatus.DRAFT
    item.law_checked_by_account = None
    flag_modified(item, "content")  # the number of the version goes on even where the status stays
