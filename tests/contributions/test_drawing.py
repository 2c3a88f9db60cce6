"""The documentation's drawing of the workflow is the table's."""

from django.conf import settings

from contributions.drawing import mermaid


def test_the_documentation_shows_the_table_as_it_is():
    assert mermaid() in (settings.BASE_DIR / "docs" / "moderation.md").read_text()
