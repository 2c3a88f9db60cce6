"""What a path may contain: modules as text and as structure, and every mistake with its line and reason."""

from typing import Any

import pytest

from hub.core.payload import InvalidPayload
from learningpaths.fields import Modules
from tests.factories import make_question
from tests.learningpaths.factories import module, path_payload

pytestmark = pytest.mark.django_db

TEXT = """### Joins

Hours: 2–4
Milestone: You count the rows.

What NULL does.

#### A heading of its own

Hours: no key line, it stands in the text.

### Plans

Hours: 3
Project: yes
Needs: 1
Entries: PY-JR-001, PY-MID-002
Resource: book | A book | https://example.com/book | about 30 EUR | pt-BR
Resource: tool | A tool | http://example.com/tool | free | en"""
STRUCTURE: list[dict[str, Any]] = [
    {
        "title": "Joins", "hours_from": 2, "hours_to": 4, "is_project": False, "needs": [], "entries": [],
        "milestone": "You count the rows.", "resources": [],
        "text": "What NULL does.\n\n#### A heading of its own\n\nHours: no key line, it stands in the text.",
    },
    {
        "title": "Plans", "hours_from": 3, "hours_to": 3, "is_project": True, "needs": [1],
        "entries": ["PY-JR-001", "PY-MID-002"], "milestone": "",
        "resources": [
            {
                "kind": "book", "title": "A book", "address": "https://example.com/book",
                "cost": "about 30 EUR", "language": "pt-BR",
            },
            {
                "kind": "tool", "title": "A tool", "address": "http://example.com/tool", "cost": "free",
                "language": "en",
            },
        ],
        "text": "",
    },
]  # fmt: skip


def refusal(**over: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidPayload) as caught:
        path_payload(**over)
    return caught.value.errors


def test_text_and_structure_of_modules_are_two_forms_of_one_value():
    field = Modules()
    assert field.to_python(TEXT) == STRUCTURE
    assert field.text(STRUCTURE) == TEXT
    assert field.to_python(STRUCTURE) == STRUCTURE


def test_a_hyphen_small_letters_and_spaces_are_understood():
    (one,) = Modules().to_python(
        "### Joins\nHours: 2 - 4\nProject: No\nEntries:  py-jr-001 ,PY-JR-002\n\nText."
    )
    assert (one["hours_from"], one["hours_to"], one["is_project"]) == (2, 4, False)
    assert one["entries"] == ["PY-JR-001", "PY-JR-002"]


def test_entries_are_uses():
    assert Modules().entries(STRUCTURE) == [("uses", "PY-JR-001"), ("uses", "PY-MID-002")]


def first(keys: str, rest: str = "Text.") -> str:
    return f"### One\n\n{keys}\n\n{rest}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Words.", "Line 1: begin with a module"),
        ("### One\n\nText.", "Line 3: begin with Hours, Project"),
        (first("Project: yes"), "Line 1: say how long “One” takes"),
        (first("Hours: 1\nHours: 2"), "Line 4: Hours stands twice"),
        (first("Hours: 4–2"), "Line 3: the hours end before they begin: 4–2"),
        (first("Hours: 0"), "Line 3: a module takes at least an hour"),
        (first("Hours: some"), "Line 3: give whole hours"),
        (first("Hours: 1000"), "Line 3: give whole hours"),
        (first("Hours: ٣"), "Line 3: give whole hours"),
        (first("Hours:"), "Line 3: Hours has no value"),
        (first("Hours: 1\nProject: maybe"), "Line 4: say yes or no"),
        (first("Hours: 1\nNeeds: first"), "Line 4: give the numbers of earlier modules"),
        (first("Hours: 1\nNeeds: 1"), "Line 4: a module can't need itself"),
        (first("Hours: 1\nNeeds: 7"), "Line 4: there is no module 7"),
        (first("Hours: 1\nNeeds: 0"), "Line 4: there is no module 0"),
        (first("Hours: 1\nEntries: nothing"), "Line 4: “NOTHING” is no id"),
        (first("Hours: 1\nEntries: PY-JR-001, py-jr-001"), "Line 4: PY-JR-001 stands twice"),
        (first("Hours: 1\nResource: book | A | https://example.com"), "Line 4: give kind | title"),
        (first("Hours: 1\nResource: pamphlet | A | https://example.com | free | en"), "Line 4: “pamphlet”"),
        (first("Hours: 1\nResource: book | A | javascript:alert(1) | free | en"), "Line 4: “javascript:"),
        (first("Hours: 1\nResource: book | A | https://example.com | free | English"), "Line 4: “English”"),
        (first("Hours: 1", rest=""), "Line 1: “One” holds neither"),
        (first("Hours: 1") + "\n\n### ONE\n\nHours: 1\n\nText.", "Line 7: “ONE” and “One” have the same"),
        ("### History\n\nHours: 1\n\nText.", "Line 1: “History” makes an address that is taken"),
        (f"### {'x' * 121}\n\nHours: 1\n\nText.", "Line 1: give a title of at most 120"),
        (first(f"Hours: 1\nMilestone: {'x' * 301}"), "Line 4: a milestone has at most 300"),
        ("\n\n".join(f"### M {n}\n\nHours: 1\n\nText." for n in range(41)), "At most 40 modules"),
    ],
)
def test_a_mistake_is_refused_with_its_line_and_reason(text: str, reason: str):
    (problem,) = refusal(modules=text)["modules"]
    assert reason in problem


