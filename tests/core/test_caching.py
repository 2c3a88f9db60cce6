"""Caches that can't serve a stale page, and a Redis that may be down."""

import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.test import RequestFactory

from hub.core.caching import PatientRedisCache, content_number, content_page, remembered
from hub.core.models import ContentClock
from tests import parts
from tests.factories import make_question, revise

requests = RequestFactory()


@pytest.fixture
def counted():
    """A page that counts how often it is made."""

    class Page:
        made = 0

        def __call__(self, request, status=200):
            self.made += 1
            return HttpResponse(f"made {self.made} times", status=status)

    return Page()


@pytest.fixture
def view(counted):
    def view(request, **kwargs):
        return counted(request, **kwargs)

    return content_page(view)


def ask(view, path="/", **headers):
    return view(requests.get(path, headers=headers))


@pytest.mark.django_db
def test_a_page_that_did_not_change_is_not_made_again(view, counted):
    first = ask(view)
    again = ask(view, **{"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert again["ETag"] == first["ETag"]
    assert again.content == b""
    assert counted.made == 1
    for response in (first, again):
        assert "public" in response["Cache-Control"]
        assert "max-age=60" in response["Cache-Control"]


@pytest.mark.django_db
def test_any_public_change_makes_every_page_new(view):
    question = make_question()
    first = ask(view)
    revise(question, title="How?")
    again = ask(view, **{"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]


@pytest.mark.django_db
def test_each_address_and_each_release_has_a_validator_of_its_own(view, settings):
    tags = {ask(view, path)["ETag"] for path in ("/", "/?page=2", "/questions/", "/questions/?page=2")}
    settings.RELEASE = "another"
    assert ask(view, "/")["ETag"] not in tags
    assert len(tags) == 4


@pytest.mark.django_db
def test_the_api_tells_formats_apart(view):
    assert (
        ask(view, "/api/v1/x/", Accept="text/html")["ETag"]
        != ask(view, "/api/v1/x/", Accept="application/json")["ETag"]
    )


@pytest.mark.django_db
def test_what_else_a_page_depends_on_is_part_of_its_validator(counted):
    state = {"word": "a"}
    view = content_page(counted, also=lambda: state["word"])
    first = ask(view)
    state["word"] = "b"
    assert ask(view, **{"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("value", ['"other"', "nonsense", "", 'W/"', '"a", "b"', "\x00", "a" * 5000])
def test_another_validator_gets_the_page(view, value):
    assert ask(view, **{"If-None-Match": value}).status_code == 200


@pytest.mark.django_db
def test_one_of_several_validators_is_enough(view):
    etag = ask(view)["ETag"]
    assert ask(view, **{"If-None-Match": f'"x", {etag}'}).status_code == 304


@pytest.mark.django_db
@pytest.mark.parametrize("status", [404, 410, 301, 500])
def test_other_answers_are_not_marked_as_cacheable(view, status):
    response = view(requests.get("/"), status=status)
    assert "ETag" not in response
    assert "Cache-Control" not in response


@pytest.mark.django_db
def test_a_post_is_never_answered_from_a_cache(view, counted):
    etag = ask(view)["ETag"]
    response = view(requests.post("/", headers={"If-None-Match": etag}))
    assert response.status_code == 200
    assert "ETag" not in response
    assert counted.made == 2


@pytest.mark.django_db
def test_a_request_asks_for_the_content_number_once(django_assert_num_queries):
    request, number = requests.get("/"), ContentClock.now()
    with django_assert_num_queries(1):
        assert content_number(request) == content_number(request) == number


@pytest.mark.django_db
def test_what_is_remembered_is_made_once_a_content_number():
    made = []

    def make():
        made.append(1)
        return {"total": len(made)}

    assert remembered(1, "a", make) == remembered(1, "a", make) == {"total": 1}
    assert remembered(2, "a", make) == {"total": 2}
    assert remembered(1, "b", make) == {"total": 3}
    assert remembered(1, "a" * 1000 + " \n\x00", make) == {"total": 4}


def test_a_release_does_not_read_what_another_one_kept(settings):
    assert remembered(1, "shape", lambda: "old") == "old"
    settings.RELEASE = "another"
    assert remembered(1, "shape", lambda: "new") == "new"


def test_a_value_that_is_empty_is_remembered_too():
    made = []

    def make():
        made.append(1)
        return []

    for _ in range(2):
        assert remembered(1, "empty", make) == []
    assert len(made) == 1


# Redis ----------------------------------------------------------------------------------------------


def patient(url: str) -> PatientRedisCache:
    return PatientRedisCache(url, {"OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}})


def test_a_redis_that_is_down_is_an_empty_cache():
    dead = patient("redis://127.0.0.1:1/0")
    assert dead.get("a") is None
    assert dead.get("a", "default") == "default"
    dead.set("a", 1)
    assert dead.add("a", 1) is True
    assert dead.delete("a") is False
    assert dead.get_many(["a"]) == {}
    assert dead.set_many({"a": 1}) == []
    assert dead.get_or_set("a", lambda: 5) == 5


def test_a_redis_that_is_down_is_left_alone_for_a_while(caplog):
    for _ in range(5):
        patient("redis://127.0.0.1:2/0").get("a")  # as five threads would, each with an object of its own
    assert caplog.text.count("cache unreachable") == 1


@pytest.mark.redis
def test_a_redis_that_is_there_remembers():
    alive = patient(parts.REDIS_URL)
    try:
        alive.set("tests:a", {"b": 1}, 60)
        assert alive.get("tests:a") == {"b": 1}
        assert alive.get_many(["tests:a", "tests:missing"]) == {"tests:a": {"b": 1}}
    finally:
        alive.delete("tests:a")
    assert alive.get("tests:a") is None


@pytest.mark.redis
def test_a_redis_that_comes_back_is_used_again():
    alive = patient(parts.REDIS_URL)
    alive.asleep_until[parts.REDIS_URL] = float("inf")
    assert alive.add("tests:b", 1) is True
    alive.asleep_until[parts.REDIS_URL] = 0.0
    try:
        alive.set("tests:b", 1, 60)
        assert alive.get("tests:b") == 1
    finally:
        alive.delete("tests:b")


@pytest.mark.django_db
def test_a_page_is_served_while_redis_is_down(view, settings):
    settings.CACHES = {
        **settings.CACHES,
        "default": {
            "BACKEND": "hub.core.caching.PatientRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
        },
    }
    assert isinstance(caches["default"], PatientRedisCache)
    assert remembered(1, "a", lambda: 5) == 5
    assert ask(view).status_code == 200
