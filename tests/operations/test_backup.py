"""A drill of backup and restore on both databases: from a hub in use to an empty machine and back."""

import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any, cast

import pytest

from tests.operations.hubs import Hub, database_of_its_own

FILL = """
from pathlib import Path
from typing import Any, cast
from django.conf import settings
from hub.core.addresses import address_hash
from hub.mail import outbox
from tests.factories import make_question, revise
entry = make_question(title="What is a covering index?", tags=["indexes"])
revise(entry, summary="What a covering index saves, and what it costs.")
settings.MEDIA_ROOT.joinpath("pictures").mkdir(parents=True)
settings.MEDIA_ROOT.joinpath("pictures/grün.png").write_bytes(bytes(range(256)) * 5000)
from hub.mail.models import Delivery
from django.utils import timezone
Delivery.objects.create(stream="test", slot="1", recipient_hash="x", address="reader@example.com",
    template="t", not_before=timezone.now(), message_id="<1@example.org>")
answer = None
"""
STATE = """
import hashlib
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.db import connection
from hub.core.models import ContentClock
tables = {}
for model in apps.get_models(include_auto_created=True):
    changes = model._meta.label in {"core.ContentClock", "mail.Delivery"}
    if model._meta.managed and not model._meta.proxy and not changes:
        rows = serializers.serialize("json", model._base_manager.order_by("pk"))
        tables[model._meta.label] = hashlib.sha256(rows.encode()).hexdigest()
uploads = {str(path.relative_to(settings.MEDIA_ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()
    for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}
answer = {"tables": tables, "uploads": uploads, "clock": ContentClock.now(),
    "keys": [settings.SECRET_KEY, settings.LINK_KEY, settings.ADDRESS_KEY]}
"""
SEARCH = """
from hub.core.vocabulary import vocabulary
from hub.search import searching
hits = searching.search("covering", vocabulary(1), filters={}, page=1, size=20).hits
answer = [hit.entry.title for hit in hits]
"""
MAIL = """
from hub.mail.models import Delivery
answer = list(Delivery.objects.values_list("state", flat=True))
"""
PUBLISH = """
from tests.factories import make_question
make_question(title="Published after the restore", tags=["indexes"])
from hub.core.models import Event
answer = list(Event.objects.order_by("n").values_list("n", flat=True))
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def hubs(request, tmp_path):
    """A hub in use, and an empty one of the same kind."""
    if request.param == "sqlite":
        yield Hub(tmp_path / "old"), Hub(tmp_path / "new")
    else:
        with database_of_its_own("old") as old, database_of_its_own("new") as new:
            yield Hub(tmp_path / "old", {"DATABASE_URL": old}), Hub(tmp_path / "new", {"DATABASE_URL": new})


def back_up(hub: Hub, file: Path) -> str:
    result = hub.manage("backup", str(file))
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_restored_hub_is_the_hub_that_was_backed_up(hubs, tmp_path):
    old, new = hubs
    old.prepare().ask(FILL)
    before = old.ask(STATE)
    file = tmp_path / "hub.tar.gz"
    said = back_up(old, file)
    assert "1 entries" in said
    assert "keep it where only you can read it" in said
    assert file.stat().st_mode & 0o777 == 0o600

    result = new.manage("restore", str(file))
    assert result.returncode == 0, result.stderr
    assert "SECRET_KEY was taken from the backup" in result.stdout
    assert "1 mails waited when the backup was made" in result.stdout
    after = new.ask(STATE)
    assert after["tables"] == before["tables"]
    assert after["uploads"] == before["uploads"]
    assert after["uploads"]
    assert after["keys"] == before["keys"]

    # Nothing is sent twice, no number of the clock is given out twice, and search finds what is there.
    assert new.ask(MAIL) == ["uncertain"]
    assert after["clock"] == 1_000_000
    assert new.ask(SEARCH) == ["What is a covering index?"]
    assert new.ask(PUBLISH)[-1] > 1_000_000


def test_a_target_with_data_is_refused_without_force_and_replaced_with_it(hubs, tmp_path):
    old, new = hubs
    old.prepare().ask(FILL)
    file = tmp_path / "hub.tar.gz"
    back_up(old, file)
    new.prepare().ask(FILL.replace("covering", "partial"))
    new.ask("from django.db import connection\nwith connection.cursor() as cursor:\n"
            "    cursor.execute('CREATE TABLE of_a_newer_version (id integer)')\nanswer = None")  # fmt: skip
    before = new.ask(STATE)
    refused = new.manage("restore", str(file))
    assert refused.returncode == 1
    assert "The target is not empty" in refused.stderr
    assert new.ask(STATE) == before

    result = new.manage("restore", str(file), "--force")
    assert result.returncode == 0, result.stderr
    assert new.ask(STATE)["tables"] == old.ask(STATE)["tables"]
    assert new.ask(SEARCH) == ["What is a covering index?"]
    assert "of_a_newer_version" not in new.ask(
        "from django.db import connection\nanswer = connection.introspection.table_names()"
    )


def test_a_backup_that_can_not_be_loaded_leaves_the_target_as_it_was(hubs, tmp_path):
    old, new = hubs
    old.prepare()
    new.prepare().ask(FILL)
    file, bent = tmp_path / "hub.tar.gz", tmp_path / "bent.tar.gz"
    back_up(old, file)
    rewrite(file, bent, change_part("database", lambda content: content[: len(content) // 2]))
    before = new.ask(STATE)
    result = new.manage("restore", str(bent), "--force")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert new.ask(STATE) == before


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory):
    """A small hub on SQLite and its backup."""
    folder = tmp_path_factory.mktemp("backed-up")
    hub = Hub(folder / "hub").prepare()
    hub.ask(FILL)
    back_up(hub, folder / "hub.tar.gz")
    return hub, folder / "hub.tar.gz"


def rewrite(source: Path, target: Path, change, *, hashes: bool = True) -> None:
    """Write a backup with changed parts; with ``hashes`` the manifest fits them, as a forger would do it."""
    with tarfile.open(source) as archive:
        parts = {member.name: cast("Any", archive.extractfile(member)).read() for member in archive}
    changed = {name: change(name, content) for name, content in parts.items()}
    changed = {name: content for name, content in changed.items() if content is not None}
    if hashes and "manifest.json" in changed:
        manifest = json.loads(changed["manifest.json"])
        for name, content in changed.items():
            if name in manifest["parts"]:
                manifest["parts"][name] = {
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "size": len(content),
                }
        changed["manifest.json"] = json.dumps(manifest).encode()
    with tarfile.open(target, "w:gz") as archive:
        for name, content in changed.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def change_part(beginning: str, change):
    """A change for ``rewrite`` of the parts whose name begins so."""
    return lambda name, content: change(content) if name.startswith(beginning) else content


def change_manifest(values):
    return change_part(
        "manifest.json", lambda content: json.dumps({**json.loads(content), **values}).encode()
    )


def refuse(file: Path, tmp_path: Path) -> str:
    """Restore into an empty folder; return why that was refused, once nothing was made there."""
    hub = Hub(tmp_path / "empty")
    result = hub.manage("restore", str(file))
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert not (hub.folder / "hub.sqlite3").exists() or not hub.ask(
        "from django.db import connection\nanswer = connection.introspection.table_names()"
    )
    assert not list((hub.folder).glob(".restore-*"))
    return result.stderr


def test_one_changed_byte_is_found(backed_up, tmp_path):
    bent = tmp_path / "bent.tar.gz"
    flip = change_part("media/", lambda content: content[:-1] + bytes([content[-1] ^ 1]))
    rewrite(backed_up[1], bent, flip, hashes=False)
    assert "media/pictures/grün.png is not what was backed up" in refuse(bent, tmp_path)


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.999])
def test_a_file_that_breaks_off_is_refused(backed_up, tmp_path, share):
    whole = backed_up[1].read_bytes()
    bent = tmp_path / "bent.tar.gz"
    bent.write_bytes(whole[: int(len(whole) * share)])
    said = refuse(bent, tmp_path)
    assert "damaged" in said or "not whole" in said or "can't be read" in said


@pytest.mark.parametrize("missing", ["manifest.json", "database.sqlite3", "keys/link"])
def test_a_missing_part_is_found(backed_up, tmp_path, missing):
    bent = tmp_path / "bent.tar.gz"
    rewrite(backed_up[1], bent, lambda name, content: None if name == missing else content)
    assert "is not whole" in refuse(bent, tmp_path)


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "media/../../outside", "keys/other", "extra"])
def test_a_part_that_has_no_place_in_a_backup_is_refused(backed_up, tmp_path, name):
    bent = tmp_path / "bent.tar.gz"
    with tarfile.open(bent, "w:gz") as archive:
        member = tarfile.TarInfo(name)
        archive.addfile(member, io.BytesIO(b""))
    assert "is no backup of this hub" in refuse(bent, tmp_path)


def test_a_link_in_place_of_a_file_is_refused(tmp_path):
    bent = tmp_path / "bent.tar.gz"
    with tarfile.open(bent, "w:gz") as archive:
        member = tarfile.TarInfo("media/link")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(member)
    assert "is no backup of this hub" in refuse(bent, tmp_path)


@pytest.mark.parametrize("change", [{"format": 2}, {"migrations": ["core.9999_of_next_year"]}])
def test_a_backup_of_newer_code_is_refused(backed_up, tmp_path, change):
    bent = tmp_path / "bent.tar.gz"
    rewrite(backed_up[1], bent, change_manifest(change))
    assert "The backup is newer than this code" in refuse(bent, tmp_path)


def test_a_backup_of_the_other_kind_of_database_is_refused(backed_up, tmp_path):
    bent = tmp_path / "bent.tar.gz"
    rewrite(backed_up[1], bent, change_manifest({"database": "postgresql"}))
    assert "DATABASE_URL names one of sqlite" in refuse(bent, tmp_path)


def test_a_backup_never_replaces_a_file(backed_up, tmp_path):
    file = tmp_path / "precious"
    file.write_text("precious")
    result = backed_up[0].manage("backup", str(file))
    assert result.returncode == 1
    assert "exists already" in result.stderr
    assert file.read_text() == "precious"


def test_a_folder_that_can_not_be_written_is_named(backed_up, tmp_path):
    result = backed_up[0].manage("backup", str(tmp_path / "nowhere" / "hub.tar.gz"))
    assert result.returncode == 1
    assert "can't be written: No such file or directory" in result.stderr


def test_keys_that_the_environment_gives_stay_out_and_are_said(backed_up, tmp_path):
    old = Hub(backed_up[0].folder, {"LINK_KEY": "a link key of forty characters, given here"})
    said = back_up(old, tmp_path / "hub.tar.gz")
    assert "for the environment gives them: LINK_KEY" in said
    with tarfile.open(tmp_path / "hub.tar.gz") as archive:
        assert "keys/link" not in archive.getnames()
        assert "keys/secret" in archive.getnames()
    restored = Hub(tmp_path / "new").manage("restore", str(tmp_path / "hub.tar.gz"))
    assert "LINK_KEY was given by the environment when the backup was made" in restored.stdout
    other = Hub(tmp_path / "other", {"LINK_KEY": "another link key of forty characters or so"})
    assert "LINK_KEY is given by the environment and is not the one of the backup" in (
        other.manage("restore", str(tmp_path / "hub.tar.gz")).stdout
    )


@pytest.mark.postgresql
def test_a_machine_without_postgresqls_programs_says_so(tmp_path):
    with database_of_its_own("bare") as url:
        hub = Hub(tmp_path / "hub", {"DATABASE_URL": url}).prepare()
        (tmp_path / "bin").mkdir()
        hub.environment["PATH"] = str(tmp_path / "bin")
        result = hub.manage("backup", str(tmp_path / "hub.tar.gz"))
        assert result.returncode == 1
        assert "pg_dump is missing. Install PostgreSQL's client programs" in result.stderr
        assert not (tmp_path / "hub.tar.gz").exists()
