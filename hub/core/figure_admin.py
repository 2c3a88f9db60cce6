"""Admin of figures: add one, copy its Markdown, find those that no text shows."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from hub.core import figures, prose
from hub.core.figures import MAX_BYTES, MAX_PIXELS, MAX_SIDE, Encoded, InvalidFigure
from hub.core.models import Entry, Figure


class FigureForm(forms.ModelForm[Figure]):
    """What an editor says about a picture, and with a new one the picture itself."""

    file = forms.FileField(
        label="Picture",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
        help_text=(
            f"PNG, JPEG, WebP or GIF, at most {MAX_BYTES // 1_000_000} MB and {MAX_PIXELS // 1_000_000} "
            "million pixels. It is encoded anew, without metadata (place, camera, names), "
            f"at most {MAX_SIDE} pixels a side."
        ),
    )

    class Meta:
        model = Figure
        fields = ("alt", "caption")
        widgets = {"alt": forms.Textarea(attrs={"rows": 3}), "caption": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["file"]

    def clean_file(self) -> Encoded:
        file = self.cleaned_data["file"]
        try:
            return figures.encode(file.read(MAX_BYTES + 1))
        except InvalidFigure as refusal:
            raise forms.ValidationError(str(refusal), code="figure") from refusal

    def clean_alt(self) -> str:
        return self._line("alt")

    def clean_caption(self) -> str:
        return self._line("caption")

    def _line(self, name: str) -> str:
        text = " ".join(prose.normalise(self.cleaned_data[name]).split())
        prose.check_characters(text)
        return text


class ShownFilter(admin.SimpleListFilter):
    """Whether an entry shows it now; one that only older or proposed texts show counts as not shown."""

    title, parameter_name = "shown", "shown"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "By an entry"), ("no", "By no entry")]

    def queryset(self, _request: HttpRequest, queryset: Any) -> Any:
        shown = Exists(Figure.entries.through.objects.filter(figure_id=OuterRef("pk")))
        if self.value() == "yes":
            return queryset.filter(shown)
        return queryset.filter(~shown) if self.value() == "no" else queryset


class FigureAdmin(admin.ModelAdmin[Figure]):
    """Pictures of texts. A public text changes by its own next revision, never by a change here."""

    form = FigureForm
    list_display = ("picture", "alt", "measures", "shown_by", "added_at")
    list_display_links = ("picture", "alt")
    list_filter = (ShownFilter,)
    search_fields = ("name", "alt", "caption")
    list_per_page = 50
    show_full_result_count = False
    actions = None
    change_form_template = "admin/core/figure.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("entries")

    def get_fields(self, request: HttpRequest, obj: Figure | None = None) -> Any:
        return ("alt", "caption") if obj else ("file", "alt", "caption")

    @admin.display(description="Picture")
    def picture(self, figure: Figure) -> str:
        return format_html(
            '<img class="thumbnail" src="{}" alt="" width="{}" height="{}" loading="lazy">',
            figure.get_absolute_url(), figure.width, figure.height,
        )  # fmt: skip

    @admin.display(description="Size", ordering="size")
    def measures(self, figure: Figure) -> str:
        return f"{figure.width} × {figure.height}, {max(1, round(figure.size / 1000))} kB"

    @admin.display(description="Shown by")
    def shown_by(self, figure: Figure) -> str:
        shown = [entry for entry in figure.entries.all()[:6] if isinstance(entry, Entry)]
        return (
            format_html_join(", ", '<a href="{}">{}</a>', ((one.permalink, one.public_id) for one in shown))
            if shown
            else "–"
        )

    def save_model(self, request: HttpRequest, obj: Figure, form: Any, change: bool) -> None:  # noqa: FBT001 (Django's signature)
        if change:
            obj.save(update_fields=["alt", "caption"])
            return
        encoded: Encoded = form.cleaned_data["file"]
        kept = figures.keep(encoded, obj.alt, obj.caption, request.user)  # type: ignore[arg-type]
        if kept.alt != obj.alt:
            messages.info(request, "This picture was here already; it keeps its words.")
        obj.pk, obj.name = kept.pk, kept.name
        obj.refresh_from_db()

    def response_add(
        self, request: HttpRequest, obj: Figure, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(request, "The figure is kept. Copy its Markdown into a text.")
        return HttpResponseRedirect(reverse("admin:core_figure_change", args=[obj.pk]))

    def has_delete_permission(self, request: HttpRequest, obj: Figure | None = None) -> bool:
        """A figure that any text shows, or did, stays: going back to that text must find it."""
        return super().has_delete_permission(request, obj) and (obj is None or not figures.is_needed(obj))

    def delete_model(self, request: HttpRequest, obj: Figure) -> None:
        figures.remove(obj)
