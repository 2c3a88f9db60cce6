"""Keys that a laptop makes for itself: once, for its owner's eyes only, the same for every process."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured

from hub.core.keys import kept_key


def test_a_key_is_made_once_and_kept(tmp_path):
    path = tmp_path / "keys" / "secret"
    key = kept_key(path)
    assert len(key) >= 64
    assert kept_key(path) == key


def test_two_keys_differ(tmp_path):
    assert kept_key(tmp_path / "a") != kept_key(tmp_path / "b")


def test_only_the_owner_may_read_it(tmp_path):
    kept_key(tmp_path / "secret")
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_those_who_begin_at_once_agree_and_leave_nothing_behind(tmp_path):
    path = tmp_path / "keys" / "secret"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(kept_key, [path] * 16))
    assert len(keys) == 1
    assert list(path.parent.iterdir()) == [path]


def test_a_key_that_an_operator_wrote_is_used_without_its_line_end(tmp_path):
    (tmp_path / "secret").write_text("given\n")
    assert kept_key(tmp_path / "secret") == "given"


def test_a_folder_that_can_not_be_is_named_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ImproperlyConfigured, match="HUB_DATA"):
        kept_key(tmp_path / "file" / "secret")
