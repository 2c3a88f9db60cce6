"""The reading pages of snippets, and their raw text."""

import hashlib
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header

from hub.core.caching import content_number
from hub.core.facets import Place
from hub.core.listing import EntryListView
from hub.core.publishing import current_payload
from hub.core.reading import EntryDetailView, EntryPage, beside
from hub.core.related import Related, related
from hub.core.vocabulary import Term, vocabulary
from snippets.filters import SnippetFilter
from snippets.twins import twins

# Sections in the order of the page: the code and what to fill in before how it works.
_PAGE_ORDER = ("code", "variables", "explanation", "security_note", "test_code", "further")


def language_url(slug: str) -> str:
    return reverse("snippets:language", args=[slug])


class SnippetList(EntryListView):
    """All snippets, or those in one language."""

    kind = "snippet"
    template_name = "snippets/snippet_list.html"
    filterset_class = SnippetFilter
    facet_labels = {
        "language": "Language", "snippet_kind": "Kind", "technology": "Technology", "level": "Level",
        "difficulty": "Difficulty", "tag": "Tag",
    }  # fmt: skip
    default_sort = "newest"

    def heading(self, subject: Term | None) -> str:
        return f"{subject.name} snippets" if subject else "Copy it, read why, ship it."

    def place(self) -> Place:
        return Place("language", vocabulary(content_number(self.request)).languages, language_url)


class SnippetDetail(EntryDetailView):
    """One snippet: the code first, then what to fill in, how it works and how it was tested."""

    kind = "snippet"
    needs_payload = True
    technology_part = "language"
    template_name = "snippets/snippet_detail.html"

    def condition(self, **kwargs: Any) -> Q:
        return Q(language__slug=kwargs["language"], slug=kwargs["slug"])

    def crumb(self, entry: Any) -> dict[str, str]:
        language = entry.card["language"]
        return {"label": language["name"], "url": language_url(language["slug"])}

    def context(self, entry: Any) -> dict[str, Any]:
        data = current_payload(entry).data
        sections = {section.key: section for section in entry.sections}
        return {
            "sections": [sections[key] for key in _PAGE_ORDER if key in sections],
            "files": [
                {"name": file["name"], "url": raw_url(entry.public_id, data, file)} for file in data["code"]
            ],
            "complexity": data.get("complexity", ""),
            "kind_url": f"{reverse('snippets:list')}?snippet_kind={entry.snippet_kind}",
        }

    def surroundings(self, entry: Any) -> dict[str, Any]:
        return {"twins": twins(entry)}

    def near(self, entry: Any, more: dict[str, Any]) -> list[Related]:
        return related(entry, without={twin.pk for twin in more["twins"]})


def raw_url(public_id: str, data: dict[str, Any], file: dict[str, str]) -> str:
    """Where one file of a snippet stands as plain text: /s/PY-SNP-007.py; others than the first are named."""
    suffix = PurePosixPath(file["name"]).suffix[1:].lower()
    extension = suffix if suffix.isalnum() else "txt"
    url = reverse("snippet-raw", args=[public_id, extension])
    return url if file == data["code"][0] else f"{url}?{urlencode({'file': file['name']})}"


class SnippetRaw(EntryPage):
    """One file of a public snippet as plain text, byte for byte what the page's copy button gives.

    Its ETag is the hash of these bytes, so it outlives changes of anything else. An id in small letters
    and an extension of former days redirect.
    """

    kind = "snippet"
    needs_payload = True

    def condition(self, **kwargs: Any) -> Q:
        return Q(public_id=kwargs["public_id"].upper())

    def moved(self, **kwargs: Any) -> HttpResponse:
        raise Http404("No snippet has this id.")

    def rows(self) -> Any:
        return super().rows().select_related("technology", "topic")

    def complete(self, request: HttpRequest, entry: Any) -> None:
        """They come with the row: this page asks for no content number."""

    def show(self, request: HttpRequest, entry: Any) -> HttpResponseBase:
        data = current_payload(entry).data
        name = request.GET.get("file", data["code"][0]["name"])
        file = next((file for file in data["code"] if file["name"] == name), None)
        if file is None:
            raise Http404("The snippet has no file of this name.")
        url = raw_url(entry.public_id, data, file)
        if request.path != url.partition("?")[0]:
            return HttpResponseRedirect(url)
        content = file["code"].encode()
        response = beside(HttpResponse(content, content_type="text/plain; charset=utf-8"), entry)
        disposition = content_disposition_header(as_attachment=False, filename=PurePosixPath(name).name)
        response.headers["Content-Disposition"] = disposition or "inline"
        response.headers["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        patch_cache_control(response, public=True, max_age=60)
        return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response
