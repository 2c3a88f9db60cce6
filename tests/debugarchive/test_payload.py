"""What an error may contain."""

from typing import Any

import pytest

from hub.core.payload import InvalidPayload, validated
from tests.debugarchive.factories import error_payload

pytestmark = pytest.mark.django_db


def problems(**over: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidPayload) as refusal:
        error_payload(**over)
    return refusal.value.errors


@pytest.mark.parametrize(
    "name", ["series", "error_kind", "severity", "symptom", "messages", "root_cause", "fix"]
)
def test_what_every_error_needs_is_required(name: str):
    assert list(problems(**{name: ""})) == [name]


@pytest.mark.parametrize(
    "over",
    [
        {"error_kind": "panic"},
        {"severity": "9"},
        {"workaround_risk": "some", "workaround": "Restart it."},
        {"affected": ["x" * 81]},
    ],
)
def test_a_value_outside_its_bounds_is_refused(over: dict[str, Any]):
    assert list(problems(**over)) == [next(iter(over))]


def test_an_unknown_series_is_refused():
    data = {**error_payload().data, "series": "nowhere"}
    with pytest.raises(InvalidPayload) as refusal:
        validated("error", data)
    assert list(refusal.value.errors) == ["series"]


def test_a_workaround_without_a_risk_is_refused():
    assert list(problems(workaround="Restart it.")) == ["workaround_risk"]


def test_a_risk_without_a_workaround_is_refused():
    assert list(problems(workaround_risk="data")) == ["workaround_risk"]


def test_undoing_no_workaround_is_refused():
    assert list(problems(workaround_undo="Start it.")) == ["workaround_undo"]


@pytest.mark.parametrize("risk", ["none", "data", "security", "performance"])
def test_a_workaround_with_its_risk_is_taken(risk: str):
    data = error_payload(workaround="Restart it.", workaround_risk=risk).data
    assert (data["workaround"], data["workaround_risk"]) == ("Restart it.", risk)


def test_a_refused_workaround_is_not_called_missing():
    assert list(problems(workaround="```\nnever closed", workaround_risk="data")) == ["workaround"]


@pytest.mark.parametrize("name", ["reproduction", "fixed_code"])
def test_code_without_a_block_is_refused(name: str):
    assert list(problems(**{name: "Only words."})) == [name]
    assert error_payload(**{name: "Words.\n\n```python raises=Fault\nfail()\n```"}).data[name].endswith("```")


def test_affected_versions_are_a_list():
    assert error_payload(affected="Flask >=2.3, Werkzeug <3").data["affected"] == [
        "Flask >=2.3",
        "Werkzeug <3",
    ]
