"""Settings from the environment: files of secrets, faults that name the variable, the documented table."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from hub.core.environment import Environment

SHOW = """
import json, sys
from django.conf import settings
from django.db import connection
connect = connection.get_connection_params() if connection.vendor == "postgresql" else {}
print(json.dumps({
    "secret": settings.SECRET_KEY, "made_here": settings.KEYS_MADE_HERE,
    "database": {name: connect.get(name) for name in ("host", "user", "password", "dbname", "sslmode")},
    "mail": [settings.EMAIL_HOST, settings.EMAIL_HOST_PASSWORD, settings.EMAIL_PORT],
}))
"""


def run_python(code: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these variables and nothing else of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={**kept, "DJANGO_SETTINGS_MODULE": "hub.settings", "HUB_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def file_of(folder: Path, value: str) -> str:
    path = folder / f"secret-{len(list(folder.iterdir()))}"
    path.write_text(value)
    return str(path)


def test_secrets_come_from_files_without_the_newline_that_editors_add(tmp_path):
    result = run_python(
        SHOW,
        tmp_path / "data",
        SECRET_KEY_FILE=file_of(tmp_path, "a key of its own\n"),
        DATABASE_URL_FILE=file_of(tmp_path, "postgres://hub:p%40ss@db.example.org/hub?sslmode=require\n"),
        EMAIL_URL_FILE=file_of(tmp_path, "smtp+tls://hub:w%23rd@mail.example.org:587\r\n"),
    )
    seen = json.loads(result.stdout)
    assert seen["secret"] == "a key of its own"
    assert seen["made_here"] == ["LINK_KEY", "ADDRESS_KEY"]
    assert seen["database"] == {
        "host": "db.example.org", "user": "hub", "password": "p@ss", "dbname": "hub", "sslmode": "require",
    }  # fmt: skip
    assert seen["mail"] == ["mail.example.org", "w#rd", 587]


def test_a_file_wins_over_the_plain_variable(monkeypatch, tmp_path):
    monkeypatch.setenv("OF_THIS_TEST", "plain")
    monkeypatch.setenv("OF_THIS_TEST_FILE", file_of(tmp_path, "from the file\n"))
    assert Environment().str("OF_THIS_TEST") == "from the file"


def test_a_value_that_is_no_file_keeps_its_spaces(monkeypatch):
    monkeypatch.setenv("OF_THIS_TEST", " a b ")
    assert Environment().str("OF_THIS_TEST") == " a b "


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file or directory"), (b"\xff\xfe", "it is no UTF-8 text")]
)
def test_a_file_that_can_not_be_read_is_named(monkeypatch, tmp_path, content, reason):
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("OF_THIS_OTHER_TEST_FILE", str(path))
    with pytest.raises(ImproperlyConfigured, match=f"OF_THIS_OTHER_TEST_FILE names .*: {reason}"):
        Environment().str("OF_THIS_OTHER_TEST", default="")


def test_a_number_that_is_none_is_named(monkeypatch):
    monkeypatch.setenv("OF_THIS_TEST", "ten")
    with pytest.raises(ImproperlyConfigured, match="OF_THIS_TEST can't be read"):
        Environment().int("OF_THIS_TEST")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://hub:hunter2@db/hub", "begins with mysql: use postgres://"),
        ("nonsense", "begins with no scheme"),
        ("postgres//hub:hunter2@db/hub", "begins with no scheme"),
        ("postgres://hub:hunter2@db:port/hub", "Percent-encode"),
        ("sqlite://", "names no file"),
        ("sqlite://:memory:", "names no file"),
    ],
)
def test_an_unusable_database_address_is_refused_without_its_password(monkeypatch, url, words):
    monkeypatch.setenv("OF_THIS_TEST", url)
    with pytest.raises(ImproperlyConfigured, match=words) as caught:
        Environment().database("OF_THIS_TEST")
    assert "OF_THIS_TEST" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["gopher://hub:hunter2@mail", "mail.example.org", "smtp://hub:hunter2#x@mail:587"]
)
def test_an_unusable_mail_address_is_refused_without_its_password(monkeypatch, url):
    monkeypatch.setenv("OF_THIS_TEST", url)
    with pytest.raises(ImproperlyConfigured) as caught:
        Environment().mail("OF_THIS_TEST")
    assert "OF_THIS_TEST" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "high"),
        ("DATABASE_URL", "oracle://db"),
        ("EMAIL_URL", "x"),
        ("DEBUG_FILE", "/nowhere/at/all"),
    ],
)
def test_the_command_line_says_a_fault_in_one_sentence(tmp_path, name, value):
    code = "import runpy, sys; sys.argv[1:] = ['check']; runpy.run_path('manage.py', run_name='__main__')"
    result = run_python(code, tmp_path / "data", **{name: value})
    assert result.returncode == 1
    assert result.stderr.startswith("The settings can't be used: ")
    assert name in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_every_variable_that_is_read_stands_in_the_table_and_none_else():
    read = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', (settings.BASE_DIR / "hub/settings.py").read_text()))
    gunicorn = (settings.BASE_DIR / "deploy/gunicorn.conf.py").read_text()
    read |= set(re.findall(r'os\.environ\.get\("([A-Z_]+)"\)', gunicorn)) | {"WEB_CONCURRENCY"}
    table = (settings.BASE_DIR / "docs/operations.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
    assert documented == read
