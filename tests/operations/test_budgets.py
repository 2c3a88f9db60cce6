"""What each page may ask of the database, however many rows there are; and what is kept is never stale."""

import pytest
from django.core.cache import caches
from django.test import Client

from hub.core import entry_list
from hub.core.caching import ObjectCache
from hub.core.models import Entry, EntryStats, Technology
from tests.factories import make_editor, make_lead, make_question, make_technology, revise

pytestmark = pytest.mark.django_db
ADMIN = "/admin/questions/question/"


def detail() -> str:
    return Entry.objects.earliest("pk").get_absolute_url()


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 4), ("/questions/", 3), ("/questions/?level=mid&page=1", 3), (detail, 3),
        ("/search/?q=covering", 3), ("/api/v1/questions/", 3), ("/api/v1/entries/?level=mid", 3),
        ("/tags/indexes/", 4), (ADMIN, 6),
    ],
)  # fmt: skip
def test_a_warm_page_asks_as_often_for_one_row_as_for_twenty(
    client: Client, django_assert_max_num_queries, path, most
):
    client.force_login(make_lead(is_superuser=True))
    asked = []
    for number in range(20):
        make_question(title=f"What is a covering index, part {number}?", tags=["indexes"])
        if number in {0, 19}:
            url = path() if callable(path) else path
            client.get(url)
            with django_assert_max_num_queries(most) as seen:
                assert client.get(url).status_code == 200
            asked.append(len(seen.captured_queries))
    assert asked[0] == asked[1]


def test_the_desk_counts_no_further_than_it_shows(client: Client, monkeypatch):
    monkeypatch.setattr(entry_list, "MOST_COUNTED", 3)
    client.force_login(make_editor())
    for number in range(3):
        make_question(title=f"Part {number}?")
    assert "3 questions" in client.get(ADMIN).content.decode()
    make_question(title="One more?")
    page = client.get(ADMIN).content.decode()
    assert "3+ questions" in page
    assert "One more?" in page


def test_a_card_shows_what_changed_since_it_was_kept(client: Client):
    make_technology("flask", name="Flask")
    question = make_question(title="What is kept?", technology="flask", tags=["caching"])
    assert "What is kept?" in client.get("/questions/").content.decode()
    Technology.objects.filter(slug="flask").update(name="Flask of today")
    revise(question, title="What is new?")
    page = client.get("/questions/").content.decode()
    assert "What is new?" in page
    assert "What is kept?" not in page
    assert page.count("Flask of today") >= 2  # on the card and among the facets
    EntryStats.objects.filter(entry=question).update(views=4321)
    assert "4,300 views" in client.get("/questions/").content.decode()


def test_the_ordinal_belongs_to_the_list_and_not_to_the_kept_card(client: Client):
    for number in range(11):
        make_question(title=f"Part {number}?", difficulty=5)
    last = Entry.objects.latest("pk")
    assert "Q·011</span></p>" in client.get("/questions/?page=2").content.decode()
    assert last.title in client.get("/questions/?page=2").content.decode()
    first = client.get("/questions/?sort=newest").content.decode()
    assert first.index("Q·001") < first.index(last.title) < first.index("Q·002")


def test_a_title_is_escaped_on_its_card(client: Client):
    make_question(title="Why is <script> & co. escaped?")
    page = client.get("/questions/").content.decode()
    assert "Why is &lt;script&gt; &amp; co. escaped?" in page
    assert "Why is <script>" not in page


def test_two_lists_do_not_share_what_stands_around_their_cards(client: Client):
    make_technology("flask", name="Flask")
    make_question(title="Flask?", technology="flask")
    make_question(title="Mid?", level="mid", difficulty=5)
    for _ in range(2):
        narrowed = client.get("/questions/?level=mid&q=mid").content.decode()
        assert 'name="level" value="mid"' in narrowed
        assert 'value="mid" maxlength' in narrowed
        plain = client.get("/questions/").content.decode()
        assert 'name="level"' not in plain
        technology = client.get("/questions/?technology=flask").content.decode()
        assert '<form class="list-search" method="get" action="/questions/flask/">' in technology


def test_objects_are_kept_as_they_are_and_the_oldest_go_first():
    kept = ObjectCache("tests", {"OPTIONS": {"MAX_ENTRIES": 3}})
    kept.clear()
    value = object()
    kept.set(("a", 1), value)
    assert kept.get(("a", 1)) is value
    assert kept.get("missing", "default") == "default"
    for number in range(3):
        kept.get(("a", 1))
        kept.set(number, number)
    assert kept.get(("a", 1)) is value
    assert kept.get(0) is None
    kept.set("gone", 1, timeout=0)
    assert kept.get("gone") is None


def test_what_processes_keep_is_bounded():
    for name in ("near", "fragments"):
        assert isinstance(caches[name], ObjectCache)
        assert caches[name]._max_entries <= 3000
