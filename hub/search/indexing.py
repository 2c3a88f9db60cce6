"""Writing the index: in the transaction that publishes or archives, or in chunks by rebuild_index."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction

from hub.core import bulk, catalogue, publishing
from hub.core.models import Entry, Event
from hub.search import words
from hub.search.models import INDEX_VERSION, Document, Word

_COLUMNS = [field.name for field in Document._meta.concrete_fields if not field.primary_key]


def index(entry: Entry, _event: Event) -> None:
    """The effect ``search.index``: a public entry's document is written, any other's removed."""
    if entry.is_public:
        write([entry])
    else:
        Document.objects.filter(entry=entry).delete()


def document(entry: Entry, data: dict[str, Any], text: str) -> Document:
    """The document of one entry, from its payload in today's shape and the text of its sections."""
    kind, text = catalogue.get(entry.kind), text[: words.MAX_CHARACTERS]
    tags = [tag["slug"] for tag in entry.card.get("tags", [])]
    names = " ".join([*tags, *(tag["name"] for tag in entry.card.get("tags", []))])
    return Document(
        entry=entry,
        kind=entry.kind,
        technology=entry.technology.slug,
        topic=entry.topic.slug if entry.topic else "",
        level=entry.level,
        difficulty=entry.difficulty,
        tags="".join(f" {slug} " for slug in tags),
        title=words.normalise(f"{entry.title} {words.identifier_words(entry)}"),
        exact=words.normalise(f"{names} {entry.technology.name} {kind.exact_text(data)}"),
        summary=words.normalise(entry.summary),
        body=words.normalise(text),
        text=text,
        version=INDEX_VERSION,
    )


def write(entries: Iterable[Entry]) -> set[str]:
    """Write the documents of public entries, and their words, which it returns: a statement a table."""
    documents = []
    for entry in entries:
        data = publishing.current_payload(entry).data
        documents.append(document(entry, data, catalogue.get(entry.kind).body_text(data)))
    Document.objects.bulk_create(
        documents, update_conflicts=True, unique_fields=["entry"], update_fields=_COLUMNS
    )
    found = _fit({word for one in documents for word in _words(one)})
    _write_words(found)
    return found


def write_new(entries: Sequence[Entry], texts: Sequence[str]) -> None:
    """The effect ``search.index`` of many new entries; ``texts`` are those of their sections."""
    found: set[str] = set()

    def documents() -> Iterator[Document]:
        for entry, text in zip(entries, texts, strict=True):
            one = document(entry, publishing.current_payload(entry).data, text)
            found.update(_words(one))
            yield one

    bulk.insert_rows(documents())
    _write_words(_fit(found) - set(Word.objects.values_list("word", flat=True)))


def _words(one: Document) -> list[str]:
    return f"{one.title} {one.exact} {one.summary} {one.body}".split()


def _fit(found: set[str]) -> set[str]:
    """The words that "did you mean" may offer."""
    return {word for word in found if 4 <= len(word) <= 24 and word.isalpha()}


def _write_words(found: set[str]) -> None:
    # Sorted: two writers that insert the same words wait for each other in one order.
    Word.objects.bulk_create([Word(word=word) for word in sorted(found)], ignore_conflicts=True)


def rebuild_chunk(after: int, size: int) -> tuple[int, int, set[str]]:
    """Write the documents of the next ``size`` public entries after an id: (last id, how many, their words).

    Each chunk is one transaction that replaces rows in place, so readers always find the whole archive.
    """
    with transaction.atomic():
        entries: Sequence[Entry] = list(
            Entry.objects.public()
            .filter(pk__gt=after)
            .select_related("technology", "topic", "current_revision")
            .order_by("pk")[:size]
        )
        found = write(entries) if entries else set()
    return (entries[-1].pk if entries else after), len(entries), found


def remove_strays() -> int:
    """Remove documents of entries that are not public; returns how many."""
    strays = Document.objects.exclude(entry__in=Entry.objects.public())
    return strays.delete()[0]
