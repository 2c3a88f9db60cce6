"""Every place where the public can meet an entry. A new surface joins this list first.

``tests/test_visibility.py`` proves that nothing unpublished shows on any of them, ``tests/toykind`` that a
seventh domain shows on all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote

from django.test import Client

from hub.core import catalogue
from hub.core.models import Entry


@dataclass(frozen=True)
class Surface:
    """One address, and what stands there when an entry is shown: its title, or what ``sign`` says."""

    name: str
    url: Callable[[Entry], str]
    sign: Callable[[Entry], str] = lambda entry: entry.title
    is_named_when_archived: bool = False

    def shows(self, client: Client, entry: Entry) -> bool:
        """Whether the entry stands on the surface; a redirect shows it if it leads to its page."""
        response = client.get(self.url(entry), headers={"accept": "*/*"})
        assert response.status_code in {200, 301, 302, 404, 410}, (self.name, response.status_code)
        if response.status_code in {404, 410}:
            return False
        if response.status_code in {301, 302}:
            return client.get(response["Location"]).status_code == 200
        return self.sign(entry) in unescape(response.content.decode())


def kind_path(entry: Entry) -> str:
    return catalogue.get(entry.kind).path


def technology_list(entry: Entry) -> str:
    return catalogue.get(entry.kind).technology_url(entry.technology.slug)


def with_query(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"


def page(entry: Entry) -> str:
    return entry.get_absolute_url()


def word(entry: Entry) -> str:
    """A word that only this entry's title holds."""
    return entry.title.split()[-1].rstrip("?")


def tag(entry: Entry) -> str:
    return str(entry.tags.first().slug)


def topic(entry: Entry) -> str:
    assert entry.topic is not None
    return entry.topic.slug


def weakness(entry: Entry, edition: str) -> str:
    return entry.weaknesses.get(edition=edition).code


SURFACES = [
    Surface("home", lambda entry: "/"),
    Surface("list", lambda entry: f"/{kind_path(entry)}/?sort=newest"),
    Surface("list with words", lambda entry: f"/{kind_path(entry)}/?q={word(entry)}", page),
    Surface("list on a technology", lambda entry: with_query(technology_list(entry), "sort=newest")),
    Surface("page", page),
    Surface("history", lambda entry: f"{page(entry)}history/"),
    Surface("markdown", lambda entry: f"{page(entry)[:-1]}.md"),
    Surface("json", lambda entry: f"{page(entry)[:-1]}.json"),
    Surface("permalink", lambda entry: f"/id/{entry.public_id.lower()}"),
    Surface("technology", lambda entry: f"/tech/{entry.technology.slug}/"),
    Surface("topic", lambda entry: f"/topics/{topic(entry)}/"),
    Surface("tag", lambda entry: f"/tags/{tag(entry)}/"),
    Surface("weakness of the CWE list", lambda entry: f"/security/cwe/{weakness(entry, edition='')}/"),
    Surface(
        "weakness of the OWASP Top 10",
        lambda entry: f"/security/owasp/2025/{weakness(entry, edition='2025')}/",
    ),
    Surface("search", lambda entry: f"/search/?q={word(entry)}", page),
    Surface("search by filter", lambda entry: f"/search/?q=kind:{entry.kind}"),
    Surface("search by id", lambda entry: f"/search/?q={entry.public_id}", page),
    Surface("suggestions", lambda entry: f"/search/suggest/?q={word(entry)}"),
    Surface("changes", lambda entry: "/changes/", is_named_when_archived=True),
    Surface("feed of everything", lambda entry: "/feeds/all.atom"),
    Surface("feed of everything, JSON", lambda entry: "/feeds/all.json"),
    Surface(
        "feed by the filters of alerts", lambda entry: f"/feeds/all.atom?tag={tag(entry)}&kind={entry.kind}"
    ),
    Surface("feed of the kind", lambda entry: f"/feeds/{kind_path(entry)}.atom"),
    Surface("feed of the technology", lambda entry: f"/feeds/tech-{entry.technology.slug}.atom"),
    Surface("feed of the topic", lambda entry: f"/feeds/topic-{topic(entry)}.json"),
    Surface("feed of the tag", lambda entry: f"/feeds/tag-{tag(entry)}.json"),
    Surface("feed of the weakness", lambda entry: f"/feeds/cwe-{weakness(entry, edition='')}.atom"),
    Surface(
        "feed of the OWASP category",
        lambda entry: f"/feeds/owasp-2025-{weakness(entry, edition='2025').lower()}.json",
    ),
    Surface("sitemap", lambda entry: f"/sitemaps/{kind_path(entry)}-{entry.pk // 5000}.xml", page),
    Surface("API: all entries", lambda entry: "/api/v1/entries/"),
    Surface("API: one of all entries", lambda entry: f"/api/v1/entries/{entry.public_id}/"),
    Surface("API: the kind", lambda entry: f"/api/v1/{kind_path(entry)}/"),
    Surface("API: one of the kind", lambda entry: f"/api/v1/{kind_path(entry)}/{entry.public_id}/"),
    Surface("API: the kind with words", lambda entry: f"/api/v1/{kind_path(entry)}/?q={word(entry)}"),
    Surface("API: search", lambda entry: f"/api/v1/search/?q={word(entry)}"),
    Surface("API: suggestions", lambda entry: f"/api/v1/suggest/?q={quote(word(entry))}"),
    Surface("correction form", lambda entry: f"/contribute/entry/{entry.public_id}/"),
]

