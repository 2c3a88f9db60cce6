"""Reading settings from the environment: a wrong one is named in a sentence, and no secret is printed."""

import warnings
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

_ENCODE = "Percent-encode special characters of user and password (# is %23, @ is %40, / is %2F)."


class _Variables(FileAwareMapping):
    """The environment, in which ``NAME_FILE`` names a file that holds the value of ``NAME``."""

    def __getitem__(self, name: str) -> str:
        try:
            value: str = super().__getitem__(name)
        except (OSError, UnicodeDecodeError) as error:
            path = self.env[f"{name}_FILE"]
            reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which can't be read: {reason}.") from error
        # Editors end a file with a newline, and no value of ours begins or ends with white space.
        return value.strip() if self.env.get(f"{name}_FILE") else value


class Environment(environ.FileAwareEnv):
    """Typed readers of the environment; every fault is ImproperlyConfigured and names the variable."""

    ENVIRON = _Variables(cache=False)

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} can't be read: {error}.") from error

    def database(self, name: str) -> dict[str, Any]:
        """The Django configuration of a database address: postgres://… or sqlite:///path."""
        url = self.str(name)
        scheme = urlsplit(url).scheme
        if scheme not in {"postgres", "postgresql", "sqlite"}:
            raise ImproperlyConfigured(
                f"{name} begins with {scheme or 'no scheme'}: use postgres://user:password@host/name, "
                "or leave it empty for SQLite in the data folder."
            )
        with warnings.catch_warnings(action="ignore"):
            config: dict[str, Any] = _read(name, environ.Env.db_url_config, url)
        if scheme == "sqlite" and config["NAME"] == ":memory:":
            raise ImproperlyConfigured(f"{name} names no file: several processes must see one database.")
        return config

    def mail(self, name: str) -> dict[str, Any]:
        """Django's EMAIL_ settings of a relay's address: smtp+tls://user:password@host:587."""
        url = self.str(name)
        scheme = urlsplit(url).scheme
        if scheme not in environ.Env.EMAIL_SCHEMES:
            raise ImproperlyConfigured(
                f"{name} begins with {scheme or 'no scheme'}: use smtp+tls://user:password@host:587, "
                "or leave it empty to write mails as files."
            )
        config: dict[str, Any] = _read(name, environ.Env.email_url_config, url)
        return config


def _read(name: str, parse: Any, url: str) -> Any:
    try:
        return parse(url)
    except (ValueError, ImproperlyConfigured):
        # The parser's own words may quote a part of the password.
        raise ImproperlyConfigured(f"{name} can't be read as an address. {_ENCODE}") from None
