"""The modules of a path as readers see them: plain values, in four queries, that a cache can keep."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import mark_safe

from hub.core.models import ADDRESS_COLUMNS, Entry
from learningpaths.fields import hours_text
from learningpaths.models import LearningPath, Module, ModuleEntry, ResourceKind


@dataclass(frozen=True)
class Step:
    """One entry in a module; without a title and a ``url`` where it is no longer public."""

    pk: int
    public_id: str
    title: str = ""
    kind_label: str = ""
    difficulty: int = 0
    url: str = ""


@dataclass(frozen=True)
class Resource:
    """One thing outside the hub to learn from."""

    kind: str
    title: str
    address: str
    cost: str
    language: str


@dataclass(frozen=True)
class ShownModule:
    """One module: ``key`` names it in a reader's progress, ``needs`` are orders of earlier modules."""

    order: int
    key: str
    title: str
    url: str
    hours: str
    is_project: bool
    needs: list[int]
    milestone: str
    resources: list[Resource]
    html: str
    steps: list[Step]


def modules_of(path: LearningPath) -> list[ShownModule]:
    """The path's modules in order, with their entries; those that ``public()`` leaves out have no link."""
    rows = ModuleEntry.objects.filter(module__path=path.pk).order_by("module", "position")
    places = list(rows.values_list("module", "entry", "entry__public_id"))
    public = Entry.objects.public().filter(pk__in={pk for _, pk, _ in places})
    public = public.select_related("technology").only("title", "difficulty", *ADDRESS_COLUMNS)
    found = {entry.pk: _step(entry) for entry in public}
    steps: dict[int, list[Step]] = {}
    for module, pk, public_id in places:
        steps.setdefault(module, []).append(found.get(pk) or Step(pk, public_id))
    return [_shown(path, module, steps.get(module.pk, [])) for module in path.modules.order_by("order")]


def stages(modules: list[ShownModule]) -> list[list[ShownModule]]:
    """The map: modules of one stage need none of the same stage, only some of the stages before."""
    stage_of: dict[int, int] = {}
    rows: list[list[ShownModule]] = []
    for module in modules:
        stage = max((stage_of[need] + 1 for need in module.needs), default=0)
        stage_of[module.order] = stage
        if stage == len(rows):
            rows.append([])
        rows[stage].append(module)
    return rows


def _step(entry: Entry) -> Step:
    return Step(
        entry.pk, entry.public_id, entry.title, entry.kind_label, entry.difficulty, entry.get_absolute_url()
    )


def _shown(path: LearningPath, module: Module, steps: list[Step]) -> ShownModule:
    return ShownModule(
        order=module.order,
        key=f"{path.public_id}/{module.slug}",
        title=module.title,
        url=reverse("learningpaths:module", args=[path.slug, module.slug]),
        hours=hours_text(module.hours_from, module.hours_to),
        is_project=module.is_project,
        needs=module.needs,
        milestone=module.milestone,
        resources=[
            Resource(**{**resource, "kind": ResourceKind(resource["kind"]).label})
            for resource in module.resources
        ],
        html=mark_safe(module.html),  # noqa: S308 (sanitised when rendered)
        steps=steps,
    )
