"""`manage.py make_archive`: a made-up archive is marked, reproducible, complete, and gone when asked."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from hub.core import catalogue, effects, payload, publishing, synthetic
from hub.core.models import ContentClock, Entry, Event, IdSeries, Revision, Tag
from hub.core.vocabulary import vocabulary
from hub.search import searching
from hub.search.models import Document
from tests.factories import make_question, make_technology

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def chunks_of_ten(monkeypatch):
    monkeypatch.setattr(synthetic, "CHUNK", 10)


@pytest.fixture
def real():
    make_technology("flask", code="FLSK")
    return [
        make_question(title="What is a covering index?", roles=["backend"], tags=["indexes"]),
        make_question(title="How does a pool limit connections?", technology="flask"),
    ]


def texts() -> list[tuple[str, str, str]]:
    rows = synthetic.synthetic().order_by("public_id")
    return list(rows.values_list("public_id", "title", "current_revision__content_hash"))


def test_every_entry_is_marked_and_the_real_ones_stay(real):
    call_command("make_archive", "25", verbosity=0)
    assert synthetic.synthetic().count() == 25
    assert Entry.objects.count() == 27
    assert set(synthetic.synthetic().values_list("provenance", flat=True)) == {"synthetic"}
    assert IdSeries.next_id("SYN") == "SYN-026"


def test_the_same_seed_makes_the_same_archive_and_another_one_another(real):
    call_command("make_archive", "12")
    first = texts()
    call_command("make_archive", clear=True)
    call_command("make_archive", "12")
    assert texts() == first
    call_command("make_archive", clear=True)
    call_command("make_archive", "12", seed=2)
    assert texts() != first


def test_a_run_goes_on_where_the_last_one_stopped(real):
    call_command("make_archive", "12")
    first = texts()
    call_command("make_archive", "25")
    assert texts()[:12] == first
    assert len(texts()) == 25
    call_command("make_archive", "20")
    assert len(texts()) == 25


def test_each_entry_is_what_publishing_would_have_made_of_its_payload(real):
    call_command("make_archive", "8")
    made = synthetic.synthetic().select_related("current_revision", "technology")
    assert len(made) == 8
    for entry in made:
        data = entry.current_revision.payload
        kind = catalogue.get(entry.kind)
        assert payload.validated(entry.kind, data).data == data
        assert entry.rendered == kind.render(data)
        before = Entry.objects.filter(pk=entry.pk).values().get()
        typed = type(entry.typed).objects.filter(pk=entry.pk).values().get()
        tags = sorted(entry.tags.names())
        publishing.project(entry, entry.current_revision)
        after = Entry.objects.filter(pk=entry.pk).values().get()
        assert after == before
        assert type(entry.typed).objects.filter(pk=entry.pk).values().get() == typed
        assert sorted(entry.tags.names()) == tags


def test_pages_search_and_events_know_them(real, client: Client):
    call_command("make_archive", "15")
    entry = synthetic.synthetic().earliest("public_id")
    assert client.get(entry.get_absolute_url()).status_code == 200
    assert Document.objects.count() == 17
    assert Event.objects.filter(entry=entry).count() == 1
    assert Event.objects.latest("n").n == ContentClock.now()
    hits = searching.search(entry.public_id, vocabulary(ContentClock.now()), filters={}, page=1, size=20).hits
    assert [hit.entry.pk for hit in hits] == [entry.pk]


def test_a_kinds_own_many_to_many_rows_come_along(real):
    call_command("make_archive", "30")
    with_roles = [entry for entry in synthetic.synthetic() if entry.typed.roles.exists()]
    assert with_roles
    assert len(with_roles) < 30


def test_publishing_goes_on_beside_it(real):
    call_command("make_archive", "10")
    later = make_question(title="Published after the archive was made")
    assert Event.objects.get(entry=later).n == ContentClock.now()
    assert Revision.objects.filter(entry=later).count() == 1


def test_clearing_leaves_nothing_of_them(real):
    before = {model: model.objects.count() for model in (Entry, Revision, Event, Tag, Document)}
    clock = ContentClock.now()
    call_command("make_archive", "25")
    call_command("make_archive", clear=True)
    after = {model: model.objects.count() for model in before}
    after[Event] -= 1  # that they were removed is a public change of its own
    assert after == before
    assert ContentClock.now() > clock + 25
    with connection.cursor() as cursor:
        names = connection.introspection.get_constraints(cursor, "core_entry")
    assert not [name for name in names if "for_a_while" in name]


def test_an_empty_archive_has_nothing_to_vary():
    with pytest.raises(CommandError, match="Load the content first"):
        call_command("make_archive", "5")


@pytest.mark.parametrize("arguments", [[], ["0"], ["-3"], ["10000000"], ["5", "--clear"]])
def test_a_number_that_makes_no_sense_gets_one_sentence(arguments):
    with pytest.raises(CommandError):
        call_command("make_archive", *arguments)


def test_what_fails_half_way_leaves_whole_chunks(real, monkeypatch):
    calls = []

    def fails_in_the_third(entries, _texts):
        calls.append(entries)
        if len(calls) == 3:
            raise RuntimeError("the disk is full")

    monkeypatch.setitem(effects._in_bulk, "test", fails_in_the_third)
    with pytest.raises(RuntimeError):
        call_command("make_archive", "25")
    assert synthetic.synthetic().count() == 20
    monkeypatch.delitem(effects._in_bulk, "test")
    call_command("make_archive", "25")
    assert synthetic.synthetic().count() == 25
