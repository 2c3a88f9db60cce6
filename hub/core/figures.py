"""Pictures for texts: encoded anew, without metadata, kept for ever under the hash of their bytes.

The name says width and height, so that a page reserves the room before it loads; the hash can't be
guessed, so a picture of a text that is not public yet is found by nobody who does not know it.
"""

import hashlib
import io
import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from PIL import Image, ImageCms, ImageOps

from hub.core.models import Entry, Figure, Revision
from hub.core.payload import figures_in

NAME = re.compile(
    r"[0-9a-f]{32}-(?P<width>[1-9][0-9]{0,3})x(?P<height>[1-9][0-9]{0,3})\.(?P<suffix>png|jpg|webp)"
)
MAX_BYTES = 8_000_000
MAX_PIXELS = 25_000_000  # decoded this is 100 MB: what is larger is refused by its header alone
MAX_SIDE = 2_400  # larger ones are made smaller
FORMATS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "png"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "png": {"format": "PNG", "optimize": True},
    "jpg": {"format": "JPEG", "quality": 85, "optimize": True, "progressive": True},
    "webp": {"format": "WEBP", "quality": 85, "method": 4},
}
_METADATA = {
    "exif",
    "xmp",
    "XML:com.adobe.xmp",
    "icc_profile",
    "comment",
    "photoshop",
    "Raw profile type exif",
}
LIST = "figures.yaml"


class InvalidFigure(ValueError):
    """Bytes that are no picture that we take; the message says why."""


@dataclass(frozen=True)
class Encoded:
    """A picture as it is kept."""

    name: str
    data: bytes
    width: int
    height: int


def encode(data: bytes) -> Encoded:
    """Decode a picture and encode it anew: upright, in sRGB, without metadata, at most MAX_SIDE a side.

    Takes PNG, JPEG, WebP and GIF without animation. Raises InvalidFigure for anything else: SVG, too many
    bytes or pixels, a picture that is damaged or hides more than it shows.
    """
    with _opened(data) as image:
        suffix = FORMATS[str(image.format)]
        try:
            upright = ImageOps.exif_transpose(image)
            upright = _in_srgb(upright, image.info.get("icc_profile"))
            is_clear = "A" in upright.getbands() or "transparency" in upright.info
            if suffix == "jpg" or upright.mode not in {"RGB", "RGBA", "L", "LA"}:
                upright = upright.convert("RGBA" if is_clear and suffix != "jpg" else "RGB")
            upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
            bare = Image.new(upright.mode, upright.size)  # what surrounds the pixels stays behind
            bare.paste(upright)
            out = io.BytesIO()
            bare.save(out, **_OPTIONS[suffix])
        except (OSError, ValueError, SyntaxError, MemoryError) as error:
            raise InvalidFigure("The picture is damaged.") from error
    return _named(out.getvalue(), bare.width, bare.height, suffix)


def check(name: str, data: bytes) -> Encoded:
    """A picture that was encoded by ``encode`` before, from a content folder; raises InvalidFigure."""
    found = NAME.fullmatch(name)
    if not found:
        raise InvalidFigure("Its name is none that a dump gives: add it in admin, then dump.")
    with _opened(data) as image:
        width, height, suffix = image.width, image.height, FORMATS[str(image.format)]
        if image.info.keys() & _METADATA or image.getexif() or getattr(image, "text", None):
            raise InvalidFigure("It carries metadata: add it in admin, then dump.")
        try:
            image.load()
        except (OSError, ValueError, SyntaxError) as error:
            raise InvalidFigure("The picture is damaged.") from error
    encoded = _named(data, width, height, suffix)
    if encoded.name != name or max(width, height) > MAX_SIDE:
        raise InvalidFigure("Its name does not fit what it holds: add it in admin, then dump.")
    return encoded


def keep(encoded: Encoded, alt: str, caption: str = "", by: User | None = None) -> Figure:
    """Keep a picture; the same one a second time is the figure that is there already."""
    with transaction.atomic():
        figure, _ = Figure.objects.get_or_create(
            name=encoded.name,
            defaults={
                "alt": alt, "caption": caption, "added_by": by, "size": len(encoded.data),
                "width": encoded.width, "height": encoded.height,
            },
        )  # fmt: skip
        _write(path_of(encoded.name), encoded.data)
    return figure


def path_of(name: str) -> Path:
    """Where the file of a figure lies."""
    return Path(settings.MEDIA_ROOT) / "figures" / name


