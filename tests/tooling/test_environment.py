"""The script that makes the environment: what it says when something is missing, how a second start goes."""

import ast
import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.conf import settings

SCRIPT = settings.BASE_DIR / "deploy" / "environment.py"


def wheel(folder: Path, version: str = "1.0") -> str:
    """Write a wheel that holds one empty module; return the requirement line that pins it with its hash."""
    path = folder / f"hubcap-{version}-py3-none-any.whl"
    metadata = f"hubcap-{version}.dist-info"
    files = {
        "hubcap.py": "",
        f"{metadata}/METADATA": f"Metadata-Version: 2.1\nName: hubcap\nVersion: {version}\n",
        f"{metadata}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},{len(text)}\n"
        for name, text in files.items()
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**files, f"{metadata}/RECORD": f"{record}{metadata}/RECORD,,\n"}.items():
            archive.writestr(name, text)
    return f"hubcap=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Project:
    """A folder with the script, a requirements file of one package, and the wheels that are all its index."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = root / ".venv"
        self.wheels = root / "wheels"
        for folder in (root / "deploy", root / "requirements", root / "no-programs", self.wheels):
            folder.mkdir()
        shutil.copy(SCRIPT, root / "deploy")
        self.require(wheel(self.wheels))
        self.require("# more\n", "dev")

    def require(self, line: str, name: str = "base") -> None:
        (self.root / "requirements" / f"{name}.txt").write_text(line)

    def make(self, name: str = "base", before: str = "") -> subprocess.CompletedProcess[str]:
        """Run the script with no uv on the PATH and no index but the wheels; ``before`` runs ahead of it."""
        path = str(self.root / "deploy" / "environment.py")
        start = f"runpy.run_path({path!r}, run_name='__main__')"
        code = f"import runpy, sys; sys.argv = [{path!r}, {name!r}]\n{before}\n{start}"
        environment = {
            "PATH": str(self.root / "no-programs"),
            "HOME": str(self.root),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
        }
        command = [sys.executable, "-c", code]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def holds_the_package(self) -> bool:
        command = [str(self.environment / "bin" / "python"), "-c", "import hubcap"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_the_script_parses_on_pythons_that_are_too_old():
    assert ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


def test_a_python_that_is_too_old_gets_one_sentence(project):
    result = project.make(before="sys.version_info = (3, 9, 2, 'final', 0)")
    assert result.returncode == 1
    assert result.stderr.startswith("Knowledge Hub needs Python 3.11 or newer, and this is Python 3.9")
    assert "Traceback" not in result.stderr
    assert not project.environment.exists()


def test_a_python_without_its_venv_module_gets_one_sentence(project):
    result = project.make(before="sys.modules['ensurepip'] = None")
    assert result.returncode == 1
    assert "apt install python3-venv" in result.stderr
    assert "Traceback" not in result.stderr


def test_hashed_packages_are_installed_by_pip_alone_and_the_second_start_does_nothing(project):
    first = project.make()
    assert first.returncode == 0, first.stderr
    assert project.holds_the_package()
    shutil.rmtree(project.wheels)
    second = project.make()
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")


def test_changed_requirements_are_installed(project):
    project.make()
    project.require(wheel(project.wheels, "1.1"))
    result = project.make()
    assert result.returncode == 0
    assert "hubcap-1.1" in result.stdout


def test_an_environment_for_tests_also_serves_to_run(project):
    project.require((project.root / "requirements" / "base.txt").read_text() + "# and more\n", "dev")
    assert project.make("dev").returncode == 0
    assert project.make("base").stdout == ""


def test_a_package_with_another_hash_is_refused(project):
    project.require(f"hubcap==1.0 --hash=sha256:{'0' * 64}\n")
    result = project.make()
    assert result.returncode == 1
    assert "could not be installed" in result.stderr
    assert not project.holds_the_package()


def test_packages_out_of_reach_get_one_sentence_and_the_next_start_goes_on(project):
    shutil.rmtree(project.wheels)
    result = project.make()
    assert result.returncode == 1
    assert "The first start needs the network" in result.stderr.splitlines()[-1]
    project.wheels.mkdir()
    project.require(wheel(project.wheels))
    assert project.make().returncode == 0


def test_a_broken_environment_is_made_anew(project):
    project.make()
    (project.environment / "bin" / "python").unlink()
    assert project.make().returncode == 0
    assert project.holds_the_package()


def test_a_folder_that_is_no_environment_is_left_alone(project):
    project.environment.mkdir()
    (project.environment / "thesis.txt").write_text("years of work")
    result = project.make()
    assert result.returncode == 1
    assert "is in the way" in result.stderr
    assert (project.environment / "thesis.txt").read_text() == "years of work"
