"""Admin of the vocabularies and of the site's words."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from taggit.models import Tag as TaggitTag

from hub.core.announcing import AnnouncingAdmin
from hub.core.figure_admin import FigureAdmin
from hub.core.models import Event, Figure, SiteText, Tag, TagAlias, Technology, Topic
from hub.core.term_admin import TermAdmin
from hub.core.texts import html_of, places

admin.site.unregister(TaggitTag)
admin.site.site_header = admin.site.site_title = "Knowledge Hub"


@admin.register(Technology)
class TechnologyAdmin(TermAdmin):
    """Technologies. The code stands in ids, so it stays as it was made."""

    counted = Technology.entries
    list_display = ["name", "slug", "code", "kind", "parent", "entries"]
    list_select_related = ("parent",)
    list_filter = ("kind",)
    search_fields = ["name", "slug", "code"]


@admin.register(Topic)
class TopicAdmin(TermAdmin):
    counted = Topic.entries


class TagAliasInline(admin.TabularInline[Any, Any]):
    model = TagAlias
    extra = 1


@admin.register(Tag)
class TagAdmin(TermAdmin):
    """Tags and the other words that mean the same."""

    counted = Tag.tagged
    inlines = (TagAliasInline,)
    fields = ("name", "slug")


admin.site.register(Figure, FigureAdmin)


class SiteTextForm(forms.ModelForm[SiteText]):
    """The words of one place; a place is chosen once and then stays."""

    key = forms.ChoiceField(label="Place")

    class Meta:
        model = SiteText
        fields = ("key", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 5, "cols": 90})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.key:
            del self.fields["key"]
        else:
            taken = set(SiteText.objects.values_list("key", flat=True))
            free = [(key, f"{text.note} ({key})") for key, text in places().items() if key not in taken]
            self.fields["key"].choices = free  # type: ignore[attr-defined]
        place = places().get(self.instance.key)
        self.fields["text"].help_text = "One paragraph of Markdown; empty hides the place." + (
            f" As shipped: {place.words}" if place else ""
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        key = cleaned.get("key") or self.instance.key
        try:
            self.instance.html = html_of(key, cleaned.get("text", ""))
        except forms.ValidationError as error:
            self.add_error("text", error)
        return cleaned

    def save(self, commit: bool = True) -> SiteText:  # noqa: FBT001, FBT002 (Django's signature)
        if place := places().get(self.instance.key):
            self.instance.note = place.note
        return super().save(commit)


@admin.register(SiteText)
class SiteTextAdmin(AnnouncingAdmin):
    """Words that editors changed; deleting one brings the shipped words back."""

    act = Event.Act.TEXT
    form = SiteTextForm
    list_display = ("key", "note", "text", "updated_at")
    search_fields = ("key", "note", "text")

    def get_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("text",) if obj else ("key", "text")
