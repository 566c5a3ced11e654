"""Photos: decoded, turned upright, reduced, written anew; nothing of the file sent is kept, place least of all."""

from __future__ import annotations

import secrets
import warnings
from io import BytesIO
from pathlib import Path

from flask import current_app
from PIL import Image, ImageCms, ImageOps

from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.models import Exhibitor, User
from app.services import audit

MOST_PIXELS = 40_000_000
SIDE = 1200
_FORMATS = ("JPEG", "PNG", "WEBP")


def folder() -> Path:
    """Where photos live."""
    path = Path(current_app.extensions["settings"].data_dir) / "photos"
    path.mkdir(parents=True, exist_ok=True)
    return path


def clean(data: bytes) -> bytes:
    """A JPEG of at most 1200 pixels a side, without any metadata; raises Invalid for what is no sound picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _again(data)
    except (OSError, ValueError, SyntaxError, ArithmeticError, Image.DecompressionBombError, Warning) as error:
        told = _(
            "Cette photo ne peut pas être lue : envoyez une photo JPEG, PNG ou WebP de 40 millions de pixels au plus."
        )
        raise Invalid({"photo": [told]}) from error


def _again(data: bytes) -> bytes:
    with Image.open(BytesIO(data), formats=_FORMATS) as sent:
        if sent.width * sent.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        upright = ImageOps.exif_transpose(sent)
        picture = _standard(upright)
    picture.thumbnail((SIDE, SIDE))
    bare = Image.new("RGB", picture.size, "white")
    bare.paste(picture)
    kept = BytesIO()
    bare.save(kept, "JPEG", quality=85, optimize=True)
    return kept.getvalue()


def _standard(picture: Image.Image) -> Image.Image:
    """In sRGB, on white: telephones use wider colours, and the profile itself is not kept."""
    profile = picture.info.get("icc_profile")
    if picture.mode in ("RGBA", "LA", "P"):
        seen = picture.convert("RGBA")
        picture = Image.new("RGB", seen.size, "white")
        picture.paste(seen, mask=seen.getchannel("A"))
    if profile and picture.mode == "RGB":
        try:
            standard = ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(picture, BytesIO(profile), standard, outputMode="RGB")
            return changed or picture
        except (ImageCms.PyCMSError, OSError):
            return picture
    return picture.convert("RGB")


def put(actor: User, exhibitor: Exhibitor, data: bytes) -> None:
    """Give an exhibitor this photo, under a random name; raises Invalid."""
    kept, name = clean(data), f"{secrets.token_hex(16)}.jpg"
    (folder() / name).write_bytes(kept)
    _replace(actor, exhibitor, name, "exhibitor.put_photo")


def remove(actor: User, exhibitor: Exhibitor) -> None:
    """Take the photo away, file included."""
    _replace(actor, exhibitor, "", "exhibitor.remove_photo")


def _replace(actor: User, exhibitor: Exhibitor, name: str, action: str) -> None:
    before, exhibitor.photo = exhibitor.photo, name
    audit.record(None, actor, action, f"exhibitor:{exhibitor.id}", before={"photo": before}, after={"photo": name})
    db.session.commit()
    if before:
        (folder() / before).unlink(missing_ok=True)
