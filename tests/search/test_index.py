"""The index: written with each public change, mended after a migration, rebuilt by command."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from hub.core.models import ContentClock, Entry
from hub.core.vocabulary import vocabulary
from hub.search import indexing, searching, sqlite
from hub.search.models import Document, Word
from tests.factories import archive, make_question, revise

pytestmark = pytest.mark.django_db


def found(text: str) -> list[str]:
    return [hit.entry.title for hit in searching.search(text, vocabulary(ContentClock.now())).hits]


@pytest.mark.both_databases
def test_there_is_one_document_for_each_public_entry():
    entries = [make_question() for _ in range(3)]
    revise(entries[0], title="Changed")
    archive(entries[1])
    assert set(Document.objects.values_list("entry", flat=True)) == {entries[0].pk, entries[2].pk}


@pytest.mark.both_databases
def test_a_rebuild_finds_everything_again():
    entries = [make_question(title=f"Red apple {number}") for number in range(3)]
    Document.objects.all().delete()
    Word.objects.all().delete()
    assert found("apple") == []
    output = StringIO()
    call_command("rebuild_index", stdout=output)
    assert len(found("apple")) == len(entries)
    assert Word.objects.filter(word="apple").exists()
    assert "Indexed 3 entries" in output.getvalue()


@pytest.mark.both_databases
def test_a_rebuild_removes_what_is_not_public_and_forgets_its_words():
    entry = make_question(title="Red apple")
    Entry.objects.filter(pk=entry.pk).update(status="archived")
    call_command("rebuild_index", stdout=StringIO())
    assert not Document.objects.exists()
    assert not Word.objects.exists()


@pytest.mark.both_databases
def test_a_rebuild_goes_on_where_it_was_interrupted(monkeypatch: pytest.MonkeyPatch):
    entries = [make_question(title=f"Red apple {number}") for number in range(3)]
    Document.objects.all().delete()
    monkeypatch.setattr("hub.search.management.commands.rebuild_index.CHUNK", 1)
    real, calls = indexing.rebuild_chunk, []

    def interrupted(after: int, size: int) -> tuple[int, int, set[str]]:
        calls.append(after)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(after, size)

    monkeypatch.setattr(indexing, "rebuild_chunk", interrupted)
    output = StringIO()
    call_command("rebuild_index", stdout=output)
    assert f"--after {entries[0].pk}" in output.getvalue()
    assert Document.objects.count() == 1
    call_command("rebuild_index", after=entries[0].pk, stdout=StringIO())
    assert Document.objects.count() == 3


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite's triggers")
def test_triggers_that_a_migration_dropped_are_made_again():
    make_question(title="Red apple")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER search_words_insert")
    make_question(title="Red pear")
    assert found("pear") == []
    sqlite.mend(using="default")
    assert found("pear") == ["Red pear"]
    make_question(title="Red plum")
    assert found("plum") == ["Red plum"]


@pytest.mark.postgresql
def test_postgresql_searches_by_its_index():
    make_question(title="Red apple")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT entry_id FROM search_document"
            " WHERE vector @@ phraseto_tsquery('hub_search', 'apple')"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "search_document_vector" in plan
