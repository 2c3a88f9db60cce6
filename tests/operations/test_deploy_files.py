"""Containers, units and the proxy start what the Procfile names, with settings that exist."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from hub.core.serving import programs_of

DEPLOY = settings.BASE_DIR / "deploy"
UNITS = DEPLOY / "systemd"
OF_OTHERS = {
    "PATH",
    "PYTHONUNBUFFERED",
    "PYTHONDONTWRITEBYTECODE",
    "PIP_NO_CACHE_DIR",
    "PIP_DISABLE_PIP_VERSION_CHECK",
}


def procfile() -> dict[str, str]:
    return {program.name: " ".join(program.command) for program in programs_of(DEPLOY / "Procfile")}


def documented() -> set[str]:
    table = (settings.BASE_DIR / "docs/operations.md").read_text()
    return set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))


def unknown(names) -> set[str]:
    return {name for name in names if name.removesuffix("_FILE") not in documented()} - OF_OTHERS


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def test_containers_run_the_commands_of_the_procfile(compose):
    image = (DEPLOY / "Dockerfile").read_text()
    default = re.search(r"^CMD \[(.*)\]$", image, re.MULTILINE)[1].replace('"', "").replace(",", "")
    commands = {name: compose["services"][name].get("command", default) for name in ("web", "worker", "beat")}
    assert commands == procfile()


def test_units_run_the_commands_of_the_procfile():
    commands = {}
    for name in ("web", "worker", "beat"):
        (line,) = re.findall(
            r"^ExecStart=/opt/hub/.venv/bin/(.*)$", (UNITS / f"hub-{name}.service").read_text(), re.MULTILINE
        )
        commands[name] = line
    assert commands == procfile()


def test_every_variable_that_they_set_is_a_documented_setting(compose):
    names: set[str] = set()
    for name in ("prepare", "web", "worker", "beat"):
        names |= set(compose["services"][name]["environment"])
    image, example = (DEPLOY / "Dockerfile").read_text(), (DEPLOY / "hub.env.example").read_text()
    for line in re.findall(r"^ENV (.*)$", image, re.MULTILINE):
        names |= set(re.findall(r"\b([A-Z_]+)=", line))
    names |= set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    for unit in (path for path in UNITS.rglob("*.*") if path.is_file()):
        for line in re.findall(r"^Environment=(.*)$", unit.read_text(), re.MULTILINE):
            names |= set(re.findall(r"(?:^| )([A-Z_]+)=", line))
    assert names
    assert unknown(names) == set()


def test_each_secret_of_the_containers_is_mounted_where_it_is_read(compose):
    files = {
        value.removeprefix("/run/secrets/")
        for name, value in compose["services"]["web"]["environment"].items()
        if name.endswith("_FILE")
    }
    assert files == set(compose["services"]["web"]["secrets"])
    assert files <= set(compose["secrets"])


def test_there_is_one_beat_and_the_others_wait_until_the_schema_is_ready(compose):
    beats = [name for name, service in compose["services"].items() if " beat" in str(service.get("command"))]
    assert beats == ["beat"]
    for name in ("web", "worker", "beat"):
        condition = compose["services"][name]["depends_on"]["prepare"]["condition"]
        assert condition == "service_completed_successfully"
        assert "Requires=hub-prepare.service" in (UNITS / f"hub-{name}.service").read_text()


def test_the_image_leaves_out_no_folder_that_a_hub_runs_on():
    left_out = set((DEPLOY / "Dockerfile.dockerignore").read_text().split("\n")[1:])
    needed = {name.partition(".")[0] for name in settings.INSTALLED_APPS}
    needed = {name for name in needed if (settings.BASE_DIR / name).is_dir()} - {"tests"}
    assert needed
    assert not left_out & {*needed, "content", "deploy", "static", "templates", "manage.py", "requirements"}


def test_the_healthcheck_says_that_nobody_answers():
    result = subprocess.run(
        ["python3", DEPLOY / "healthcheck.py"], env={"PORT": "1"}, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "does not answer" in result.stderr


def test_systemd_understands_the_units(tmp_path: Path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    folder = shutil.copytree(UNITS, tmp_path / "units")
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("gunicorn", "celery", "python"):
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    for unit in folder.rglob("*.*"):
        if unit.is_file():
            unit.write_text(unit.read_text().replace("/opt/hub", str(tmp_path)))
    names = sorted(path.name for path in folder.glob("hub*.*") if path.is_file())
    result = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names],
        env={"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert [line for line in result.stderr.splitlines() if "hub" in line] == []
