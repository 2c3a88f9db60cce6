"""What the groups of the desk may do, as migrate leaves it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributions import groups
from contributions.models import Grant
from hub.core import catalogue
from tests.factories import make_editor

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def migrate() -> None:
    call_command("migrate", verbosity=0)


def held(group: str) -> set[str]:
    """The permissions of a group, as ``has_perm`` names them."""
    rows = Group.objects.get(name=group).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def permission(name: str) -> Permission:
    app, _, codename = name.partition(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def test_each_group_holds_what_the_table_declares():
    for group, wanted in groups.declared().items():
        assert held(group) == wanted
    assert held("Reviewers") < held("Editors") < held("Leads")


def test_a_group_that_is_there_gets_what_a_later_release_declares(monkeypatch: pytest.MonkeyPatch):
    later = {**groups._ADMIN_OF, "Reviewers": {"core.sitetext": ("view",)}}
    monkeypatch.setattr(groups, "_ADMIN_OF", later)
    migrate()
    assert "core.view_sitetext" in held("Reviewers")
    assert "core.view_sitetext" not in held("Leads")


def test_a_group_of_an_install_that_wrote_no_grants_down_gets_what_it_lacks():
    Grant.objects.all().delete()
    Group.objects.get(name="Editors").permissions.remove(permission("core.add_figure"))
    migrate()
    assert held("Editors") == groups.declared()["Editors"]


def test_a_duty_that_was_taken_away_before_grants_were_written_down_stays_away():
    Grant.objects.all().delete()
    taken = {f"contributions.publish_{kind.name}" for kind in catalogue.kinds()}
    Group.objects.get(name="Editors").permissions.remove(*(permission(name) for name in taken))
    import_module("contributions.migrations.0007_grants").write_down_duties(apps, None)
    migrate()
    assert held("Editors") == groups.declared()["Editors"] - taken


def test_what_an_operator_took_away_or_added_stays_so():
    editors = Group.objects.get(name="Editors")
    editors.permissions.remove(permission("contributions.delete_enquiry"))
    editors.permissions.add(permission("core.add_tag"))
    migrate()
    expected = groups.declared()["Editors"] - {"contributions.delete_enquiry"} | {"core.add_tag"}
    assert held("Editors") == expected
    assert not make_editor().has_perm("contributions.delete_enquiry")


def test_a_group_that_was_deleted_comes_back_whole():
    Group.objects.get(name="Leads").delete()
    migrate()
    assert held("Leads") == groups.declared()["Leads"]


def test_a_second_time_nothing_is_written():
    with CaptureQueriesContext(connection) as asked:
        groups.give()
    assert [query["sql"] for query in asked if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
