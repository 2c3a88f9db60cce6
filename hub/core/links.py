"""Links in mails: derived from a key, never stored, turned off by counting up a generation.

A token is base64url(id, generation, HMAC-SHA256 of (purpose, id, generation) cut to 128 bits). Whoever
holds it may do what the purpose says; a GET with it never changes anything.
"""

import base64
import binascii
import hmac
import struct

from django.conf import settings

_HEAD = struct.Struct(">QI")
_MAC_BYTES = 16


class BadToken(ValueError):
    """A token that this house did not make for this purpose, or no longer honours."""


def _mac(key: str, purpose: str, head: bytes) -> bytes:
    return hmac.digest(key.encode(), purpose.encode() + b"\x00" + head, "sha256")[:_MAC_BYTES]


def make_token(purpose: str, pk: int, generation: int) -> str:
    """The token for one purpose on one row at one generation: 38 URL-safe characters."""
    head = _HEAD.pack(pk, generation)
    return base64.urlsafe_b64encode(head + _mac(settings.LINK_KEY, purpose, head)).rstrip(b"=").decode()


def read_token(purpose: str, token: str) -> tuple[int, int]:
    """The (id, generation) of a token; raises BadToken. The caller compares the generation."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError, UnicodeEncodeError):
        raise BadToken("not a token") from None
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
        raise BadToken("not as it was written")  # the decoder skips what it does not know
    head, mac = raw[: _HEAD.size], raw[_HEAD.size :]
    if len(head) != _HEAD.size or len(mac) != _MAC_BYTES:
        raise BadToken("not a token")
    keys = [settings.LINK_KEY, *settings.LINK_KEY_FALLBACKS]
    if not any(hmac.compare_digest(mac, _mac(key, purpose, head)) for key in keys):
        raise BadToken("not a token of this house")
    pk, generation = _HEAD.unpack(head)
    return pk, generation


def absolute(path: str) -> str:
    """The full address of a path under SITE_URL; workers have no request, and Host headers lie."""
    return f"{settings.SITE_URL}{path}"
