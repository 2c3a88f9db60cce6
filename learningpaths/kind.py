"""What learning paths plug into the catalogue. Begin reading here."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.urls import reverse

from hub.core import markdown
from hub.core.catalogue import Kind, register
from hub.core.links import absolute
from hub.core.models import Entry
from hub.core.publishing import current_payload
from hub.core.slugs import title_slug
from learningpaths.forms import LearningPathForm
from learningpaths.models import PATH_LEVELS, LearningPath, Module, ModuleEntry, Track


@register
class LearningPathKind(Kind):
    """Learning paths: ids such as LP-003, pages such as /paths/python-from-zero/."""

    name = "path"
    namespace = "learningpaths"
    path = "paths"
    label = "Learning path"
    label_plural = "Learning paths"
    card_word = "Path"
    number = 5
    title = "Learning paths"
    blurb = "What to learn, in which order, and how long it takes: every step leads to entries of the hub."
    unit = "paths"
    home_words = ("Structured learning", "Learning paths")
    status = ("LEARNING_PATHS", "READY")

    model = LearningPath
    form = LearningPathForm
    urls = "learningpaths.urls"
    viewset = "learningpaths.api.LearningPathViewSet"
    card_template = "learningpaths/_card.html"
    jsonld_type = "Course"
    has_technology_pages = False
    holds = "module_entries__module__path"

    def id_prefix(self, data: dict[str, Any], technology_code: str) -> str:
        return "LP"

    def columns(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"track": data["track"], "mentor_guided": bool(data.get("mentor_guided"))}

    def link_rows(self, row: Any, data: dict[str, Any]) -> None:
        row.modules.all().delete()
        Module.objects.bulk_create(
            Module(
                path=row,
                order=order,
                slug=title_slug(module["title"]),
                html=markdown.render(module["text"], prefix=f"module-{order}"),
                **{name: value for name, value in module.items() if name not in {"entries", "text"}},
            )
            for order, module in enumerate(data["modules"], 1)
        )

    def link_entries(self, entry: Entry, data: dict[str, Any], targets: dict[str, int]) -> None:
        ModuleEntry.objects.filter(module__path=entry.pk).delete()
        modules = dict(Module.objects.filter(path=entry.pk).values_list("order", "pk"))
        ModuleEntry.objects.bulk_create(
            ModuleEntry(module_id=modules[order], entry_id=targets[public_id], position=position)
            for order, module in enumerate(data["modules"], 1)
            for position, public_id in enumerate(module["entries"])
            if public_id in targets
        )

    def card(self, data: dict[str, Any]) -> dict[str, Any]:
        modules = data["modules"]
        return {
            "level": PATH_LEVELS[data["level"]],
            "track": Track(data["track"]).label,
            "audience": data["audience"],
            "highlights": data["highlights"],
            "mentor_guided": bool(data.get("mentor_guided")),
            "module_count": len(modules),
            "project_count": sum(module["is_project"] for module in modules),
            "hours_from": sum(module["hours_from"] for module in modules),
            "hours_to": sum(module["hours_to"] for module in modules),
        }

    def jsonld(self, entry: Entry) -> dict[str, Any]:
        data = current_payload(entry).data
        page, workload = absolute(entry.get_absolute_url()), f"PT{entry.card['hours_to']}H"
        instance = {"@type": "CourseInstance", "courseMode": "Online", "courseWorkload": workload}
        modules = [
            {
                "@type": "ListItem",
                "position": order,
                "name": module["title"],
                "url": f"{page}{title_slug(module['title'])}/",
            }
            for order, module in enumerate(data["modules"], 1)
        ]
        return {
            "name": entry.title,
            "educationalLevel": PATH_LEVELS[entry.level],
            "audience": {"@type": "Audience", "audienceType": data["audience"]},
            "teaches": [markdown.plain_text(outcome) for outcome in data["outcomes"]],
            "hasCourseInstance": instance,
            "hasPart": {"@type": "ItemList", "numberOfItems": len(modules), "itemListElement": modules},
        }

    def pages_of(self, entries: Collection[int]) -> list[tuple[str, datetime]]:
        rows = Module.objects.filter(path__in=entries).order_by("path", "order")
        return [
            (reverse("learningpaths:module", args=[path, module]), at)
            for path, module, at in rows.values_list("path__slug", "slug", "path__updated_at")
        ]

    def level_label(self, level: Any) -> str:
        return PATH_LEVELS.get(str(level.value), super().level_label(level))

    def address(self, entry: Entry) -> str:
        return reverse("learningpaths:detail", args=[entry.slug])
