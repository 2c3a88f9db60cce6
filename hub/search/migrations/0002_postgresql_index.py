"""PostgreSQL's half of the index. SQLite's is made after every migrate (hub.search.sqlite.mend)."""

from django.db import DatabaseError, migrations, transaction

FORWARDS = """
CREATE TEXT SEARCH DICTIONARY hub_stem (TEMPLATE = snowball, Language = english);
CREATE TEXT SEARCH CONFIGURATION hub_search (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION hub_search ALTER MAPPING FOR asciiword, word WITH hub_stem;
ALTER TABLE search_document ADD COLUMN vector tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('hub_search', title), 'A') || setweight(to_tsvector('hub_search', exact), 'B')
    || setweight(to_tsvector('hub_search', summary), 'C') || setweight(to_tsvector('hub_search', body), 'D')
) STORED;
ALTER TABLE search_document ADD COLUMN title_vector tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', title)) STORED;
CREATE INDEX search_document_vector ON search_document USING gin (vector);
CREATE INDEX search_document_title_vector ON search_document USING gin (title_vector);
"""
BACKWARDS = """
ALTER TABLE search_document DROP COLUMN vector, DROP COLUMN title_vector;
DROP TEXT SEARCH CONFIGURATION hub_search;
DROP TEXT SEARCH DICTIONARY hub_stem;
"""


def forwards(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARDS)
        install_trigrams(schema_editor.connection)


def backwards(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARDS)


def install_trigrams(connection):
    """pg_trgm sharpens the ranking of titles; a role that may not install it searches without."""
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        print(f"\n  Search goes without pg_trgm ({reason}); an administrator can install it later.", end="")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
