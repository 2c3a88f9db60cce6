"""The template lint finds what Django shows only on the page, and what the content policy would block."""

import pytest
from django.test import override_settings

from deploy.lint_templates import faults_of


@pytest.fixture
def faults(tmp_path):
    """Return a function that lints one template and gives its faults as 'line: reason'."""

    def lint(text: str, name: str = "page.html") -> list[str]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        backend = "django.template.backends.django.DjangoTemplates"
        with override_settings(TEMPLATES=[{"BACKEND": backend, "DIRS": [tmp_path]}]):
            return [f"{line}: {reason}" for line, reason in faults_of(path, name)]

    return lint


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{% fi x %}", "Invalid block tag"),
        ("{{ x|nofilter }}", "Invalid filter"),
        ('{% include "nowhere.html" %}', "there is no template nowhere.html"),
        ('<p class="a" style="color: red">', "a style attribute"),
        ("<style>p { color: red }</style>", "a style element"),
        ("<script>alert(1)</script>", "an inline script"),
        ('<button type="button" onclick="go()">', "an event attribute"),
        ('<img src="/a.png">', "an image without alt"),
        ('<a href="javascript:go()">', "a javascript: address"),
        ("{{ text|safe }}", "unescaped output"),
    ],
)
def test_a_fault_is_named_with_its_line(faults, line, fault):
    assert any(found.startswith(f"2: {fault}") for found in faults(f"<p>One</p>\n{line}\n"))


@pytest.mark.parametrize(
    "line",
    [
        '<img src="/a.png" alt="">',
        '<script src="/static/theme.js" defer></script>',
        '<script type="application/ld+json">{}</script>',
        '{% if content == "x" %}<p class="style">onclick=</p>{% endif %}',
    ],
)
def test_what_is_allowed_is_left_alone(faults, line):
    assert faults(line) == []


def test_a_component_takes_only_what_it_is_given(faults):
    faults("<p>", "components/box.html")
    assert faults('{% include "components/box.html" with a=b only %}') == []
    assert faults('{% include "components/box.html" with only_a=b %}') == ["1: a component without only"]


def test_mail_may_carry_styles(faults):
    assert faults("<style>p { color: red }</style>", "mail/base.html") == []
