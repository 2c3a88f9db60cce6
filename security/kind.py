"""What the security app plugs into the catalogue. Begin reading here."""

from typing import Any

from django.urls import reverse
from django.utils.html import escape

from hub.core.catalogue import Kind, register
from hub.core.models import Entry
from security.fields import listing_html
from security.forms import SecurityTopicForm
from security.models import SecurityTopic, TopicKind
from security.severity import severity


@register
class SecurityTopicKind(Kind):
    """Security topics: ids such as SEC-041, pages such as /security/sql-injection/."""

    name = "security"
    namespace = "security"
    path = "security"
    label = "Security topic"
    label_plural = "Security topics"
    number = 6
    title = "Security & ethical hacking"
    blurb = "How weaknesses are abused, noticed and closed, from the OWASP Top 10 to code that holds."
    unit = "topics"
    home_words = ("Security", "Know the attack. Ship the defence.")
    status = ("SECURITY_DESK", "WATCHING")

    model = SecurityTopic
    form = SecurityTopicForm
    urls = "security.urls"
    viewset = "security.api.SecurityTopicViewSet"
    card_template = "security/_card.html"
    jsonld_type = "TechArticle"
    has_technology_pages = False

    def id_prefix(self, data: dict[str, Any], technology_code: str) -> str:
        return "SEC"

    def columns(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"topic_kind": data["topic_kind"]}

    def card(self, data: dict[str, Any]) -> dict[str, Any]:
        card = {
            "topic_kind": TopicKind(data["topic_kind"]).label,
            "weaknesses": data.get("weaknesses", []),
            "is_offensive": bool(data.get("is_offensive")),
        }
        if vector := data.get("cvss"):
            found = severity(vector)
            card |= {"cvss": found.vector, "score": found.score, "severity": found.word}
        return card

    def exact_text(self, data: dict[str, Any]) -> str:
        return "\n".join([*data.get("weaknesses", []), data.get("cvss", "")])

    def render(self, data: dict[str, Any]) -> dict[str, Any]:
        """The sections, and ``code_pairs``: vulnerable and fixed code of each language side by side."""
        return super().render(data) | {"code_pairs": _code_pairs(data)}

    def address(self, entry: Entry) -> str:
        return reverse("security:detail", args=[entry.slug])


def _code_pairs(data: dict[str, Any]) -> str:
    """One pair a language, in the order of the fixed code; one without vulnerable code stands alone."""
    vulnerable = {one["language"].casefold(): one for one in data.get("vulnerable_code", [])}
    return "".join(
        f"<h3>{escape(fixed['language'])}</h3>"
        f'<div class="code-pair">{_side("Vulnerable", vulnerable.get(fixed["language"].casefold()))}'
        f"{_side('Fixed', fixed)}</div>"
        for fixed in data.get("fixed_code", [])
    )


def _side(label: str, listing: dict[str, str] | None) -> str:
    if listing is None:
        return ""
    return f'<div class="code-side code-{label.lower()}"><h4>{label}</h4>{listing_html(listing)}</div>'
