"""The front door for staff: a password, few tries, and no other way in."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from hub.accounts import limits
from hub.core.limits import Limit
from hub.mail.models import Delivery
from tests.accounts.people import PASSWORD, WRONG, sign_in, with_password
from tests.factories import make_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return with_password(make_editor("grace"))


def test_admin_sends_a_stranger_to_the_door_and_back(client, editor):
    door = client.get("/admin/contributions/submission/")
    assert door.status_code == 302
    shown = client.get(door["Location"], follow=True)
    assert "Sign in" in shown.content.decode()
    entered = sign_in(client, editor, next="/admin/contributions/submission/")
    assert (entered.status_code, entered["Location"]) == (302, "/admin/contributions/submission/")
    assert client.get("/admin/contributions/submission/").status_code == 200


def test_admins_own_form_lets_nobody_in(client, editor):
    answer = client.post("/admin/login/", {"username": "grace", "password": PASSWORD})
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
    assert client.get("/admin/").status_code == 302


def test_a_wrong_password_says_so_without_telling_whether_the_account_exists(client, editor):
    known, unknown = (
        client.post("/accounts/login/", {"login": name, "password": WRONG}).context["form"].errors
        for name in ("grace", "nobody")
    )
    assert known == unknown
    assert "not correct" in str(known)


def test_the_sixth_try_is_refused_even_with_the_right_password(client, editor):
    for _ in range(5):
        assert "not correct" in sign_in(client, editor, WRONG).content.decode()
    assert "Too many failed login attempts" in sign_in(client, editor).content.decode()
    assert client.get("/admin/").status_code == 302


def test_a_network_that_posts_too_often_is_told_to_wait(client, editor, monkeypatch):
    monkeypatch.setattr(limits, "PER_NETWORK", Limit("sign-in-network", 2, 300))
    assert [sign_in(client, editor, WRONG).status_code for _ in range(2)] == [200, 200]
    refused = sign_in(client, editor)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 300


def test_nobody_is_led_to_another_site(client, editor):
    entered = sign_in(client, editor, next="https://elsewhere.example/")
    assert entered["Location"] == "/admin/"


def test_nobody_signs_up(client):
    assert "Nobody signs up here" in client.get("/accounts/signup/").content.decode()
    client.post(
        "/accounts/signup/",
        {"username": "mallory", "email": "m@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not User.objects.filter(username="mallory").exists()


def test_signing_out_needs_a_post(client, editor):
    sign_in(client, editor)
    client.get("/accounts/logout/")
    assert client.get("/admin/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/admin/").status_code == 302


def test_a_reader_gets_no_cookie_and_the_door_is_never_cached(client, editor):
    assert not client.get("/").cookies
    assert "no-store" in client.get("/accounts/login/")["Cache-Control"]


def test_sessions_are_listed_and_the_others_ended(client, editor):
    other = type(client)()
    sign_in(other, editor)
    sign_in(client, editor)
    assert client.get("/accounts/sessions/").content.decode().count("127.0.0.1") == 2
    client.post("/accounts/sessions/")
    assert other.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 200


def test_admins_page_for_passwords_leads_to_the_one_that_asks_again(client, editor):
    sign_in(client, editor)
    answer = client.get("/admin/password_change/")
    assert answer["Location"] == "/accounts/password/change/"


def test_a_changed_password_is_told_by_mail(client, editor):
    sign_in(client, editor)
    new = "another lamp on another desk at 3"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    mail = Delivery.objects.get(stream="account")
    assert (mail.address, mail.context["what"]) == ("grace@example.com", "The password was changed.")


def test_an_operator_takes_second_factors_off_an_account(capsys):
    make_editor("grace")
    call_command("forget_second_factor", "grace")
    assert '0 second factors of "grace" are forgotten.' in capsys.readouterr().out
    with pytest.raises(CommandError, match="no account"):
        call_command("forget_second_factor", "nobody")
