"""Caches that can't serve stale or private pages.

Public pages are the same for everybody and change only with the content clock: so the clock's number is
the cache key and the ETag base, and nothing ever has to be invalidated.
"""

import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, ClassVar

from django.conf import settings
from django.core.cache import cache, caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags
from redis.exceptions import RedisError

from hub.core.models import ContentClock

logger = logging.getLogger(__name__)
_LARGEST_PAGE = 200_000  # bytes; what is larger is made anew
_PATIENCE = 5.0  # seconds for which a cache that failed is not asked again


class ObjectCache(LocMemCache):
    """Keeps objects in this process as they are, not pickled: nobody may change what comes out of it.

    Any hashable value may be a key. The least recently used goes first.
    """

    _cache: "OrderedDict[Any, Any]"
    _lock: Lock
    _set: Callable[..., None]
    _has_expired: Callable[[Any], bool]
    _delete: Callable[[Any], bool]

    def make_and_validate_key(self, key: Any, version: int | None = None) -> Any:
        return key

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        with self._lock:
            if self._has_expired(key):
                self._delete(key)
                return default
            self._cache.move_to_end(key, last=False)
            return self._cache[key]

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        with self._lock:
            self._set(key, value, timeout)


class PatientRedisCache(RedisCache):
    """Redis as a cache that may be down: a failed call counts as a miss, and Redis is left alone a while.

    Without it, a stopped Redis makes each page a 500, and a frozen one makes each page wait. What one
    thread found out spares the others the wait: Django makes a cache object for each of them.
    """

    asleep_until: ClassVar[dict[str, float]] = {}  # address → monotonic seconds

    def __init__(self, server: Any, params: dict[str, Any]):
        super().__init__(server, params)
        self._address = str(server)

    def _guarded(self, call: Callable[..., Any], default: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < self.asleep_until.get(self._address, 0.0):
            return default
        try:
            return call(*args, **kwargs)
        except RedisError as error:
            self.asleep_until[self._address] = time.monotonic() + _PATIENCE
            logger.warning("cache unreachable, doing without it: %s", type(error).__name__)
            return default

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._guarded(super().get, default, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._guarded(super().set, None, *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        # "Nobody holds it yet": what must be counted for certain is a row, see hub.core.limits.
        return self._guarded(super().add, True, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._guarded(super().delete, False, *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._guarded(super().get_many, {}, *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._guarded(super().set_many, [], *args, **kwargs)


def content_number(request: HttpRequest) -> int:
    """The content clock as this request first saw it: one query a request."""
    number: int | None = getattr(request, "content_number", None)
    if number is None:
        number, figures = ContentClock.moment()
        request.content_number = number  # type: ignore[attr-defined]
        request.figures_number = figures  # type: ignore[attr-defined]
    return number


def figures_number(request: HttpRequest) -> int:
    """The number of the last change of readers' figures (views, uses, votes): part of a page's key."""
    content_number(request)
    return int(request.figures_number)  # type: ignore[attr-defined]


def remembered(number: int, name: str, make: Callable[[], Any], *, is_shared: bool = True) -> Any:
    """``make()``, kept under the content number: totals and facets of a filter, until the next change.

    This process keeps it as it is: nobody may change what this returns. What is not ``is_shared``, because it
    costs no query, each process makes for itself. The release is part of the key: another one's objects may
    have another shape.
    """
    text = f"{settings.RELEASE}:{number}:{name}"
    key = "content:" + hashlib.sha256(text.encode()).hexdigest()[:40]
    near = caches["near"]
    value = near.get(key)
    if value is None:
        value = cache.get(key) if is_shared else None
        if value is None:
            value = make()
            if is_shared:
                cache.set(key, value, 3600)
        near.set(key, value, 3600)
    return value


def etag_for(request: HttpRequest, number: int, also: str = "") -> str:
    """A weak validator of this address at this content number, on this day, under this release of the house.

    The day is in it because some pages speak of "this week"; the number of readers' figures is in that of
    pages for people, whose addresses end in a slash, because they show them.
    """
    if request.path.endswith("/") and not request.path.startswith("/api/"):
        also = f"{also}:{figures_number(request)}"
    accept = request.headers.get("Accept", "") if request.path.startswith("/api/") else ""
    day = timezone.now().date().isoformat()
    text = f"{settings.RELEASE}:{number}:{day}:{request.get_full_path()}:{accept}:{also}"
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


View = Callable[..., HttpResponseBase]


def content_page(view: View, also: Callable[[], str] | None = None) -> View:
    """Decorate a public GET view: ETag from the content clock, 304 before any work (RFC 9110, 13.1.2).

    The view must depend on nothing but the address, public content, readers' figures and the day: no user,
    no hour, no cookie. ``also`` names in a word what else it depends on.
    """

    @wraps(view)
    def conditional(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        etag = etag_for(request, content_number(request), also() if also else "")
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            response: HttpResponseBase = HttpResponse(status=304)
        elif (kept := _kept(etag)) is not None:
            return kept
        else:
            response = view(request, *args, **kwargs)
        if response.status_code in {200, 304}:
            response.headers["ETag"] = etag
            patch_cache_control(response, public=True, max_age=60)
        if response.status_code == 200 and request.method == "GET":
            _keep(response, etag)
        return response

    return conditional


def _kept(etag: str) -> HttpResponse | None:
    """The whole answer as it was given before to the same address at the same content number."""
    found = caches["pages"].get(etag)
    if found is None:
        return None
    body, headers = found
    return HttpResponse(body, headers=headers)


def _keep(response: HttpResponseBase, etag: str) -> None:
    """Keep an answer for the next reader, once it is rendered; one that sets a cookie never."""

    def store(rendered: HttpResponse) -> None:
        if not rendered.cookies and len(rendered.content) <= _LARGEST_PAGE:
            caches["pages"].set(etag, (rendered.content, dict(rendered.headers)))

    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.add_post_render_callback(store)
    elif isinstance(response, HttpResponse):
        store(response)
