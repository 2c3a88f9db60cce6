"""What the documents say of the code is true of the code."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from hub.core import catalogue, contentfiles, markdown
from hub.core.models import Relation

DOCS = settings.BASE_DIR / "docs"
CONTENT = (DOCS / "content.md").read_text(encoding="utf-8")
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")


def test_the_table_of_front_matter_names_every_field_in_it():
    table = CONTENT.split("### Front matter")[1].split("### Sections")[0]
    named = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE))))
    question = catalogue.get("question")
    scalars = {name for name, field in question.form.base_fields.items() if not field.heading}
    assert named == {"id", "published_at", *scalars}


def test_the_sections_stand_there_in_their_order():
    listed = CONTENT.split("### Sections, in this order")[1].split("Those with a star")[0]
    named = [re.sub(r"[\\*\s]+", " ", name).strip(" .") for name in listed.split(",")]
    assert named == [field.heading for field in catalogue.get("question").section_fields().values()]


def test_the_types_of_relations_and_admonitions_are_all_there():
    assert all(re.search(rf"\b{type_}\b", CONTENT) for type_ in Relation.Type.values)
    (types,) = re.findall(r"Types: (.*)\.", CONTENT)
    assert set(types.split(", ")) == markdown._ADMONITIONS


def test_the_example_is_a_file_that_the_loader_reads(tmp_path: Path):
    (example,) = re.findall(r"^```markdown\n(---\nid:.*?)^```$", CONTENT, re.MULTILINE | re.DOTALL)
    path = tmp_path / "one.md"
    path.write_text(example)
    document = contentfiles.read(catalogue.get("question"), path, "one.md")
    assert document.public_id == "FLSK-MID-005"
    assert {"short_answer", "deep_dive", "common_mistakes", "follow_ups"} <= set(document.raw)


def test_the_names_of_the_house_are_those_of_the_catalogue():
    rows = re.findall(r"^\| (\w+) \| (\w+) \| (\w+) \| (\w+) \| \S+ \|$", ARCHITECTURE, re.MULTILINE)
    table = {kind: (app, model, path) for app, kind, model, path in rows}
    for kind in catalogue.kinds():
        if not type(kind).__module__.startswith("tests."):
            assert table[kind.name] == (kind.namespace, kind.model.__name__, kind.path)


def test_the_layers_of_the_house_are_those_that_are_enforced():
    def layers(text: str) -> list[set[str]]:
        return [set(re.findall(r"[\w.]+", line)) for line in text.strip().splitlines()]

    (told,) = re.findall(r"^```\n(hub\.urls.*?)^```$", ARCHITECTURE, re.MULTILINE | re.DOTALL)
    project = (settings.BASE_DIR / "pyproject.toml").read_text()
    (held,) = re.findall(r"^layers = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    assert layers(told) == layers(held)


def documents() -> list[Path]:
    return [*settings.BASE_DIR.glob("*.md"), *DOCS.rglob("*.md")]


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_every_link_between_documents_leads_somewhere(path):
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for address in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not re.match(r"[a-z]+:", address):
            assert (path.parent / address).exists(), address


def test_every_dependency_has_its_line_and_every_line_its_dependency():
    told = (DOCS / "decisions" / "0015-dependencies.md").read_text()
    named = {
        name.strip()
        for row in re.findall(r"^\| ([a-z][^|]+) \|", told, re.MULTILINE)
        for name in row.split(",")
    }
    wanted = set()
    for name in ("base", "dev", "uv"):
        for line in (settings.BASE_DIR / "requirements" / f"{name}.in").read_text().splitlines():
            if found := re.match(r"[a-z][\w-]*", line):
                wanted.add(found.group())
    assert named - {"mdit-py-plugins"} == wanted
