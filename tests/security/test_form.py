"""What a security topic may contain, whichever way it comes in."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hub.core import catalogue, contentfiles
from hub.core.models import Entry
from hub.core.payload import InvalidPayload, validated
from hub.core.publishing import current_payload
from tests.security.factories import make_security_topic, topic_data

pytestmark = [pytest.mark.django_db]

FENCE = "```"
PYTHON = f"### Python\n\n{FENCE}python\nprint(1)\n{FENCE}\n\n{FENCE}output\n1\n{FENCE}"
SQL = f"### SQL\n\n{FENCE}sql norun\nSELECT 1;\n{FENCE}"
LISTING = {"language": "Python", "info": "python", "code": "print(1)", "output": "1"}


def problems(**over: Any) -> dict[str, list[str]]:
    data = topic_data(**over)
    with pytest.raises(InvalidPayload) as caught:
        validated("security", data)
    return caught.value.errors


def test_code_is_read_into_one_listing_a_language():
    data = validated("security", topic_data(fixed_code=f"{PYTHON}\n\n{SQL}")).data
    assert data["fixed_code"] == [LISTING, {"language": "SQL", "info": "sql norun", "code": "SELECT 1;"}]


def test_a_structure_and_its_text_are_the_same():
    assert validated("security", topic_data(fixed_code=[LISTING])).data["fixed_code"] == [LISTING]


def test_code_that_holds_fences_survives_its_text_form():
    listing = {"language": "Markdown", "info": "text", "code": f"{FENCE}python\nx\n{FENCE}\n\n### no heading"}
    assert validated("security", topic_data(fixed_code=[listing])).data["fixed_code"] == [listing]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Prose alone.", "Begin with a heading"),
        ("### Python\n\nProse.", "one fenced block"),
        (f"{PYTHON}\n\nAnd prose.", "one fenced block"),
        (f"### Python\n\n{FENCE}\nx\n{FENCE}", "name the language"),
        (f"### Python\n\n{FENCE}output\nx\n{FENCE}", "name the language"),
        (f"### Python\n\n{FENCE}python\n\n{FENCE}", "holds no code"),
        (f"{PYTHON}\n\n{PYTHON}", "stands twice"),
        (f"### {'x' * 61}\n\n{FENCE}python\nx\n{FENCE}", "longer than 60"),
        ([{"language": "Python", "code": 1}], "Give a list"),
        ({"language": "Python"}, "Give a list"),
        ([{}], "no text|Begin with"),
    ],
)
def test_code_of_another_shape_is_refused(text: Any, reason: str):
    (message,) = problems(fixed_code=text)["fixed_code"]
    assert re.search(reason, message), message


def test_vulnerable_code_needs_its_mended_twin():
    (message,) = problems(vulnerable_code=f"{PYTHON}\n\n{SQL}", fixed_code=PYTHON)["fixed_code"]
    assert message == "Show how to mend what is vulnerable: SQL."


def test_an_invalid_vector_is_refused_with_the_reason():
    (message,) = problems(cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H")["cvss"]
    assert message == 'Missing mandatory metrics "A".'


@pytest.mark.parametrize("vector", [["CVSS:3.1/"], {}, "\x00", "CVSS:3.1/AV:N\nAC:L", "x" * 400, 9.8])
def test_a_strange_vector_is_refused(vector: Any):
    if vector in ({}, "\x00"):
        assert "cvss" not in validated("security", topic_data(cvss=vector)).data
    else:
        assert "cvss" in problems(cvss=vector)


def test_an_unknown_weakness_is_refused():
    data = topic_data()
    data["weaknesses"] = ["CWE-89", "A11:2025"]
    with pytest.raises(InvalidPayload, match="Unknown: CWE-89, A11:2025"):
        validated("security", data)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (True, True), ("true", True), ("on", True), ("Yes", True),
        (False, None), ("false", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_whether_it_shows_an_attack_is_said_in_many_ways(value: Any, stored: Any):
    assert validated("security", topic_data(is_offensive=value)).data.get("is_offensive") is stored


@pytest.mark.parametrize("value", ["perhaps", 2, [], ["true"], {"yes": 1}])
def test_neither_yes_nor_no_is_refused(value: Any):
    assert problems(is_offensive=value)["is_offensive"] == ["Say yes or no."]


def test_words_on_the_law_belong_to_topics_that_show_an_attack():
    assert "legal_scope" in problems(legal_scope="Ask first.")
    assert validated("security", topic_data(legal_scope="Ask first.", is_offensive=True)).data["legal_scope"]


def test_overview_and_defence_are_required():
    assert set(problems(overview="", defence="")) == {"overview", "defence"}


def test_a_file_gives_the_same_payload_again(tmp_path: Path):
    entry = make_security_topic(
        vulnerable_code=PYTHON, fixed_code=PYTHON, is_offensive=True, weaknesses=["CWE-89", "A05:2025"],
        cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", legal_scope="Ask first.", takeaways=["Bind"],
        further="### More\n\nText.",
    )  # fmt: skip
    kind, payload = catalogue.get("security"), current_payload(entry)
    text = contentfiles.write(kind, entry, payload)
    (tmp_path / "topic.md").write_text(text)
    document = contentfiles.read(kind, tmp_path / "topic.md", "topic.md")
    again = validated("security", document.raw)
    assert again.data == payload.data
    assert contentfiles.write(kind, entry, again) == text


def test_a_visitor_can_contribute_one(client: Client):
    text = client.get("/contribute/security/").content.decode()
    assert "Vulnerable code" in text
    assert 'type="checkbox"' in text
    assert "CVSS vector" in text


def test_ids_are_of_one_series():
    assert [make_security_topic().public_id for _ in range(2)] == ["SEC-001", "SEC-002"]
    assert Entry.objects.get(public_id="SEC-002").get_absolute_url().startswith("/security/")
