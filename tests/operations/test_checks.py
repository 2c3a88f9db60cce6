"""System checks: each wrong setting is named with its mend, and right production settings pass in silence."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as configured

from hub.core import checks

RIGHT = {
    "SITE_URL": "https://hub.example.org",
    "DATABASE_URL": "postgres://hub@127.0.0.1/hub",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp+tls://127.0.0.1:587",
    "DEFAULT_FROM_EMAIL": "Knowledge Hub <hub@hub.example.org>",
    "TRUSTED_PROXIES": "127.0.0.1",
    "SECRET_KEY": "a-secret-of-fifty-letters-that-only-this-test-knows-of",
    "LINK_KEY": "another-secret-that-only-this-test-knows-of",
    "ADDRESS_KEY": "a-third-secret-that-only-this-test-knows-of",
}


def check_deploy(folder, **over: str) -> str:
    """What `manage.py check --deploy` says of these settings; empty when it is content."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {name: value for name, value in {**RIGHT, **over}.items() if value}
    result = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=configured.BASE_DIR,
        env={**kept, "HUB_DATA": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stderr if result.returncode else ""


def ids(messages) -> list[str]:
    return [message.id for message in messages]


def test_right_production_settings_pass_in_silence(tmp_path):
    assert check_deploy(tmp_path) == ""


def test_a_laptops_settings_on_the_open_network_are_named(tmp_path):
    said = check_deploy(tmp_path, SITE_URL="", REDIS_URL="", EMAIL_URL="", ADDRESS_KEY="", ALLOWED_HOSTS="*")
    for name in ("SITE_URL", "REDIS_URL", "EMAIL_URL", "ADDRESS_KEY", "ALLOWED_HOSTS"):
        assert name in said


@pytest.mark.parametrize(
    "address", ["hub.example.org", "ftp://hub.example.org", "https://", "https://h.org/hub"]
)
def test_a_site_address_that_is_none_is_an_error(settings, address):
    settings.SITE_URL = address
    assert ids(checks.check_addresses()) == ["core.E001"]


def test_a_site_whose_own_host_is_refused_is_an_error(settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "http://hub.example.org", ["other.example.org"]
    assert ids(checks.check_addresses()) == ["core.E002"]
    settings.ALLOWED_HOSTS = [".example.org"]
    assert ids(checks.check_addresses()) == []


def test_a_proxy_that_is_no_network_is_an_error(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "::1", "nginx", "10.0.0.0/99"]
    assert ids(checks.check_addresses()) == ["core.E003", "core.E003"]


def test_https_behind_a_proxy_nobody_named_is_a_warning(settings):
    settings.SECURE_SSL_REDIRECT, settings.TRUSTED_PROXIES = True, []
    assert ids(checks.check_addresses()) == ["core.W001"]


@pytest.mark.parametrize("address", ["unix:///run/redis.sock", "127.0.0.1:6379", "amqp://mq", "redis://"])
def test_a_redis_address_that_cache_and_broker_can_not_use_is_an_error(settings, address):
    settings.REDIS_URL = address
    assert ids(checks.check_addresses()) == ["core.E004"]


def test_keys_made_by_the_machine_are_a_warning_only_on_a_database_that_others_share(settings, monkeypatch):
    settings.KEYS_MADE_HERE = ["LINK_KEY"]
    monkeypatch.setattr(checks, "_is_on_postgresql", lambda: False)
    assert ids(checks.check_keys()) == []
    monkeypatch.setattr(checks, "_is_on_postgresql", lambda: True)
    (warning,) = checks.check_keys()
    assert warning.id == "core.W002"
    assert warning.msg.startswith("LINK_KEY: made on this machine")


def test_short_and_equal_keys_are_warnings(settings):
    settings.LINK_KEY = settings.ADDRESS_KEY = "short"
    assert ids(checks.check_keys()) == ["core.W003", "core.W003", "core.W004"]


def test_a_pool_smaller_than_the_threads_is_a_warning_and_an_empty_one_an_error(settings, monkeypatch):
    monkeypatch.setattr(checks, "_is_on_postgresql", lambda: True)
    settings.DATABASE_POOL_SIZE, settings.WEB_THREADS = 4, 8
    assert ids(checks.check_pool()) == ["core.W005"]
    settings.DATABASE_POOL_SIZE = 0
    assert ids(checks.check_pool()) == ["core.E005"]
    settings.DATABASE_POOL_SIZE = 8
    assert ids(checks.check_pool()) == []
