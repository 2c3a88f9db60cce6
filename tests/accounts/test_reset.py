"""A forgotten password: one answer for everybody, one mail through the outbox, a link that works once."""

import re

import pytest

from hub.core.logs import without_secrets
from hub.mail import sending
from hub.mail.models import Delivery
from tests.accounts.people import PASSWORD, sign_in, with_password
from tests.factories import make_editor
from tests.subscriptions.reading import letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return with_password(make_editor("grace"))


def ask(client, address="grace@example.com"):
    return client.post("/accounts/password/reset/", {"email": address})


def link_in_mail(settings, folder) -> str:
    """Send what is owed as files, and read the link as its receiver would."""
    settings.EMAIL_URL, settings.MAIL_DIR = "", folder
    assert sending.drain() == {"accepted": 1}
    found = re.search(r"/accounts/password/reset/key/\S+", letter(folder))
    assert found
    return found.group(0)


def test_known_and_unknown_addresses_get_the_same_answer(client, editor):
    known, unknown = ask(client), ask(client, "nobody@example.com")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert Delivery.objects.count() == 1


def test_asking_twice_is_one_mail_and_the_ledger_holds_no_link(client, editor):
    ask(client)
    ask(client)
    mail = Delivery.objects.get()
    assert (mail.template, mail.context) == ("account_reset", {})


def test_the_link_sets_a_new_password_once(client, editor, settings, tmp_path):
    ask(client)
    link = link_in_mail(settings, tmp_path)
    form = client.get(link, follow=True)
    new = "another lamp on another desk at 3"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert sign_in(type(client)(), editor, new).status_code == 302
    assert sign_in(type(client)(), editor, PASSWORD).status_code == 200
    assert type(client)().get(link, follow=True).context["token_fail"]


def test_an_account_that_was_switched_off_gets_no_link(client, editor):
    editor.is_active = False
    editor.save(update_fields=["is_active"])
    ask(client)
    assert not Delivery.objects.exists()


def test_the_log_does_not_hold_the_link():
    assert without_secrets("GET /accounts/password/reset/key/1-abc-def/ 302").endswith("/key/…/ 302")
