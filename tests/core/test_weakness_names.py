"""Names of weaknesses come from the data files, with their edition, and from nowhere else."""

import csv

import pytest

from hub.core.models import ContentClock, Weakness
from hub.core.vocabularies import DATA, load_weaknesses

pytestmark = pytest.mark.django_db


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_row_of_the_files_is_a_weakness_and_a_second_load_changes_nothing():
    load_weaknesses()
    assert Weakness.objects.filter(scheme="CWE").count() == len(rows("cwe.csv"))
    assert set(Weakness.objects.filter(scheme="OWASP").values_list("edition", "code")) == {
        (edition, f"A{number:02d}") for edition in ("2021", "2025") for number in range(1, 11)
    }
    n = ContentClock.now()
    load_weaknesses()
    assert ContentClock.now() == n


def test_a_name_that_differs_from_the_file_is_mended():
    load_weaknesses()
    Weakness.objects.filter(scheme="CWE", code="79").update(name="Typed by hand")
    n = ContentClock.now()
    load_weaknesses()
    assert "Cross-site Scripting" in Weakness.objects.get(scheme="CWE", code="79").name
    assert ContentClock.now() == n + 1


def test_names_are_whole_and_the_source_is_named():
    names = {row["number"]: row["name"] for row in rows("cwe.csv")}
    assert names["29"] == r"Path Traversal: '\..\filename'"
    assert all(name.strip() == name and 3 < len(name) <= 250 for name in names.values())
    told = (DATA / "README.md").read_text()
    assert "CWE list 4.15" in told
    assert "editions 2021 and 2025" in told
