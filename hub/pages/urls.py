"""Addresses across kinds."""

from django.urls import path, re_path

from contributions.views import writing
from hub.core.caching import content_page
from hub.pages import health
from hub.pages.views import (
    changes,
    condition,
    counting,
    feedback,
    feeds,
    finding,
    home,
    house,
    machines,
    media,
    subjects,
)

app_name = "pages"

urlpatterns = [
    path("", content_page(home.home, also=health.state), name="home"),
    path("domains/", content_page(home.domains), name="domains"),
    path("tech/<slug:slug>/", content_page(subjects.technology), name="technology"),
    path("topics/<slug:slug>/", content_page(subjects.topic), name="topic"),
    path("tags/<slug:slug>/", content_page(subjects.tag), name="tag"),
    re_path(
        r"^security/owasp/(?P<edition>[0-9]{4})/(?P<code>[A-Za-z][0-9]{2})/$",
        content_page(subjects.owasp),
        name="owasp",
    ),
    re_path(r"^security/cwe/(?P<code>[1-9][0-9]{0,6})/$", content_page(subjects.cwe), name="cwe"),
    path("search/", content_page(finding.search), name="search"),
    path("search/suggest/", content_page(finding.suggest), name="suggest"),
    re_path(r"^id/(?P<public_id>[A-Za-z0-9-]{3,32})/?$", content_page(finding.permalink), name="permalink"),
    path("changes/", content_page(changes.changes), name="changes"),
    re_path(
        r"^changes/(?P<year>20[0-9]{2})-w(?P<number>[0-9]{1,2})/$",
        content_page(changes.changes_week),
        name="changes_week",
    ),
    re_path(
        r"^feeds/(?P<scope>[a-z0-9_-]{1,110})\.(?P<form>atom|json)$", content_page(feeds.feed), name="feed"
    ),
    re_path(r"^count/(?P<public_id>[A-Za-z0-9-]{3,32})/(?P<act>view|copy)/$", counting.count, name="count"),
    path("difficulty/<slug:public_id>/", counting.vote, name="difficulty"),
    re_path(r"^media/figures/(?P<name>[0-9a-z.-]{1,60})$", media.figure, name="figure"),
    path("feedback/<slug:public_id>/", feedback.feedback, name="feedback"),
    path("privacy/", content_page(house.privacy), name="privacy"),
    path("terms/", content_page(house.terms), name="terms"),
    path("contact/", writing.contact, name="contact"),
    path("sitemap.xml", content_page(machines.sitemap_index), name="sitemap_index"),
    re_path(
        r"^sitemaps/(?P<scope>[a-z]{1,20})-(?P<chunk>[0-9]{1,6})\.xml$",
        content_page(machines.sitemap),
        name="sitemap",
    ),
    path("opensearch.xml", machines.opensearch, name="opensearch"),
    path("robots.txt", machines.robots, name="robots"),
    path("llms.txt", content_page(machines.llms), name="llms"),
    path("healthz", condition.healthz, name="healthz"),
    path("readyz", condition.readyz, name="readyz"),
    path("status/", condition.status, name="status"),
]
