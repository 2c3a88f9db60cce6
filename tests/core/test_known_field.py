"""A field for one row of a vocabulary: what its select offers is what it takes."""

import pytest
from django import forms

from hub.core import fields
from hub.core.models import Technology


class AboutForm(forms.Form):
    technology = fields.Known(Technology, required=True)


@pytest.fixture
def flask(db):
    return Technology.objects.create(slug="flask", name="Flask", code="FLSK", kind="framework")


def test_each_option_has_the_slug_as_its_value(flask):
    assert '<option value="flask">Flask</option>' in str(AboutForm()["technology"])


def test_what_a_browser_sends_back_is_taken(flask):
    form = AboutForm({"technology": "flask"})
    assert form.is_valid()
    assert form.fields["technology"].to_payload(form.cleaned_data["technology"]) == "flask"


def test_a_stored_slug_is_shown_as_chosen(flask):
    assert '<option value="flask" selected>Flask</option>' in str(
        AboutForm(initial={"technology": "flask"})["technology"]
    )
