"""`manage.py editor`: an account and a password that is printed once."""

import re

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def printed_password(capsys) -> str:
    (password,) = re.findall(r"shown only now: (\S+)", capsys.readouterr().out)
    return password


def test_the_first_editor_may_sign_in_and_do_everything(capsys):
    call_command("editor")
    user = authenticate(username="editor", password=printed_password(capsys))
    assert user.is_staff
    assert user.is_superuser


def test_a_second_call_sets_another_password_and_the_old_one_is_void(capsys):
    call_command("editor")
    first = printed_password(capsys)
    call_command("editor")
    second = printed_password(capsys)
    assert authenticate(username="editor", password=first) is None
    assert authenticate(username="editor", password=second)
    assert User.objects.count() == 1


def test_another_account_becomes_staff_without_permissions(capsys):
    call_command("editor", "mia")
    user = authenticate(username="mia", password=printed_password(capsys))
    assert user.is_staff
    assert not user.is_superuser


def test_an_account_that_was_switched_off_is_switched_on_and_keeps_what_it_was(capsys):
    User.objects.create_superuser("ana", is_active=False)
    call_command("editor", "ana")
    user = authenticate(username="ana", password=printed_password(capsys))
    assert user.is_superuser


@pytest.mark.parametrize("name", ["", "two words", "a" * 151, "a\nb"])
def test_a_name_that_no_account_may_have_is_refused(name):
    with pytest.raises(CommandError):
        call_command("editor", name)
    assert not User.objects.exists()
