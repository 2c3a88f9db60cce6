"""The starter topics: together they cover both editions of the OWASP Top 10, in every kind."""

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from security.models import TopicKind

FILES = sorted((settings.BASE_DIR / "content" / "security").glob("*.md"))


def front_matter(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text().split("---\n")[1])
    return found


TOPICS = {file.stem: front_matter(file) for file in FILES}


def categories() -> list[str]:
    with (settings.BASE_DIR / "hub" / "core" / "data" / "owasp.csv").open() as rows:
        return [f"{row['code']}:{row['edition']}" for row in csv.DictReader(rows)]


@pytest.mark.parametrize("category", categories())
def test_each_category_has_a_topic_that_names_a_weakness_too(category: str):
    covering = [topic for topic in TOPICS.values() if category in topic["weaknesses"]]
    assert covering
    assert any(str(name).startswith("CWE-") for topic in covering for name in topic["weaknesses"])


def test_there_are_topics_of_every_kind():
    assert {topic["topic_kind"] for topic in TOPICS.values()} == set(TopicKind.values)


def test_each_vulnerability_warns_and_has_a_score():
    for name, topic in TOPICS.items():
        if topic["topic_kind"] == TopicKind.VULNERABILITY:
            assert topic.get("is_offensive"), name
            assert topic.get("cvss"), name
