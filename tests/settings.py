"""The settings of every test: those of the hub, and one line more for a seventh domain."""

from hub.settings import *  # noqa: F403
from hub.settings import INSTALLED_APPS as OF_THE_HUB

INSTALLED_APPS = ["tests.toykind", *OF_THE_HUB]
# Hashing a password on purpose takes a third of a second; tests make many accounts.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Most tests are one transaction on one connection, which a second thread would not see.
MAIL_CONNECTIONS = 1
# Numbers of queries are asserted of the pages themselves; tests/core/test_page_cache.py asks for kept ones.
CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}  # noqa: F405
