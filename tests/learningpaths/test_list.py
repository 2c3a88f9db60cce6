"""The list of paths, its facets, the API, the admin and the way of a contribution."""

import json
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contributions.forms import new_stamp
from contributions.models import Submission
from tests.contributions.posting import texts
from tests.factories import archive, make_editor, make_user
from tests.learningpaths.factories import make_path, module, path_data

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_card_says_level_audience_highlights_and_sums(client: Client):
    make_path(
        level="senior", difficulty=7, audience="Whoever waits for locks.", highlights=["Locks", "Bloat"],
        mentor_guided=True, modules=[module("A"), module("B", hours_from=1, hours_to=2)],
    )  # fmt: skip
    text = client.get("/paths/").content.decode()
    for words in (
        "Advanced",
        "Whoever waits for locks.",
        "Locks",
        "Bloat",
        "2 modules",
        "3–6 h",
        "Mentor-guided",
    ):
        assert words in text


@pytest.mark.parametrize(
    "query", ["level=junior", "track=front-end", "technology=sql", "tag=wanted", "difficulty=2", "q=wanted"]
)
def test_page_and_api_narrow_alike(client: Client, query: str):
    wanted = make_path(
        title="What is wanted",
        level="junior",
        difficulty=2,
        track="front-end",
        technology="sql",
        tags=["wanted"],
    )
    make_path()
    page = client.get(f"/paths/?{query}")
    assert [entry.pk for entry in page.context["entries"]] == [wanted.pk]
    rows = json.loads(client.get(f"/api/v1/paths/?{query}").content)["results"]
    assert [row["public_id"] for row in rows] == [wanted.public_id]


def test_facets_count_in_the_words_of_paths(client: Client):
    make_path(level="junior", difficulty=2)
    make_path(level="senior", difficulty=7)
    facets = {facet.key: facet for facet in client.get("/paths/").context["facets"]}
    assert list(facets) == ["level", "track", "technology", "tag", "difficulty"]
    assert [(one.label, one.count) for one in facets["level"].options] == [("Beginner", 1), ("Advanced", 1)]
    assert [(one.label, one.count) for one in facets["track"].options] == [("Data", 2)]


@pytest.mark.parametrize(
    "query", ["level=architect", "level=wizard", "track=moon", "tag=none", "difficulty=11"]
)
def test_an_unknown_value_is_refused(client: Client, query: str):
    assert client.get(f"/paths/?{query}").status_code == 400
    assert client.get(f"/api/v1/paths/?{query}").status_code == 400


def test_an_empty_list_says_what_to_do(client: Client):
    assert "Contribute a learning path" in client.get("/paths/").content.decode()


@pytest.mark.parametrize("address", ["/paths/", "/api/v1/paths/"])
def test_a_list_asks_as_many_questions_for_one_path_as_for_twenty(client: Client, address: str):
    counts = []
    for number in range(20):
        make_path(track="data" if number % 2 else "security")
        if number in {0, 19}:
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_api_gives_the_modules_as_structure(client: Client):
    entry = make_path(modules=[module("A"), module("B", needs=[1], hours_from=1, hours_to=2)])
    path = json.loads(client.get(f"/api/v1/paths/{entry.public_id.lower()}/").content)
    assert (path["module_count"], path["hours_from"], path["hours_to"]) == (2, 3, 6)
    assert (path["track"], path["mentor_guided"], path["highlights"]) == ("data", False, ["Joins", "Plans"])
    sections = {section["key"]: section for section in path["sections"]}
    assert [one["needs"] for one in sections["modules"]["value"]] == [[], [1]]
    archive(entry)
    assert client.get(f"/api/v1/paths/{entry.public_id}/").status_code == 404


def test_admin_finds_and_narrows_paths_and_shows_the_door_to_others(client: Client):
    wanted = make_path(track="security", mentor_guided=True)
    make_path()
    url = "/admin/learningpaths/learningpath/"
    assert client.get(url).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.get(url).status_code == 403
    client.force_login(make_editor(is_superuser=True))
    for query in ("track__exact=security", "mentor_guided__exact=1", f"q={wanted.public_id}"):
        assert [row.pk for row in client.get(f"{url}?{query}").context["cl"].result_list] == [wanted.pk]
    assert client.get(f"{url}{wanted.pk}/change/").status_code == 200


def path_post(**over: str) -> dict[str, str]:
    person = {
        "your_name": "Ann", "your_link": "", "your_email": "ann@example.net", "your_note": "",
        "agreement": "on", "company": "", "stamp": new_stamp(time.time() - 60), "action": "send",
    }  # fmt: skip
    return {**texts("path", path_data()), **person, **over}


def test_a_visitor_sends_in_a_path(client: Client):
    for label in ("Track", "Audience", "Highlights", "Mentor-guided", "Outcomes", "Modules"):
        assert label in client.get("/contribute/paths/").content.decode()
    response = client.post("/contribute/paths/", path_post(modules="### Joins\n\nHours: 2–4\n\nText."))
    assert response.status_code == 302
    data = Submission.objects.get().revisions.get().payload
    assert (data["modules"][0]["title"], data["modules"][0]["hours_to"]) == ("Joins", 4)


def test_a_mistake_is_shown_back_with_its_line(client: Client):
    response = client.post("/contribute/paths/", path_post(modules="### Joins\n\nHours: 4–2\n\nText."))
    assert response.status_code == 422
    assert "Line 3: the hours end before they begin" in response.content.decode()
    assert not Submission.objects.exists()
