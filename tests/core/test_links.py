"""Links in mails: derived, for one purpose, and turned off by counting up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.links import BadToken, absolute, make_token, read_token


def test_a_token_says_which_row_and_which_generation():
    assert read_token("status", make_token("status", 7, 3)) == (7, 3)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1))
def test_any_row_and_generation_come_back(pk, generation):
    token = make_token("status", pk, generation)
    assert read_token("status", token) == (pk, generation)
    assert len(token) == 38


def test_a_token_for_another_purpose_opens_nothing():
    with pytest.raises(BadToken):
        read_token("unsubscribe", make_token("status", 7, 3))


def test_tokens_of_two_generations_differ():
    assert make_token("status", 7, 1) != make_token("status", 7, 2)


def test_a_changed_token_opens_nothing():
    token = make_token("status", 7, 3)
    for at in range(len(token)):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(BadToken):
            read_token("status", changed)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a",
        "=",
        "====",
        "é" * 38,
        "\x00" * 38,
        "!" * 38,
        "a" * 37,
        "a" * 39,
        "a" * 10_000,
        "%s",
        "../..",
        " " * 38,
    ],
)
def test_what_is_no_token_opens_nothing(token):
    with pytest.raises(BadToken):
        read_token("status", token)


@given(st.text(max_size=60))
def test_any_text_is_refused_without_an_accident(text):
    with pytest.raises(BadToken):
        read_token("status", text)


@pytest.mark.parametrize(
    "change", [lambda token: token + "=", lambda token: token + "\n", lambda token: f" {token}"]
)
def test_a_token_has_one_spelling(change):
    with pytest.raises(BadToken):
        read_token("status", change(make_token("status", 7, 3)))


def test_a_token_of_a_former_key_is_honoured_until_the_key_is_dropped(settings):
    settings.LINK_KEY = "old key"
    token = make_token("status", 7, 3)
    settings.LINK_KEY = "new key"
    with pytest.raises(BadToken):
        read_token("status", token)
    settings.LINK_KEY_FALLBACKS = ["older key", "old key"]
    assert read_token("status", token) == (7, 3)
    assert make_token("status", 7, 3) != token


def test_links_lead_to_the_site_of_the_settings(settings):
    settings.SITE_URL = "https://hub.example.org"
    assert absolute("/c/x/") == "https://hub.example.org/c/x/"
