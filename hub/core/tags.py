"""Tags as people type them: found whatever the spelling, and made where there is none."""

from collections.abc import Collection

from django.db.models.functions import Lower

from hub.core.models import Tag, TagAlias
from hub.core.slugs import technical_slug


def tags_named(names: Collection[str]) -> list[Tag]:
    """The tags of these names in their order, made where they don't exist; aliases become their tag.

    A name is known by its slug, or, where an editor renamed a tag, by the name itself in any case.
    """
    by_slug = {technical_slug(name): name for name in names}
    by_slug.pop("", None)
    aliases = {
        alias.slug: alias.tag for alias in TagAlias.objects.filter(slug__in=by_slug).select_related("tag")
    }
    known = {tag.slug: tag for tag in Tag.objects.filter(slug__in=by_slug)}
    named = {
        tag.name.lower(): tag
        for tag in Tag.objects.alias(lower=Lower("name")).filter(lower__in=[name.lower() for name in names])
    }
    found: dict[str, Tag] = {}
    for slug, name in by_slug.items():
        tag = aliases.get(slug) or known.get(slug) or named.get(name.lower())
        if tag is None:
            tag, _ = Tag.objects.get_or_create(slug=slug, defaults={"name": name})
        found.setdefault(tag.slug, tag)
    return list(found.values())
