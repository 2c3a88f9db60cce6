"""Doors for programs: sitemaps, robots.txt, OpenSearch, llms.txt."""

from collections.abc import Iterable
from datetime import datetime
from io import StringIO
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.db.models import Count, F, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from hub.core import catalogue
from hub.core.caching import content_number, remembered
from hub.core.links import absolute
from hub.core.models import ADDRESS_COLUMNS, Entry, Weakness
from hub.pages.figures import figures

SITEMAP_IDS = 5000  # ids a sitemap covers; the protocol allows 50,000 addresses (sitemaps.org)
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
Line = tuple[str, datetime | None]


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The index: one sitemap of pages across kinds, then a few a kind, each with its true last change."""
    chunks = remembered(content_number(request), "sitemaps", _chunks)
    lines: list[Line] = [
        (reverse("pages:sitemap", args=["site", 0]), max((at for *_, at in chunks), default=None))
    ]
    for kind in catalogue.kinds():
        lines += [
            (reverse("pages:sitemap", args=[kind.path, chunk]), at)
            for name, chunk, at in chunks
            if name == kind.name
        ]
    return _xml("sitemapindex", "sitemap", lines)


@require_safe
def sitemap(request: HttpRequest, scope: str, chunk: str) -> HttpResponse:
    """The pages across kinds (``site-0``), or the entries of a kind whose ids lie in one range."""
    if scope == "site":
        if int(chunk):
            raise Http404("There is one sitemap of the site's own pages.")
        return _xml("urlset", "url", remembered(content_number(request), "sitemap-site", _site_lines))
    try:
        kind = catalogue.by_path(scope)
    except LookupError:
        raise Http404("There is no such sitemap.") from None
    first = int(chunk) * SITEMAP_IDS
    entries = Entry.objects.public().of_kind(kind.name).filter(pk__gte=first, pk__lt=first + SITEMAP_IDS)
    rows = entries.select_related("technology").only("updated_at", *ADDRESS_COLUMNS)
    shown = list(rows.order_by("pk"))
    lines: list[Line] = [(entry.get_absolute_url(), entry.updated_at) for entry in shown]
    lines += kind.pages_of([entry.pk for entry in shown])
    if not lines:
        raise Http404("There is no such sitemap.")
    return _xml("urlset", "url", lines)


def _chunks() -> list[tuple[str, int, datetime]]:
    """(kind, number of the id range, last change) of every range that holds public entries."""
    rows = Entry.objects.public().order_by().annotate(chunk=F("pk") / SITEMAP_IDS)
    return sorted(rows.values_list("kind", "chunk").annotate(at=Max("updated_at")))


def _site_lines() -> list[Line]:
    """Pages across kinds, each with the last change of what it shows; only those that show something."""
    public = Entry.objects.public().order_by()
    latest = public.aggregate(at=Max("updated_at"))["at"]
    lines: list[Line] = [(reverse(f"pages:{name}"), latest) for name in ("home", "domains", "changes")]
    lines += [(reverse(f"pages:{name}"), None) for name in ("privacy", "terms", "contact")]
    lines.append((reverse("contributions:testimonials"), None))
    by_kind = dict(public.values_list("kind").annotate(at=Max("updated_at")))
    lines += [(kind.list_url, by_kind[kind.name]) for kind in catalogue.kinds() if kind.name in by_kind]
    lines += [(page, None) for kind in catalogue.kinds() for page in kind.pages_beside()]
    for name, column in (
        ("technology", "technology__slug"),
        ("topic", "topic__slug"),
        ("tag", "tagged__tag__slug"),
    ):
        rows = public.filter(**{f"{column}__isnull": False}).values_list(column)
        rows = rows.annotate(number=Count("*"), at=Max("updated_at")).order_by(column)
        lines += [(reverse(f"pages:{name}", args=[slug]), at) for slug, _, at in rows[:10_000]]
    rows = public.filter(weaknesses__isnull=False).values_list("weaknesses").annotate(at=Max("updated_at"))
    latest_of = dict(rows)
    lines += [
        (one.get_absolute_url(), latest_of[one.pk]) for one in Weakness.objects.filter(pk__in=latest_of)
    ]
    return lines


def _xml(root: str, item: str, lines: Iterable[Line]) -> HttpResponse:
    output = StringIO()
    document = SimplerXMLGenerator(output, "utf-8")
    document.startDocument()
    document.startElement(root, AttributesImpl({"xmlns": _SITEMAP}))
    for path, at in lines:
        document.startElement(item, AttributesImpl({}))
        document.addQuickElement("loc", absolute(path))
        if at:
            document.addQuickElement("lastmod", at.isoformat(timespec="seconds"))
        document.endElement(item)
    document.endElement(root)
    return HttpResponse(output.getvalue(), content_type="application/xml; charset=utf-8")


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """robots.txt (RFC 9309): read everything but admin, tokens and endless filters."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /accounts/",
        "Disallow: /c/",
        "Disallow: /alerts/",
        f"Disallow: {reverse('pages:suggest')}",
        "Disallow: /*?*sort=",
        "",
        f"Sitemap: {absolute(reverse('pages:sitemap_index'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def opensearch(_request: HttpRequest) -> HttpResponse:
    """The OpenSearch 1.1 description by which browsers add the search box."""
    output = StringIO()
    document = SimplerXMLGenerator(output, "utf-8")
    document.startDocument()
    document.startElement(
        "OpenSearchDescription", AttributesImpl({"xmlns": "http://a9.com/-/spec/opensearch/1.1/"})
    )
    document.addQuickElement("ShortName", settings.SITE_NAME[:16])
    document.addQuickElement("Description", f"Search {settings.SITE_NAME}")
    document.addQuickElement("InputEncoding", "UTF-8")
    for kind, name in (("text/html", "search"), ("application/x-suggestions+json", "suggest")):
        template = f"{absolute(reverse(f'pages:{name}'))}?q={{searchTerms}}"
        document.addQuickElement("Url", "", {"type": kind, "template": template})
    document.endElement("OpenSearchDescription")
    content_type = "application/opensearchdescription+xml; charset=utf-8"
    return HttpResponse(output.getvalue(), content_type=content_type)


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """llms.txt (llmstxt.org): what is here and how a program reads it best, in Markdown."""
    counted = figures(content_number(request))
    kinds = [
        f"- [{kind.title}]({absolute(kind.list_url)}): {kind.blurb} {counted.kinds[kind.name]} {kind.unit}."
        for kind in catalogue.kinds()
    ]
    lines = [
        f"# {settings.SITE_NAME}",
        "",
        "> An open archive of engineering knowledge: reviewed, dated, every revision on record.",
        "",
        "Every entry page also exists as Markdown and JSON: replace its last slash by `.md` or `.json`.",
        "Text is licensed CC BY 4.0, code BSD-3-Clause; name the entry's id and link to its permalink",
        "`/id/<ID>`.",
        "",
        "## Domains",
        "",
        *kinds,
        "",
        "## For programs",
        "",
        f"- [API documentation]({absolute(reverse('api-docs'))}): lists, search, changes since a number",
        f"- [OpenAPI schema]({absolute(reverse('api-schema'))})",
        f"- [Atom feed]({absolute(reverse('pages:feed', args=['all', 'atom']))}): new entries",
        f"- [Sitemap]({absolute(reverse('pages:sitemap_index'))}): every address with its last change",
        "",
        "## Optional",
        "",
        f"- [What changed this week]({absolute(reverse('pages:changes'))})",
        f"- [Terms]({absolute(reverse('pages:terms'))})",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
