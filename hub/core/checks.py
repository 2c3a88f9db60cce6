"""System checks of the settings: each names the setting and the mend; hub.mail.checks has those of mail."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.http.request import validate_host

SHORTEST_KEY = 32  # characters; RFC 2104, 3: a key no shorter than the hash (SHA-256, 32 bytes)


def _is_on_postgresql() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


@register()
def check_addresses(**_: Any) -> list[CheckMessage]:
    """SITE_URL, ALLOWED_HOSTS, TRUSTED_PROXIES and REDIS_URL are usable, each alone and together."""
    return [*_faults_of_site(), *_faults_of_proxies(), *_faults_of_redis()]


def _faults_of_site() -> Iterator[CheckMessage]:
    site = urlsplit(settings.SITE_URL)
    if site.scheme not in {"http", "https"} or not site.hostname or site.path or site.query:
        yield Error(
            f"SITE_URL is {settings.SITE_URL!r}, which is no address of a whole site.",
            hint="Give scheme and host alone, as in: SITE_URL=https://hub.example.org",
            id="core.E001",
        )
    elif not validate_host(site.hostname, settings.ALLOWED_HOSTS):
        yield Error(
            f"ALLOWED_HOSTS leaves out {site.hostname}, the host of SITE_URL: every page would be refused.",
            hint=f"Add {site.hostname} to ALLOWED_HOSTS, or leave ALLOWED_HOSTS empty.",
            id="core.E002",
        )


def _faults_of_proxies() -> Iterator[CheckMessage]:
    for proxy in settings.TRUSTED_PROXIES:
        try:
            ip_network(proxy, strict=False)
        except ValueError:
            yield Error(
                f"TRUSTED_PROXIES holds {proxy!r}, which is no network.",
                hint="Give addresses or networks, separated by commas, as in: 127.0.0.1,10.0.0.0/8",
                id="core.E003",
            )
    if settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXIES:
        yield checks.Warning(
            "SITE_URL begins with https and TRUSTED_PROXIES is empty: each page would redirect to itself.",
            hint="Name the proxy that ends TLS, as in TRUSTED_PROXIES=127.0.0.1, or set SSL_REDIRECT=off.",
            id="core.W001",
        )


def _faults_of_redis() -> Iterator[CheckMessage]:
    if not settings.REDIS_URL:
        return
    address = urlsplit(settings.REDIS_URL)
    if address.scheme not in {"redis", "rediss"} or not address.hostname:
        yield Error(
            f"REDIS_URL begins with {address.scheme or 'no scheme'} or names no host: it can't be used.",
            hint="Use redis://host:6379/0, or rediss:// for TLS.",
            id="core.E004",
        )


@register()
def check_keys(**_: Any) -> list[CheckMessage]:
    """Keys are long, differ, and are given where more than one machine may serve."""
    found: list[CheckMessage] = []
    keys = {name: getattr(settings, name) for name in ("SECRET_KEY", "LINK_KEY", "ADDRESS_KEY")}
    if settings.KEYS_MADE_HERE and _is_on_postgresql():
        found.append(
            checks.Warning(
                f"{', '.join(settings.KEYS_MADE_HERE)}: made on this machine, kept in {settings.KEY_DIR}.",
                hint="Give each by the environment (or as NAME_FILE), the same to every process that serves "
                "this database; python -c 'import secrets; print(secrets.token_urlsafe(48))' makes one.",
                id="core.W002",
            )
        )
    found += [
        checks.Warning(
            f"{name} has only {len(key)} characters.",
            hint=f"Give one of at least {SHORTEST_KEY}: secrets.token_urlsafe(48) makes one.",
            id="core.W003",
        )
        for name, key in keys.items()
        if len(key) < SHORTEST_KEY
    ]
    if len(set(keys.values())) < len(keys):
        found.append(
            checks.Warning(
                "SECRET_KEY, LINK_KEY and ADDRESS_KEY are not three different keys.",
                hint="Give each a value of its own, so that one can be changed without the others.",
                id="core.W004",
            )
        )
    return found


@register()
def check_pool(**_: Any) -> list[CheckMessage]:
    """A process has a database connection for each of its threads."""
    size, threads = settings.DATABASE_POOL_SIZE, settings.WEB_THREADS
    if size < 1 or threads < 1:
        return [
            Error(
                "DATABASE_POOL_SIZE and WEB_THREADS must be 1 or more.",
                hint="Leave both empty for the defaults.",
                id="core.E005",
            )
        ]
    if _is_on_postgresql() and size < threads:
        return [
            checks.Warning(
                f"DATABASE_POOL_SIZE is {size} and WEB_THREADS is {threads}: threads would wait.",
                hint=f"Set DATABASE_POOL_SIZE={threads} or more.",
                id="core.W005",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_production(**_: Any) -> list[CheckMessage]:
    """What is right on a laptop and wrong on the open network (``check --deploy``)."""
    found: list[CheckMessage] = []
    if urlsplit(settings.SITE_URL).scheme != "https":
        found.append(
            checks.Warning(
                "SITE_URL does not begin with https: sessions and links would travel in clear.",
                hint="Put a proxy with a certificate in front, and set SITE_URL=https://…",
                id="core.W006",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            checks.Warning(
                "ALLOWED_HOSTS holds *: any Host header is believed.",
                hint="Leave it empty; the host of SITE_URL is allowed then.",
                id="core.W007",
            )
        )
    if not settings.EMAIL_URL:
        found.append(
            checks.Warning(
                "EMAIL_URL is empty: mails are written as files and reach nobody.",
                hint="Set EMAIL_URL=smtp+tls://user:password@host:587",
                id="core.W008",
            )
        )
    if _is_on_postgresql() and not settings.REDIS_URL:
        found.append(
            checks.Warning(
                "REDIS_URL is empty: messages to workers pass through a folder of this machine.",
                hint="Set REDIS_URL=redis://host:6379/0 where a worker runs elsewhere or more than one does.",
                id="core.W009",
            )
        )
    return found
