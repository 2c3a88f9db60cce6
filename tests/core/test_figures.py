"""Figures: pictures only, encoded anew, shown by their hash, kept as long as a text shows them."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from hub.core import figures, markdown, publishing
from hub.core.figures import InvalidFigure, encode, keep, path_of
from hub.core.loading import dump, load
from hub.core.models import Entry, Figure
from hub.core.payload import InvalidPayload
from tests.factories import (
    archive,
    make_editor,
    make_question,
    make_reviewer,
    make_submission,
    question_payload,
    revise,
)

ADD, LIST = "/admin/core/figure/add/", "/admin/core/figure/"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(out, kind, **options)
    return out.getvalue()


def make_figure(alt: str = "A queue between two services", **over: Any) -> Figure:
    return keep(encode(picture()), alt, **over)


def upload(data: bytes, name: str = "a.png", **over: str) -> dict[str, Any]:
    return {
        "file": SimpleUploadedFile(name, data, "image/png"),
        "alt": "What it shows",
        "caption": "",
        **over,
    }


# What is taken ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "mode", "suffix"),
    [
        ("PNG", "RGB", "png"), ("PNG", "RGBA", "png"), ("PNG", "P", "png"), ("PNG", "1", "png"),
        ("PNG", "I;16", "png"), ("JPEG", "RGB", "jpg"), ("JPEG", "CMYK", "jpg"), ("JPEG", "L", "jpg"),
        ("WEBP", "RGBA", "webp"), ("GIF", "P", "png"),
    ],
)  # fmt: skip
def test_ordinary_pictures_are_encoded_anew_and_again_the_same(kind: str, mode: str, suffix: str):
    first = encode(picture(kind, mode=mode))
    assert first.name.endswith(f"-40x20.{suffix}")
    assert figures.check(first.name, first.data) == first
    again = Image.open(io.BytesIO(first.data))
    assert again.size == (40, 20)


def test_metadata_goes_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Secret camera"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 0.0)  # a place on earth
    encoded = encode(picture("JPEG", exif=exif, comment=b"Secret words"))
    assert (encoded.width, encoded.height) == (20, 40)
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Secret name")
    for data in (encoded.data, encode(picture("PNG", pnginfo=text)).data):
        assert b"Secret" not in data
        assert b"Exif" not in data


def test_large_pictures_become_smaller():
    encoded = encode(picture(size=(3000, 300), mode="L"))
    assert (encoded.width, encoded.height) == (2400, 240)


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises more than it holds."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def animation() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG is not taken"),
        (b"", "Give a PNG"),
        (b"GIF89a", "Give a PNG"),
        (b"<html>", "Give a PNG"),
        (b"%PDF-1.7", "Give a PNG"),
        (picture("BMP"), "Give a PNG"),
        (picture("TIFF"), "Give a PNG"),
        (picture()[:-200], "damaged"),
        (bomb(60_000, 60_000), "million pixels"),
        (bomb(8_000, 8_000), "million pixels"),
        (bomb(100, 100), "damaged"),
        (b"\x89PNG" + b"\0" * 8_000_001, "At most 8 MB"),
        (animation(), "no animation"),
    ],
    ids=["svg", "empty", "stub", "html", "pdf", "bmp", "tiff", "cut", "bomb", "large", "short", "heavy",
         "gif"],
)  # fmt: skip
def test_anything_else_is_refused_with_the_reason(data: bytes, reason: str):
    with pytest.raises(InvalidFigure, match=reason):
        encode(data)


# How a text shows it ------------------------------------------------------------------------------------


def test_a_figure_alone_is_a_figure_with_its_caption_and_its_room():
    text = "![A <queue>](/media/figures/" + "a" * 32 + '-640x320.png "Caption & more")'
    html = markdown.render(text)
    assert html == (
        f'<figure class="picture"><img src="/media/figures/{"a" * 32}-640x320.png" alt="A &lt;queue&gt;" '
        'width="640" height="320" loading="lazy"><figcaption>Caption &amp; more</figcaption></figure>\n'
    )
    assert "<p>Here: <img" in markdown.render(f"Here: {text}")


@pytest.mark.parametrize(
    "src", ["https://example.com/a.png", "/media/other.png", "data:image/png;base64,AA", "a.png"]
)
@pytest.mark.django_db
def test_a_picture_from_elsewhere_is_refused_with_its_line(src: str):
    with pytest.raises(InvalidPayload) as refusal:
        question_payload(deep_dive=f"Words.\n\n![A picture]({src})")
    assert "Line 3: a picture is a figure of this hub" in refusal.value.errors["deep_dive"][0]


@pytest.mark.django_db
def test_a_picture_in_code_is_code():
    text = "```markdown\n![](https://example.com/a.png)\n```\n\nand `![](a.png)` in a line"
    assert question_payload(deep_dive=text).data["deep_dive"] == text


@pytest.mark.django_db
def test_a_picture_without_words_and_one_that_is_not_there_are_refused():
    figure = make_figure()
    with pytest.raises(InvalidPayload, match=r"Line 1: say between the brackets"):
        question_payload(deep_dive=f"![ ]({figure.get_absolute_url()})")
    name = "b" * 32 + "-1x1.png"
    with pytest.raises(InvalidPayload, match=f"Line 2: No figure is called {name}"):
        question_payload(takeaways=f"- One.\n- ![Two](/media/figures/{name})")


@pytest.mark.django_db
def test_an_entry_shows_its_figure_and_the_figure_knows(client: Client):
    figure = make_figure('Two "services" [A] and *B*', caption="A_b")
    entry = make_question(deep_dive=f"Before.\n\n{figure.markdown}\n\nAfter.")
    html = client.get(entry.get_absolute_url()).content.decode()
    assert (
        f'src="{figure.get_absolute_url()}" alt="Two &quot;services&quot; [A] and *B*" width="40" height="20"'
        in html
    )
    assert "<figcaption>A_b</figcaption>" in html
    assert list(figure.entries.all()) == [entry]
    revise(entry, deep_dive="No picture.")
    assert not figure.entries.exists()


@pytest.mark.django_db
def test_the_preview_shows_a_figure(client: Client):
    figure, entry = make_figure(), make_question()
    client.force_login(make_editor())
    data = {**publishing.current_payload(entry).data, "deep_dive": figure.markdown, "action": "preview"}
    data = {name: ", ".join(value) if isinstance(value, list) else value for name, value in data.items()}
    response = client.post(f"/admin/contributions/submission/add/?entry={entry.public_id}", data)
    assert f'<img src="{figure.get_absolute_url()}"' in response.content.decode()


# How it is served ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_figure_is_served_for_ever_under_its_hash(client: Client):
    figure = make_figure()
    response = client.get(figure.get_absolute_url())
    assert b"".join(response.streaming_content) == path_of(figure.name).read_bytes()  # type: ignore[attr-defined]
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert not response.cookies
    again = client.get(figure.get_absolute_url(), headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert client.post(figure.get_absolute_url()).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "",
        "a.png",
        "..",
        "../hub.sqlite3",
        "%2e%2e%2fhub.sqlite3",
        "c" * 32 + "-9x9.png",
        "c" * 32 + "-9x9.svg",
    ],
)
def test_nothing_else_is_served_from_there(client: Client, name: str):
    (path_of("x").parent.parent).mkdir(parents=True)
    (path_of("x").parent.parent / "hub.sqlite3").write_text("secret")
    assert client.get(f"/media/figures/{name}").status_code == 404


# The desk -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_editor_adds_a_figure_and_gets_its_markdown(client: Client):
    editor = make_editor()
    client.force_login(editor)
    response = client.post(ADD, upload(picture(), caption="Below it"), follow=True)
    figure = Figure.objects.get()
    assert (figure.alt, figure.caption, figure.added_by, figure.width, figure.height) == (
        "What it shows", "Below it", editor, 40, 20,
    )  # fmt: skip
    text = response.content.decode()
    assert f"![What it shows]({figure.get_absolute_url()} &quot;Below it&quot;)" in text
    assert path_of(figure.name).stat().st_size == figure.size


@pytest.mark.django_db
def test_the_same_picture_twice_is_one_figure(client: Client):
    client.force_login(make_editor())
    data = picture()
    for words in ("First words", "Other words"):
        assert client.post(ADD, upload(data, alt=words)).status_code == 302
    assert Figure.objects.get().alt == "First words"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "over", [{"alt": ""}, {"alt": "  "}, {"alt": "Ã©"}, {"file": SimpleUploadedFile("a.svg", b"<svg/>")}]
)
def test_what_can_not_be_taken_is_named(client: Client, over: dict[str, Any]):
    client.force_login(make_editor())
    response = client.post(ADD, upload(picture()) | over)
    assert response.status_code == 200
    assert response.context["errors"]
    assert not Figure.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["anonymous", "reviewer"])
def test_who_is_no_editor_adds_none(client: Client, who: str):
    if who == "reviewer":
        client.force_login(make_reviewer())
    for method in ("get", "post"):
        response = getattr(client, method)(ADD, upload(picture()))
        assert response.status_code == (403 if who == "reviewer" else 302)
    assert not Figure.objects.exists()


@pytest.mark.django_db
def test_figures_that_no_entry_shows_are_listed(client: Client):
    lonely, shown = make_figure("Lonely"), make_figure("Shown")
    make_question(deep_dive=shown.markdown)
    client.force_login(make_editor())
    assert list(client.get(LIST, {"shown": "no"}).context["cl"].result_list) == [lonely]
    assert list(client.get(LIST, {"shown": "yes"}).context["cl"].result_list) == [shown]


@pytest.mark.django_db
def test_a_figure_goes_only_when_no_text_shows_it_or_did(client: Client):
    client.force_login(make_editor())
    free, former, gone, proposed = (make_figure(f"Figure {number}") for number in range(4))
    revise(make_question(deep_dive=former.markdown), deep_dive="No more.")
    archive(make_question(deep_dive=gone.markdown))
    make_submission("pending", deep_dive=proposed.markdown)
    for figure in (former, gone, proposed):
        assert client.post(f"{LIST}{figure.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{LIST}{free.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not path_of(free.name).exists()
    assert Figure.objects.count() == 3


@pytest.mark.django_db
def test_the_list_costs_the_same_for_one_and_for_twenty(client: Client, django_assert_max_num_queries: Any):
    for number in range(20):
        make_figure(f"Figure {number}")
    client.force_login(make_editor())
    with django_assert_max_num_queries(7):
        client.get(LIST)


# Files --------------------------------------------------------------------------------------------------


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}


@pytest.mark.django_db
def test_figures_are_dumped_beside_the_texts_and_loaded_back_the_same(tmp_path: Path, settings: Any):
    shown, lonely = make_figure("Shown: a queue", caption="Below"), make_figure("Lonely")
    make_question(deep_dive=shown.markdown)
    first, second = tmp_path / "first", tmp_path / "second"
    dump(first)
    assert (first / "figures" / shown.name).exists()
    assert not (first / "figures" / lonely.name).exists()
    Entry.objects.all().delete()
    Figure.objects.all().delete()
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    report = load(first)
    assert (report.problems, len(report.new)) == ([], 1)
    assert Figure.objects.get().entries.count() == 1
    assert path_of(shown.name).exists()
    dump(second)
    assert files(first) == files(second)


@pytest.mark.django_db
def test_a_figure_that_no_public_entry_shows_any_more_leaves_the_folder(tmp_path: Path):
    figure = make_figure()
    entry = make_question(deep_dive=figure.markdown)
    dump(tmp_path)
    archive(entry)
    dump(tmp_path)
    assert [name for name in files(tmp_path) if name.startswith("figures/")] == ["figures/figures.yaml"]
    assert (tmp_path / "figures" / "figures.yaml").read_bytes() == b""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fault", ["changed", "svg", "unnamed", "missing", "no words", "broken list", "outside"]
)
def test_files_that_are_no_figures_are_problems_and_nothing_of_them_is_taken(tmp_path: Path, fault: str):
    encoded = encode(picture())
    folder = tmp_path / "figures"
    folder.mkdir()
    row, data = f"- {{file: {encoded.name}, alt: Words}}\n", encoded.data
    if fault == "changed":
        data = encode(picture()).data
    elif fault == "svg":
        row = row.replace(".png", ".svg")
    elif fault == "unnamed":
        row = ""
    elif fault == "no words":
        row = row.replace("Words", "''")
    elif fault == "broken list":
        row = "- {file: ["
    elif fault == "outside":
        row = "- {file: ../../secret.png, alt: Words}\n"
    if fault != "missing":
        (folder / (encoded.name.replace(".png", ".svg") if fault == "svg" else encoded.name)).write_bytes(
            data
        )
    (folder / "figures.yaml").write_text(row)
    report = load(tmp_path)
    assert report.problems
    assert not Figure.objects.exists()
