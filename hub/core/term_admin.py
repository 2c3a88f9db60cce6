"""Admin of technologies, topics and tags: rename and merge are verbs, and show first what they touch."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from hub.core import taxonomy
from hub.core.announcing import AnnouncingAdmin
from hub.core.models import TermChange
from hub.core.publishing import Conflict, Unchanged
from hub.core.taxonomy import InvalidTerm

MOST_OFFERED = 300  # terms that the merge form suggests; others can be typed


class TermForm(forms.Form):
    """What both pages carry: the term as it was read, and whether its reader has seen what it touches."""

    was_name = forms.CharField(widget=forms.HiddenInput)
    was_slug = forms.CharField(widget=forms.HiddenInput)
    is_seen = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def __init__(self, term: Any, data: Any = None):
        self.term = term
        super().__init__(data, initial=self.begin(term), label_suffix="")

    def begin(self, term: Any) -> dict[str, str]:
        return {"was_name": term.name, "was_slug": term.slug}

    def as_read(self) -> Any:
        """The term as the person saw it."""
        read = type(self.term)(pk=self.term.pk)
        read.name, read.slug = self.cleaned_data["was_name"], self.cleaned_data["was_slug"]
        return read


class RenameForm(TermForm):
    name = forms.CharField(max_length=100)
    slug = forms.CharField(
        max_length=100, help_text="Stands in addresses; the one of before redirects to it for ever."
    )

    def begin(self, term: Any) -> dict[str, str]:
        return {**super().begin(term), "name": term.name, "slug": term.slug}


class MergeForm(TermForm):
    into = forms.CharField(
        max_length=100,
        label="Merge into",
        help_text="Name or slug of the one that stays.",
        widget=forms.TextInput(attrs={"list": "terms", "autocomplete": "off"}),
    )

    def clean_into(self) -> Any:
        typed = self.cleaned_data["into"].replace("\x00", "")
        rows = type(self.term)._default_manager.exclude(pk=self.term.pk)
        found = rows.filter(Q(slug=typed.lower()) | Q(name__iexact=typed)).order_by("pk").first()
        if found is None:
            raise forms.ValidationError(f"No other {taxonomy.label(self.term)} is called “{typed}”.")
        return found


class TermAdmin(AnnouncingAdmin):
    """Base of the admin of one vocabulary. Name and slug change by the verbs only, on pages of their own."""

    list_display = ["name", "slug", "entries"]
    search_fields = ["name", "slug"]
    change_form_template = "admin/core/term.html"
    show_full_result_count = False
    # How to count what belongs to a term: a model's foreign key to it.
    counted: Any

    def get_queryset(self, request: HttpRequest) -> Any:
        key = self.counted.field
        ours = key.model._base_manager.filter(**{key.name: OuterRef("pk")}).order_by().values(key.name)
        return super().get_queryset(request).annotate(
            entry_count=Coalesce(Subquery(ours.annotate(number=Count("*")).values("number")), 0)
        )  # fmt: skip

    def entries(self, term: Any) -> int:
        return int(term.entry_count)

    entries.admin_order_field = "entry_count"  # type: ignore[attr-defined]

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name", "slug", *(["code"] if hasattr(obj, "code") else [])) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A term that entries name is merged, not deleted: their payloads would bring it back."""
        is_free = obj is None or not taxonomy.touched(obj)
        return is_free and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {
            name: action for name, action in super().get_actions(request).items() if name != "delete_selected"
        }

    def get_urls(self) -> list[URLPattern]:
        def page(name: str, view: Any) -> URLPattern:
            guarded = self.admin_site.admin_view(view)
            pattern: URLPattern = path(
                f"<int:pk>/{name}/", guarded, name=f"core_{self.opts.model_name}_{name}"
            )
            return pattern

        return [page("rename", self.rename), page("merge", self.merge), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        term = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if term:
            context["is_following"] = TermChange.objects.filter(
                vocabulary=taxonomy.label(term), term_id=term.pk
            ).exists()
            if self.has_change_permission(request, term):
                context["rename_url"] = self._url("rename", term)
            if self._may_merge(request):
                context["merge_url"] = self._url("merge", term)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def rename(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for name and slug, show what it touches, then rename."""
        term = self._term(request, pk, may=self.has_change_permission(request))
        form = RenameForm(term, request.POST if request.method == "POST" else None)

        def act(user: User) -> str:
            name, slug = form.cleaned_data["name"], form.cleaned_data["slug"]
            taxonomy.rename(form.as_read(), user, name=name, slug=slug)
            return f"It is called “{name}” now."

        return self._page(request, term, form, "Rename", act)

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the one that stays, show what it touches, then merge."""
        term = self._term(request, pk, may=self._may_merge(request))
        form = MergeForm(term, request.POST if request.method == "POST" else None)

        def act(user: User) -> str:
            into = form.cleaned_data["into"]
            taxonomy.merge(form.as_read(), into, user)
            return f"“{term.name}” is a part of “{into.name}” now."

        return self._page(request, term, form, "Merge", act)

    def _may_merge(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and super().has_delete_permission(request)

    def _term(self, request: HttpRequest, pk: int, *, may: bool) -> Any:
        if not may:
            raise PermissionDenied
        return get_object_or_404(self.model, pk=pk)

    def _page(self, request: HttpRequest, term: Any, form: Any, verb: str, act: Any) -> HttpResponse:
        status, is_asking = 200, False
        if request.method == "POST" and form.is_valid():
            if not form.cleaned_data["is_seen"]:
                is_asking = True
            else:
                assert isinstance(request.user, User)
                try:
                    messages.success(request, act(request.user))
                except InvalidTerm as refusal:
                    form.add_error(refusal.field, str(refusal))
                except Unchanged as refusal:
                    form.add_error(None, str(refusal))
                except Conflict as refusal:
                    form.add_error(None, str(refusal))
                    status = 409
                else:
                    kept = form.cleaned_data.get("into", term)
                    return HttpResponseRedirect(self._url("change", kept))
        if form.errors and status == 200:
            status = 422
        others = type(term)._default_manager.exclude(pk=term.pk).order_by("name")
        context = {
            **self.admin_site.each_context(request),
            "title": f"{verb} {taxonomy.label(term)} “{term.name}”",
            "verb": verb,
            "term": term,
            "form": form,
            "is_asking": is_asking,
            "touched": taxonomy.touched(term),
            "into": form.cleaned_data.get("into") if is_asking else None,
            "others": others.values_list("name", flat=True)[:MOST_OFFERED] if verb == "Merge" else (),
            "opts": self.opts,
            "back_url": self._url("change", term),
        }
        return TemplateResponse(request, "admin/core/term_verb.html", context, status=status)

    def _url(self, page: str, term: Any) -> str:
        return reverse(f"admin:core_{self.opts.model_name}_{page}", args=[term.pk])
