"""A release that nobody named is named by what it consists of."""

import os

import pytest

from hub.core.release import release_of


@pytest.fixture
def folder(tmp_path):
    for name in ("hub/views.py", "templates/home.html", "static/site.css", "var/hub.sqlite3", ".venv/a.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("one")
    return tmp_path


def test_the_same_files_are_the_same_release(folder):
    assert release_of(folder, "Hub") == release_of(folder, "Hub")


@pytest.mark.parametrize("name", ["hub/views.py", "templates/home.html", "static/site.css"])
def test_a_changed_file_is_another_release(folder, name):
    before = release_of(folder)
    (folder / name).write_text("another")
    assert release_of(folder) != before


def test_a_file_of_the_same_size_written_later_is_another_release(folder):
    before = release_of(folder)
    os.utime(folder / "hub/views.py", ns=(1, 1))
    assert release_of(folder) != before


def test_a_changed_setting_is_another_release(folder):
    assert release_of(folder, "Hub") != release_of(folder, "Another hub")


@pytest.mark.parametrize("name", ["var/hub.sqlite3", "var/log.txt", ".venv/a.py", "var/new.py"])
def test_data_and_libraries_are_no_part_of_it(folder, name):
    before = release_of(folder)
    (folder / name).write_text("another")
    assert release_of(folder) == before
