"""One click: this is outdated, this didn't help."""

import pytest
from django.test import Client

from hub.core.models import EntryStats
from hub.pages.views import feedback
from tests.factories import archive, make_question

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_report_is_counted_and_thanked_for(client: Client):
    entry = make_question()
    response = client.post(f"/feedback/{entry.public_id}/", {"reason": "outdated"})
    assert (response.status_code, response["Location"]) == (
        302,
        f"{entry.get_absolute_url()}?thanks#feedback",
    )
    assert "Noted." in client.get(response["Location"]).content.decode()
    client.post(f"/feedback/{entry.public_id}/", {"reason": "unhelpful"})
    stats = EntryStats.objects.get(entry=entry)
    assert (stats.outdated_reports, stats.unhelpful_reports) == (1, 1)


def test_a_second_report_from_one_network_is_not_counted(client: Client):
    entry = make_question()
    for last in (1, 2, 3):
        response = client.post(
            f"/feedback/{entry.public_id}/", {"reason": "outdated"}, REMOTE_ADDR=f"203.0.113.{last}"
        )
        assert response.status_code == 302
    client.post(f"/feedback/{entry.public_id}/", {"reason": "outdated"}, REMOTE_ADDR="198.51.100.1")
    assert EntryStats.objects.get(entry=entry).outdated_reports == 2


def test_too_many_reports_from_one_network_are_refused_for_a_while(client: Client):
    entry = make_question()
    for _ in range(feedback.SEVERAL.most):
        client.post(f"/feedback/{entry.public_id}/", {"reason": "outdated"})
    response = client.post(f"/feedback/{entry.public_id}/", {"reason": "outdated"})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


@pytest.mark.parametrize("reason", ["", "spam", "\x00", "outdated " * 1000])
def test_an_unknown_reason_is_refused(client: Client, reason: str):
    entry = make_question()
    assert client.post(f"/feedback/{entry.public_id}/", {"reason": reason}).status_code == 400


def test_a_form_of_another_site_is_refused(client: Client):
    entry = make_question()
    response = client.post(
        f"/feedback/{entry.public_id}/", {"reason": "outdated"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert response.status_code == 403
    assert EntryStats.objects.get(entry=entry).outdated_reports == 0


def test_looking_changes_nothing(client: Client):
    entry = make_question()
    assert client.get(f"/feedback/{entry.public_id}/").status_code == 405


@pytest.mark.parametrize("public_id", ["NO-SUCH-001", "x"])
def test_an_unknown_entry_is_404(client: Client, public_id: str):
    assert client.post(f"/feedback/{public_id}/", {"reason": "outdated"}).status_code == 404


def test_an_archived_entry_takes_no_report(client: Client):
    entry = archive(make_question())
    assert client.post(f"/feedback/{entry.public_id}/", {"reason": "outdated"}).status_code == 404


def test_the_page_offers_both_without_a_cookie(client: Client):
    entry = make_question()
    text = client.get(entry.get_absolute_url()).content.decode()
    assert f'action="/feedback/{entry.public_id}/"' in text
    assert not client.post(f"/feedback/{entry.public_id}/", {"reason": "outdated"}).cookies
