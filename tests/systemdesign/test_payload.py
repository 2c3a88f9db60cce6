"""The parts of a design note: what each takes, as text and as structure, and what it refuses."""

from typing import Any

import pytest

from hub.core import catalogue
from hub.core.payload import InvalidPayload
from systemdesign.forms import STEPS, DesignNoteForm
from tests.systemdesign.factories import ESTIMATES, OPTIONS, design_payload

pytestmark = pytest.mark.django_db

SCALE = "\n\n".join(f"### {step}\n\nText." for step in STEPS)
DIAGRAM = "```text\na --> b\n```"


def field(name: str) -> Any:
    return DesignNoteForm.base_fields[name]


def refusal(**over: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidPayload) as refused:
        design_payload(**over)
    return refused.value.errors


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("estimates", ESTIMATES),
        ("options", OPTIONS),
        ("scale", SCALE),
        ("diagram", DIAGRAM),
        ("references", "- [A page](https://example.com/a)"),
        ("requirements", "- Fast\n- Cheap"),
        ("failure_modes", "### It fails\n\nMend it."),
    ],
)
def test_text_and_structure_say_the_same(name: str, text: str):
    structure = field(name).clean(text)
    assert field(name).text(structure) == text
    assert field(name).clean(structure) == structure


def test_estimates_are_kept_as_written():
    payload = design_payload(estimates=ESTIMATES)
    assert payload.data["estimates"] == [
        {"name": "requests_per_day", "expression": "10_000_000", "unit": "requests a day"},
        {"name": "peak", "expression": "requests_per_day / 86400 * 3", "unit": "requests/s"},
    ]


def test_an_option_is_a_name_a_text_and_two_lists():
    one, many = design_payload(options=OPTIONS, decision="Many.").data["options"]
    assert one == {
        "name": "One server", "is_chosen": False, "text": "Simple.", "pros": ["Cheap"], "cons": ["One"],
    }  # fmt: skip
    assert many == {
        "name": "Many servers", "is_chosen": True, "text": "", "pros": ["Many", "Fast"], "cons": ["Dear"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (OPTIONS.replace(" (chosen)", ""), "Mark exactly one option: ### Name (chosen)."),
        (OPTIONS.replace("One server", "One server (chosen)"), "Mark exactly one option: ### Name (chosen)."),
        (OPTIONS.replace("Many servers", "one SERVER"), "Two options have the same name."),
        (OPTIONS[OPTIONS.index("### Many") :], "Give at least two options, or none."),
        (
            OPTIONS.replace("#### Cons", "#### Risks"),
            "“One server”: give #### Pros, then #### Cons, each with a list.",
        ),
        (OPTIONS.replace("- Cheap", ""), "“One server” needs at least one pro and one con."),
        (OPTIONS.replace("One server", "(chosen)"), "An option has no name."),
        ("Simple.", "Begin with a heading: ### Heading"),
        ([{"name": "A"}], "“A”: give #### Pros"),
        (["A"], "Give a list of {name, is_chosen, text, pros, cons}."),
        ([{"name": "A", "is_chosen": "yes"}], "Give a list of {name, is_chosen, text, pros, cons}."),
        ([{"name": "A", "pros": ["a", 1]}], "Give a list of {name, is_chosen, text, pros, cons}."),
        ({"name": "A"}, "Give a list or a text."),
    ],
)
def test_other_options_are_refused(options: Any, reason: str):
    if reason.startswith("“A”"):
        reason = "“A” needs at least one pro and one con."
    assert refusal(options=options, decision="Why.")["options"] == [reason]


@pytest.mark.parametrize(
    ("scale", "is_known"),
    [
        (SCALE, True),
        (SCALE.replace("At 1 k users", "at 1  K Users"), True),
        (SCALE.replace("100 k", "200 k"), False),
        (SCALE[: SCALE.index("### At 10 M")], False),
        ("\n\n".join(reversed(SCALE.split("\n\n### "))), False),
    ],
)
def test_scale_has_the_same_three_steps_in_every_note(scale: str, is_known: bool):
    if is_known:
        assert [part["heading"] for part in design_payload(scale=scale).data["scale"]] == list(STEPS)
    else:
        assert refusal(scale=scale)["scale"]


@pytest.mark.parametrize(
    "diagram",
    ["a --> b", f"See:\n\n{DIAGRAM}", f"{DIAGRAM}\n\n{DIAGRAM}", "```python\nprint()\n```", "```text\n```",
     "```text\n" + "x" * 91 + "\n```", "```text\n" + "x\n" * 61 + "```"],
)  # fmt: skip
def test_a_diagram_is_one_drawing_that_fits_a_page(diagram: str):
    assert refusal(diagram=diagram, diagram_words="Words.")["diagram"]


def test_a_diagram_is_said_in_words_too():
    assert refusal(diagram=DIAGRAM)["diagram_words"] == ["Describe the diagram in words too (WCAG 1.1.1)."]
    assert refusal(diagram_words="Words.")["diagram"] == ["There is no diagram that the words describe."]


def test_a_choice_needs_its_reason():
    assert refusal(options=OPTIONS)["decision"] == ["Say why the chosen option was chosen."]


def test_the_key_figure_is_one_of_the_estimates():
    assert refusal(estimates=ESTIMATES, key_figure="paek")["key_figure"] == ["No estimate is called “paek”."]
    assert refusal(key_figure="peak")["key_figure"] == ["No estimate is called “peak”."]
    assert set(refusal(estimates="a = b", key_figure="a")) == {"estimates"}


@pytest.mark.parametrize(
    "estimates", ["a = 1 / 0", [{"name": "a", "expression": "b"}], [{"name": 1}], ["a = 1"], 7]
)
def test_estimates_that_can_not_be_worked_out_are_refused(estimates: Any):
    assert set(refusal(estimates=estimates)) == {"estimates"}


@pytest.mark.parametrize(
    "references",
    ["- A book", "- [A page](/here)", "- [x](javascript:alert(1))", "- `[a](https://example.com)`"],
)
def test_a_reference_links_to_a_page_on_the_web(references: str):
    assert refusal(references=references)["references"] == ["Item 1 has no link: [title](https://…)."]


def test_what_writers_type_never_becomes_markup():
    hostile = "<img src=x onerror=alert(1)>"
    payload = design_payload(
        estimates=f"a = 1  # {hostile[:38]}",
        options=OPTIONS.replace("One server", hostile).replace("Cheap", hostile).replace("Simple.", hostile),
        decision=hostile,
        diagram=f"```text\n{hostile}\n```",
        diagram_words=hostile,
        scale=SCALE.replace("Text.", hostile),
    )
    rendered = catalogue.get("design").render(payload.data)
    for name in ("estimates", "options", "diagram", "scale", "decision"):
        assert "&lt;img" in rendered[name]
        assert "<img" not in rendered[name]


def test_a_level_may_be_missing():
    assert "level" not in design_payload().data
