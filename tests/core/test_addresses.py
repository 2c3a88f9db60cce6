"""E-mail addresses: one form for each, and a hash that says nothing without its key."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hub.core.addresses import address_hash, normalised_address


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Ada@Example.COM", "ada@example.com"),
        ("  ada@example.com\n", "ada@example.com"),
        ("ada+hub@example.com", "ada+hub@example.com"),
        ("o'hara@example.com", "o'hara@example.com"),
        ("ada@b\u0075\u0308cher.example", "ada@bücher.example"),
    ],
)
def test_an_address_has_one_form(written, stored):
    assert normalised_address(written) == stored


@pytest.mark.parametrize(
    "address",
    ["", "ada", "@example.com", "ada@", "ada@example", "a b@example.com",
     "ada@example.com, eve@example.com",
     "ada@example.com\r\nBcc: eve@example.com",
     "ada@exam\nple.com", "ada\x00@example.com", "<ada@example.com>",
     "ada@example..com", "a" * 250 + "@example.com", '"a\tb"@example.com', "ada@[127.0.0.1"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ValidationError):
        normalised_address(address)


@given(st.emails() | st.text(max_size=40))
def test_the_stored_form_is_its_own_stored_form(address):
    try:
        stored = normalised_address(address)
    except ValidationError:
        return
    assert normalised_address(stored) == stored
    assert not any(character.isspace() for character in stored)


def test_the_same_address_has_the_same_hash_however_it_is_written():
    assert address_hash("Ada@Example.com ") == address_hash("ada@example.com")
    assert address_hash("ada@example.com") != address_hash("eve@example.com")


def test_the_hash_depends_on_the_key_and_shows_nothing_of_the_address(settings):
    first = address_hash("ada@example.com")
    assert len(first) == 64
    assert "ada" not in first
    settings.ADDRESS_KEY = "another key"
    assert address_hash("ada@example.com") != first
