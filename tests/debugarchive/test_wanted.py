"""What the archive lacks: counted by network, told once enough have met it, begun as a draft by one click."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from contributions.models import State, Submission
from debugarchive import statistics, tasks
from debugarchive.models import MatchStatistic, WantedError
from tests.debugarchive.factories import make_error
from tests.factories import make_editor, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TEXT = "FrobError: the frob of 'ada' at /home/ada/frob.py did not turn"
LIST = "/admin/debugarchive/wantederror/"
BEGIN = "/admin/contributions/submission/begin/error/"


def paste(text: str = TEXT, networks: int = 1, first: int = 1) -> None:
    for number in range(first, first + networks):
        Client(REMOTE_ADDR=f"10.0.{number}.7").post("/errors/match/", {"text": text})


def test_one_network_counts_once(client: Client):
    for _ in range(4):
        paste()
    row = MatchStatistic.objects.get()
    assert (row.level, row.networks, row.day) == ("none", 1, timezone.now().date())
    paste(networks=2, first=2)
    assert MatchStatistic.objects.get().networks == 3


def test_the_template_is_kept_only_once_enough_networks_have_met_it():
    paste(networks=statistics.ENOUGH_NETWORKS - 1)
    assert not WantedError.objects.exists()
    paste(networks=1, first=9)
    row = WantedError.objects.get()
    assert (row.type, row.template, row.platform) == (
        "FrobError",
        "the frob of * at * did not turn",
        "python",
    )
    assert "ada" not in "".join(map(str, WantedError.objects.values_list().get()))


def test_what_matched_and_what_is_no_error_is_not_wanted():
    make_error(messages=[{"engine": "Python", "text": TEXT}])
    paste(networks=4)
    paste("I would like to know why my frob does not turn", networks=4)
    assert not WantedError.objects.exists()
    assert MatchStatistic.objects.values_list("level", "networks").get() == ("exact", 4)


def test_editors_see_them_most_wanted_first_until_they_are_written(client: Client):
    paste(networks=3)
    paste("OddError: something quite different went wrong", networks=5)
    client.force_login(make_editor())
    rows = list(client.get(LIST).context["cl"].result_list)
    assert [(row.type, row.networks) for row in rows] == [("OddError", 5), ("FrobError", 3)]
    make_error(messages=[{"engine": "Python", "text": TEXT}])
    assert [row.type for row in client.get(LIST).context["cl"].result_list] == ["OddError"]


def test_the_list_costs_the_same_for_one_and_for_many(client: Client, django_assert_max_num_queries):
    client.force_login(make_editor())
    for number in range(20):
        paste(f"OddError: number {'abcdefghijklmnopqrst'[number]}x went wrong in another way", networks=3)
    with django_assert_max_num_queries(8):
        client.get(LIST)


def test_one_click_makes_a_draft(client: Client):
    paste(networks=3)
    editor = make_editor()
    client.force_login(editor)
    row = WantedError.objects.get()
    assert f'formaction="{BEGIN}" name="wanted" value="{row.pk}"' in client.get(LIST).content.decode()
    response = client.post(BEGIN, {"wanted": row.pk})
    submission = Submission.objects.get()
    assert response["Location"] == f"/admin/contributions/submission/{submission.pk}/text/"
    assert (submission.state, submission.kind, submission.contributor) == (State.DRAFT, "error", editor)
    assert submission.title == "FrobError: the frob of * at * did not turn"
    form = client.get(response["Location"]).content.decode()
    assert "FrobError: the frob of * at * did not turn" in form
    assert client.get(f"/admin/contributions/submission/{submission.pk}/change/").status_code == 200
    client.post(BEGIN, {"wanted": row.pk})
    assert Submission.objects.count() == 1


def test_the_click_needs_an_editor_a_post_and_a_known_error(client: Client):
    assert client.post(BEGIN, {"wanted": "0" * 16}).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.post(BEGIN, {"wanted": "0" * 16}).status_code in {403, 404}
    assert client.get(LIST).status_code == 403
    client.force_login(make_editor())
    assert client.get(BEGIN).status_code == 405
    for value in ("0" * 16, "", "x\x00" * 900):
        response = client.post(BEGIN, {"wanted": value})
        assert response["Location"] == "/admin/contributions/submission/"
    assert client.post(BEGIN.replace("error", "nothing"), {"wanted": "x"}).status_code == 404
    assert not Submission.objects.exists()


def test_an_unfinished_draft_can_not_be_published(client: Client):
    paste(networks=3)
    client.force_login(make_editor(is_superuser=True))
    client.post(BEGIN, {"wanted": WantedError.objects.get().pk})
    submission = Submission.objects.get()
    values = {"version": submission.version, "revision": submission.head, "override_reason": "In a hurry"}
    client.post(f"/admin/contributions/submission/{submission.pk}/act/publish_at_once/", values)
    submission.refresh_from_db()
    assert submission.state == State.DRAFT


def test_what_is_old_is_dropped():
    paste(networks=3)
    MatchStatistic.objects.update(day=timezone.now().date() - statistics.KEPT - timedelta(days=1))
    tasks.prune_statistics()
    assert not MatchStatistic.objects.exists()
    assert not WantedError.objects.exists()