def _opened(data: bytes) -> Image.Image:
    """A picture whose header was read and whose pixels were not."""
    if len(data) > MAX_BYTES:
        raise InvalidFigure(f"At most {MAX_BYTES // 1_000_000} MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=list(FORMATS))
    except Image.DecompressionBombError as error:
        raise InvalidFigure(f"At most {MAX_PIXELS // 1_000_000} million pixels.") from error
    except (OSError, ValueError, SyntaxError, MemoryError) as error:
        raise InvalidFigure("Give a PNG, JPEG, WebP or GIF picture; SVG is not taken.") from error
    if image.width * image.height > MAX_PIXELS:
        raise InvalidFigure(f"At most {MAX_PIXELS // 1_000_000} million pixels.")
    if getattr(image, "n_frames", 1) > 1:
        raise InvalidFigure("Give one picture, no animation.")
    return image


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as the profile means them, before the profile goes."""
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return image
    try:
        return ImageCms.profileToProfile(  # type: ignore[return-value]
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if image.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        return image


def _named(data: bytes, width: int, height: int, suffix: str) -> Encoded:
    digest = hashlib.sha256(data).hexdigest()[:32]
    return Encoded(f"{digest}-{width}x{height}.{suffix}", data, width, height)


def _write(path: Path, data: bytes) -> bool:
    """Write a file in one step if it would change; whether it did."""
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(data)
    draft.replace(path)
    return True


# Which figures are shown -------------------------------------------------------------------------------

Holder = Callable[[str], bool]
_holders: dict[str, Holder] = {}


def register_holder(name: str, is_shown: Holder) -> None:
    """Add texts that may show a figure, beside revisions of entries: called from AppConfig.ready."""
    _holders[name] = is_shown


def is_needed(figure: Figure) -> bool:
    """Whether any text shows a figure: public, former, proposed or a draft."""
    return holds(Revision.objects.all(), figure.name) or any(one(figure.name) for one in _holders.values())


def holds(rows: Any, name: str) -> bool:
    """Whether the payload of one of these rows shows a figure."""
    return bool(rows.annotate(words=Cast("payload", TextField())).filter(words__contains=name).exists())


def remove(figure: Figure) -> None:
    """Forget a figure that no text shows; raises InvalidFigure for one that a text does."""
    if is_needed(figure):
        raise InvalidFigure("A text shows it, or did: it stays.")
    figure.delete()
    path_of(figure.name).unlink(missing_ok=True)


def project(entry: Entry, data: dict[str, Any]) -> None:
    """Note which figures an entry shows; part of publishing."""
    names = figures_in(data)
    entry.figures.set(Figure.objects.filter(name__in=names) if names else [])


# Between the content folder and the archive ---------------------------------------------------------------


def load(folder: Path) -> list[str]:
    """Take over the figures of a content folder; returns what is wrong with those that were left."""
    if not folder.is_dir():
        return []
    try:
        rows = yaml.safe_load((folder / LIST).read_text(encoding="utf-8")) or []
        told = {str(row["file"]): (str(row["alt"]), str(row.get("caption", ""))) for row in rows}
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        return [f"figures/{LIST}:1: can't be read: {type(error).__name__}: {error}"]
    problems = []
    known = set(Figure.objects.values_list("name", flat=True))
    for name in sorted({*told, *(path.name for path in folder.iterdir() if path.name != LIST)}):
        if name in known and path_of(name).exists():
            continue
        alt, caption = told.get(name, ("", ""))
        try:
            keep(check(name, (folder / Path(name).name).read_bytes()), _checked(alt), caption[:300])
        except (InvalidFigure, OSError) as error:
            problems.append(f"figures/{name}:1: {error}")
    return problems


def _checked(alt: str) -> str:
    if not 0 < len(alt.strip()) <= 300:
        raise InvalidFigure(f"{LIST} does not say in up to 300 characters what it shows.")
    return alt


def dump(folder: Path) -> Iterable[str]:
    """Write the figures that public entries show, and the list that says what they show; names of changes."""
    rows = list(Figure.objects.filter(entries__in=Entry.objects.public()).distinct().order_by("name"))
    for figure in rows:
        if _write(folder / figure.name, path_of(figure.name).read_bytes()):
            yield f"{folder.name}/{figure.name}"
    known = set(Figure.objects.values_list("name", flat=True)) - {figure.name for figure in rows}
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name in known:
            path.unlink()
            yield f"{folder.name}/{path.name} removed: no public entry shows it"
    lines = [_line(figure) for figure in rows]
    if (lines or (folder / LIST).exists()) and _write(folder / LIST, "".join(lines).encode()):
        yield f"{folder.name}/{LIST}"


def _line(figure: Figure) -> str:
    row = {"file": figure.name, "alt": figure.alt, **({"caption": figure.caption} if figure.caption else {})}
    return "- " + yaml.safe_dump(
        row, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000
    )