def test_a_module_needs_no_later_one():
    text = "### One\n\nHours: 1\nNeeds: 2\n\nText.\n\n### Two\n\nHours: 1\n\nText."
    assert refusal(modules=text)["modules"] == ["Line 4: module 1 needs module 2, which comes after it."]


def test_a_circle_is_told_as_a_circle():
    one, two, three = (module(str(n), needs=needs) for n, needs in ((1, [3]), (2, [1]), (3, [2])))
    (problem,) = refusal(modules=[one, two, three])["modules"]
    assert "modules 1 and 3 need each other: a circle" in problem


def test_an_entry_that_does_not_exist_is_named_with_its_line():
    known = make_question(public_id="PY-MID-001").public_id
    text = first(f"Hours: 1\nEntries: {known}, PY-JR-404")
    assert refusal(modules=text)["modules"] == ["Line 4: No entry has the id PY-JR-404."]


@pytest.mark.parametrize(
    "value",
    [
        [1], ["text"], [{"title": 1}], [{"name": "x"}], [module(hours_from="2")], [module(hours_from=True)],
        [module(needs=["1"])], [module(needs=[True])], [module(needs=1)], [module(entries=[1])],
        [module(resources=["x"])], [module(resources=[{"kind": "book", "size": "x"}])],
        [module(resources=[{"kind": 1}])], {"title": "x"}, 7,
    ],
)  # fmt: skip
def test_a_structure_of_another_shape_is_refused(value: Any):
    assert "modules" in refusal(modules=value)


@pytest.mark.parametrize("value", [module(text="Text.\n\n### y\n\nText."), module(hours_from=4, hours_to=-2)])
def test_a_structure_that_its_text_would_refuse_is_refused(value: dict[str, Any]):
    assert "modules" in refusal(modules=[value])


def test_a_line_of_a_structure_stays_one_line():
    one = module("x\n### y", text="Text.", milestone="a\nProject: yes")
    (found,) = path_payload(modules=[one]).data["modules"]
    assert (found["title"], found["milestone"], found["is_project"]) == ("x ### y", "a Project: yes", False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("level", ""), ("level", "architect"), ("track", ""), ("track", "moon"), ("audience", ""),
        ("highlights", ""), ("highlights", "a, b, c, d, e, f"), ("highlights", "x" * 25), ("outcomes", ""),
        ("modules", ""), ("mentor_guided", "perhaps"),
    ],
)  # fmt: skip
def test_what_a_path_must_say_is_asked_for(name: str, value: str):
    assert name in refusal(**{name: value})


def test_difficulty_fits_the_level():
    assert "difficulty" in refusal(level="junior", difficulty=8)
