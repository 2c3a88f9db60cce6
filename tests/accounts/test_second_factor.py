"""A second factor: set up, asked for, demanded in production, and sealed in the database."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.management import call_command

from hub.accounts.adapters import MFAAdapter
from hub.accounts.checks import check_second_factor
from hub.mail.models import Delivery
from tests.accounts.people import PASSWORD, code_of, sign_in, with_app, with_password
from tests.factories import make_editor, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return with_password(make_editor("grace"))


def test_an_app_is_added_with_its_code_and_brings_recovery_codes(
    client, editor, django_capture_on_commit_callbacks
):
    sign_in(client, editor)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    kinds = set(Authenticator.objects.values_list("type", flat=True))
    assert kinds == {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}
    told = [mail.context["what"] for mail in Delivery.objects.filter(stream="account")]
    assert "An authenticator app was added." in told


def test_a_second_factor_is_not_changed_without_the_password(client, editor):
    sign_in(client, editor)
    assert "/accounts/reauthenticate/" in client.get("/accounts/2fa/totp/activate/")["Location"]


def test_the_password_alone_does_not_open_an_account_with_an_app(client, editor):
    secret = with_app(editor)
    assert sign_in(client, editor)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/admin/").status_code == 302
    entered = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert entered["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_code_is_good_once(client, editor):
    code = code_of(with_app(editor))
    for browser, status in ((client, 302), (type(client)(), 200)):
        sign_in(browser, editor)
        assert browser.post("/accounts/2fa/authenticate/", {"code": code}).status_code == status


def test_the_sixth_code_is_refused_even_if_it_is_right(client, editor):
    secret = with_app(editor)
    sign_in(client, editor)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    answer = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert "Too many codes" in answer.content.decode()
    assert client.get("/admin/").status_code == 302


def test_a_recovery_code_opens_once(client, editor):
    with_app(editor)
    row = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    code = RecoveryCodes(row).get_unused_codes()[0]
    for browser, status in ((client, 302), (type(client)(), 200)):
        sign_in(browser, editor)
        assert browser.post("/accounts/2fa/authenticate/", {"code": code}).status_code == status


def test_the_secret_stands_sealed_and_survives_a_change_of_key(editor, settings):
    secret = with_app(editor)
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of more than fifty letters, made for this test"
    assert MFAAdapter().decrypt(stored) == secret


def test_production_keeps_staff_without_a_second_factor_off_the_desk(client, editor, settings):
    settings.STAFF_SECOND_FACTOR = True
    sign_in(client, editor)
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"
    assert client.post("/accounts/keys/", {"name": "Stolen"})["Location"] == "/accounts/2fa/"
    assert client.post("/admin/contributions/submission/add/")["Location"] == "/accounts/2fa/"
    assert re.search("second factor", client.get("/accounts/2fa/").content.decode())
    secret = with_app(editor)
    again = type(client)()
    sign_in(again, editor)
    again.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert again.get("/admin/").status_code == 200


def test_production_asks_only_who_works_at_the_desk(client, settings):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(make_user())
    assert client.get("/").status_code == 200
    assert client.get("/admin/").status_code in {302, 403}
    assert client.get("/admin/").headers.get("Location", "") != "/accounts/2fa/"


def test_a_lost_factor_is_taken_off_by_the_operator(client, editor):
    with_app(editor)
    call_command("forget_second_factor", "grace")
    assert sign_in(client, editor)["Location"] == "/admin/"


def test_the_check_names_the_setting(settings):
    settings.STAFF_SECOND_FACTOR = False
    assert "STAFF_SECOND_FACTOR" in check_second_factor()[0].msg
    settings.STAFF_SECOND_FACTOR = True
    assert check_second_factor() == []
