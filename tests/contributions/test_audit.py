"""The record of what was done: never changed, never deleted, by the model or by the database."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, transaction

from contributions import triggers
from contributions.models import AppendOnly, SubmissionEvent
from tests.factories import make_submission

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contributions_submissionevent SET action = 'approve'",
        "DELETE FROM contributions_submissionevent",
    ],
)
def test_the_database_refuses_to_change_what_was_recorded(statement):
    make_submission()
    before = list(SubmissionEvent.objects.values())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(SubmissionEvent.objects.values()) == before


def test_the_model_refuses_too():
    event = make_submission().events.get(action="confirm")
    for change in (
        event.save,
        event.delete,
        SubmissionEvent.objects.all().delete,
        lambda: SubmissionEvent.objects.update(action="approve"),
    ):
        with pytest.raises(AppendOnly):
            change()


def test_a_check_tells_when_a_trigger_is_missing_and_migrate_makes_it_again():
    call_command("check", databases=["default"])
    with connection.cursor() as cursor:
        on_table = "" if connection.vendor == "sqlite" else f" ON {triggers.TABLE}"
        cursor.execute(f"DROP TRIGGER {triggers.NAMES[1]}{on_table}")
    with pytest.raises(SystemCheckError, match=triggers.NAMES[1]):
        call_command("check", databases=["default"])
    triggers.create()
    assert triggers.missing() == []
