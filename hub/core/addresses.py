"""E-mail addresses: one normal form, and the hash under which they may be remembered."""

import hashlib
import hmac
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email


def normalised_address(address: str) -> str:
    """The form in which an address is stored and compared: NFC, no blanks, lower case.

    RFC 5321 lets the part before @ depend on case; no large provider does. Raises ValidationError for
    what is no address, or for one with characters that could break a header.
    """
    address = unicodedata.normalize("NFC", address).strip().lower()
    if len(address) > 254 or any(ord(character) < 33 for character in address):
        raise ValidationError("Enter a valid e-mail address.", code="invalid")
    validate_email(address)
    return address


def address_hash(address: str) -> str:
    """HMAC-SHA256 of a normalised address under ADDRESS_KEY: 64 hexadecimal digits.

    It outlives erasure (suppression, limits) and tells nobody the address without the key.
    """
    key = str(settings.ADDRESS_KEY).encode()
    return hmac.new(key, normalised_address(address).encode(), hashlib.sha256).hexdigest()
