"""The look keeps its promises: contrast in both themes, small files, nothing from elsewhere."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
PUBLIC_STYLES = ("css/house.css", "css/site.css")
_PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
PALETTE = {name: colours for name, *colours in _PAIR.findall((STATIC / "css/house.css").read_text())}

GROUNDS = ("paper", "sheet", "sunken", "wash")
TEXTS = [
    *[(text, ground) for text in ("ink", "soft", "lamp") for ground in GROUNDS],
    ("ink", "mark"),
    ("lamp-deep", "wash"),
    ("on-lamp", "lamp"),
    ("on-lamp", "lamp-deep"),
    ("bad", "bad-wash"),
    *[(text, ground) for text in ("bad", "warn") for ground in ("paper", "sheet")],
    *[(text, "sunken") for text in ("code-word", "code-name")],
]


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2, definition)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def gzipped(*names: str) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_reads_on_every_ground_it_stands_on(text, ground, theme):
    assert contrast(PALETTE[text][theme], PALETTE[ground][theme]) >= 4.5  # WCAG 1.4.3


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "sheet"])
def test_the_edge_of_a_field_can_be_seen(ground, theme):
    assert contrast(PALETTE["edge"][theme], PALETTE[ground][theme]) >= 3  # WCAG 1.4.11


def test_every_colour_that_a_style_names_is_in_the_palette():
    defined = set(re.findall(r"(?:^|[{;\s])(--[\w-]+):", (STATIC / "css/house.css").read_text()))
    for sheet in (*PUBLIC_STYLES, "css/admin.css"):
        text = (STATIC / sheet).read_text()
        own = set(re.findall(r"(?:^|[{;\s])(--[\w-]+):", text))
        assert set(re.findall(r"var\((--[\w-]+)", text)) <= defined | own, sheet


def test_styles_and_scripts_of_a_public_page_stay_small():
    assert gzipped(*PUBLIC_STYLES) <= 20_000
    assert gzipped(*(f"js/{path.name}" for path in (STATIC / "js").glob("*.js"))) <= 25_000


@pytest.mark.parametrize("path", [*STATIC.rglob("*.css"), *STATIC.rglob("*.js")], ids=lambda path: path.name)
def test_no_file_asks_another_host_for_anything(path):
    assert not re.search(r"(?:https?:)?//[\w-]+\.\w|@import", path.read_text())