# Addresses of the public part of the house that show no entry, or only one that a secret link names.
WITHOUT_ENTRIES = {
    "api-docs", "api-schema", "debugarchive:redaction", "api:contribution", "api:contribution-confirmation",
    "api:contribution-revisions", "api:contribution-withdrawal", "api:contributions", "api:entries-copies",
    "api:kinds", "api:root", "api:stats", "api:subscriptions", "api:tags", "api:technologies", "api:topics",
    "contributions:confirm", "contributions:erase", "contributions:erased",
    "contributions:merge", "contributions:new", "contributions:new_link", "contributions:reopen",
    "contributions:revise", "contributions:sent", "contributions:start", "contributions:status",
    "contributions:withdraw", "mail:html", "mail:mail", "mail:mailbox", "mail:raw", "pages:contact",
    "pages:count", "pages:difficulty", "pages:domains", "pages:feedback", "pages:healthz", "pages:llms",
    "pages:opensearch", "pages:privacy", "pages:readyz", "pages:robots", "pages:sitemap_index",
    "pages:status", "pages:terms", "subscriptions:confirm", "subscriptions:erase", "subscriptions:erased",
    "subscriptions:export", "subscriptions:manage", "subscriptions:sent", "subscriptions:subscribe",
    "subscriptions:unsubscribe",
}  # fmt: skip
# Beginnings of the names of pages for staff and of their accounts.
NOT_FOR_READERS = ("admin:", "account_", "mfa_", "usersessions_")
# Addresses that show entries and have tests of their own, because they need more than an entry.
TESTED_APART = {
    "pages:figure",  # an image under the hash of its bytes: tests/core
    "contributions:testimonials",  # the entry that one is about: tests/contributions/test_testimonials.py
    "api:changes",  # ids and addresses of all changes, also of archiving: tests/api
    "api:match",  # tests/debugarchive/test_match_page.py
    "debugarchive:match",
    "debugarchive:series",  # tests/debugarchive/test_list.py
    "learningpaths:module",  # every kind in a path and its module: tests/learningpaths/test_detail.py
    "pages:changes_week",  # the same page as pages:changes
    "questions:follow_ups",  # tests/questions/test_follow_ups.py
    "questions:sets",  # tests/questions/test_sets.py
    "questions:set",  # tests/questions/test_sets.py
    "snippet-raw",  # one file of a snippet: tests/snippets/test_raw.py
    "snippets:language",  # tests/snippets/test_list.py
    "subscriptions:archive",  # what was sent in digests: tests/subscriptions
    "subscriptions:edition",
    "subscriptions:window",
}
