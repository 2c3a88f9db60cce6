"""Import in admin: choose a file, look at what it would do and at every problem, then take all of it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from contributions import importing
from contributions.admin.requests import signed_in
from contributions.importing import MAX_BYTES, MAX_ROWS, Unreadable
from contributions.models import ImportFile
from contributions.moves import Conflict
from contributions.permissions import REVIEW, may
from hub.core import catalogue
from hub.core.catalogue import Kind
from hub.core.exporting import FACTS

KEPT_FOR = timedelta(days=1)


class UploadForm(forms.Form):
    kind = forms.ChoiceField()
    file = forms.FileField(
        label="File",
        widget=forms.FileInput(attrs={"accept": ".csv,.json,text/csv,application/json"}),
        help_text="CSV with a first line of names, or a JSON list of objects; UTF-8, at most "
        f"{MAX_ROWS} rows and {MAX_BYTES // 1_000_000} MB. Nothing is written before you have seen what "
        "it would do.",
    )

    def __init__(self, kinds: list[Kind], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, label_suffix="")
        choices = [(kind.name, kind.label_plural) for kind in kinds]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def clean_file(self) -> tuple[str, str]:
        """Name and text of the file, of which at least the rows can be told apart."""
        file = self.cleaned_data["file"]
        try:
            text = importing.text_in(file.read(MAX_BYTES + 1))
            importing.read(text)
        except Unreadable as refusal:
            raise forms.ValidationError(str(refusal), code="unreadable") from refusal
        return str(file.name)[:120], text


@admin.register(ImportFile)
class ImportAdmin(admin.ModelAdmin[ImportFile]):
    """Two pages: the upload, and the look at one file with its problems. Everybody sees their own files."""

    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(added_by=signed_in(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(_kinds(request))

    def has_view_permission(self, request: HttpRequest, obj: ImportFile | None = None) -> bool:
        return any(obj is None or obj.kind == kind.name for kind in _kinds(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: ImportFile | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_delete_permission(self, _request: HttpRequest, _obj: ImportFile | None = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self.add_view(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take a file, keep it for a day, and lead to the look at it."""
        kinds = _kinds(request)
        if not kinds:
            raise PermissionDenied
        is_sent = request.method == "POST"
        form = UploadForm(kinds, *((request.POST, request.FILES) if is_sent else ()))
        if is_sent and form.is_valid():
            ImportFile.objects.filter(added_at__lt=timezone.now() - KEPT_FOR).delete()
            name, text = form.cleaned_data["file"]
            file = ImportFile.objects.create(
                kind=form.cleaned_data["kind"], name=name, text=text, added_by=signed_in(request)
            )
            return HttpResponseRedirect(_url("change", file.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": "Import",
            "form": form,
            "kinds": [(kind, [*FACTS[:1], *kind.form.base_fields], _required(kind)) for kind in kinds],
            "opts": self.opts,
        }
        page = "admin/contributions/importfile/upload.html"
        return TemplateResponse(request, page, context, status=422 if is_sent else 200)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what a file would do; by POST, do it."""
        user = signed_in(request)
        file = self.get_queryset(request).filter(pk=object_id).first() if object_id.isdecimal() else None
        if file is None:
            messages.info(request, "This file was imported or thrown away already.")
            return HttpResponseRedirect(_url("changelist"))
        if not self.has_view_permission(request, file):
            raise Http404
        status = 200
        if request.method == "POST":
            if request.POST.get("action") == "discard":
                file.delete()
                messages.info(request, "Nothing was imported.")
                return HttpResponseRedirect(_url("changelist"))
            try:
                made = importing.carry_out(file, user, send=request.POST.get("action") == "send")
            except (Unreadable, Conflict) as refusal:
                messages.error(request, f"Nothing was imported. {refusal}")
                status = 409
            else:
                number = len(made)
                messages.success(
                    request, f"{number} submission{'s' if number != 1 else ''} made from {file.name}."
                )
                return HttpResponseRedirect(reverse("admin:contributions_submission_changelist"))
        kind = catalogue.get(file.kind)
        plan = importing.plan(kind, importing.read(file.text), user)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Import {file.name}",
            "file": file,
            "kind": kind,
            "plan": plan,
            "opts": self.opts,
        }
        page = "admin/contributions/importfile/plan.html"
        return TemplateResponse(request, page, context, status=status)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        raise Http404


def _kinds(request: HttpRequest) -> list[Kind]:
    return [kind for kind in catalogue.kinds() if may(request.user, REVIEW, kind.name)]


def _required(kind: Kind) -> list[str]:
    return [name for name, field in kind.form.base_fields.items() if field.required]


def _url(page: str, *args: Any) -> str:
    return reverse(f"admin:contributions_importfile_{page}", args=args)
