"""Tags are what people type, brought together: spelling, case and aliases make no second tag."""

import pytest
from django.db import IntegrityError, transaction

from hub.core.models import Entry, Tag, TagAlias
from hub.core.tags import tags_named
from tests.factories import make_question, make_tag

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.mark.parametrize(("name", "slug"), [("C++", "cpp"), ("C#", "csharp"), (".NET", "dotnet"), ("C", "c")])
def test_technical_names_keep_apart(name, slug):
    assert [tag.slug for tag in tags_named([name])] == [slug]


def test_a_tag_is_found_whatever_its_case():
    first = tags_named(["CSRF"])
    assert tags_named(["csrf"]) == tags_named(["Csrf"]) == first
    assert Tag.objects.get().name == "CSRF"


def test_tags_stand_in_the_order_of_their_names():
    assert [tag.name for tag in tags_named(["b", "a", "c"])] == ["b", "a", "c"]


def test_an_alias_becomes_its_tag():
    postgresql = make_tag("postgresql")
    TagAlias.objects.create(slug="postgres", tag=postgresql)
    assert tags_named(["Postgres", "PostgreSQL"]) == [postgresql]
    assert not Tag.objects.filter(slug="postgres").exists()


def test_an_alias_stands_above_a_tag_of_the_same_slug():
    kept = make_tag("kubernetes")
    make_tag("k8s")
    TagAlias.objects.create(slug="k8s", tag=kept)
    assert tags_named(["k8s"]) == [kept]


def test_a_renamed_tag_is_found_by_its_new_name():
    tag = make_tag("k8s")
    Tag.objects.filter(pk=tag.pk).update(name="Kubernetes")
    assert tags_named(["kubernetes"]) == [tag]


def test_a_name_without_a_letter_is_no_tag():
    assert tags_named(["!!!", ""]) == []


def test_two_tags_that_differ_in_case_only_are_refused_by_the_database():
    make_tag("CSRF")
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name="csrf", slug="another")


def test_two_spellings_are_one_tag_of_an_entry():
    question = make_question(tags=["C++", "c++", "Testing"])
    assert [tag.slug for tag in question.tags.order_by("slug")] == ["cpp", "testing"]
    assert question.card["tags"] == [{"slug": "cpp", "name": "C++"}, {"slug": "testing", "name": "Testing"}]


def test_entries_are_found_by_the_slug_of_a_tag():
    question = make_question(tags=["C++"])
    make_question(tags=["C"])
    assert list(Entry.objects.public().tagged("cpp")) == [question]
