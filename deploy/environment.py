"""Make the project's own Python environment from pinned, hashed requirements.

    python3 deploy/environment.py base                          what a running hub needs, in .venv
    python3 deploy/environment.py dev                           that, and what tests and checks need
    python3 deploy/environment.py content --into .venv-content  what the examples in content/ run on

Standard library only, because it runs before anything is installed. A start that finds the environment as
it left it returns at once and needs no network. No syntax younger than Python 3.6 stands here, so that an
older Python reaches the sentence below instead of a syntax error.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Knowledge Hub needs Python 3.11 or newer, and this is Python %d.%d (%s). "
        "If a newer one is installed, name it: make run PYTHON=python3.12"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import argparse
import hashlib
import importlib.util
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
CONTAINED_IN = {
    "base": ("base", "dev")
}  # an environment made for dev serves base too: dev.in begins with base.in


def main() -> None:
    """Read the command line and make the environment; every failure is one sentence and a non-zero exit."""
    parser = argparse.ArgumentParser(description="Make the project's own Python environment.")
    parser.add_argument("requirements", choices=sorted(path.stem for path in REQUIREMENTS.glob("*.txt")))
    parser.add_argument(
        "--into", type=Path, default=ROOT / ".venv", help="folder of the environment (default: .venv)"
    )
    arguments = parser.parse_args()
    environment = arguments.into.absolute()
    usable = is_usable(environment)
    if usable and is_current(environment, arguments.requirements):
        return
    try:
        if not usable:
            create(environment)
        install(environment, REQUIREMENTS / f"{arguments.requirements}.txt")
        stamp_file(environment).write_text(stamp(environment, arguments.requirements))
    except OSError as error:
        sys.exit(f"The environment {environment} could not be written: {error}.")
    except KeyboardInterrupt:
        sys.exit("Stopped; the next start goes on from here.")


def python_of(environment: Path) -> Path:
    """Return the path of the environment's own interpreter."""
    return environment / "bin" / "python"


def is_usable(environment: Path) -> bool:
    """Tell whether the environment's interpreter starts and is of the same Python version as this one."""
    show_version = [str(python_of(environment)), "-c", "import sys; print(sys.version_info[:2], sys.prefix)"]
    try:
        answer = subprocess.run(show_version, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer == f"{sys.version_info[:2]} {environment}"


def stamp_file(environment: Path) -> Path:
    """Return the file in which the environment remembers what was installed into it."""
    return environment / "installed.sha256"


def stamp(environment: Path, name: str) -> str:
    """Return what the stamp says once this file is installed: its hash, for this folder and Python."""
    content = (REQUIREMENTS / f"{name}.txt").read_bytes()
    return hashlib.sha256(content + f"{environment} {sys.version_info[:2]}".encode()).hexdigest()


def is_current(environment: Path, name: str) -> bool:
    """Tell whether this file, or one that contains it, was installed here and has not changed since."""
    try:
        installed = stamp_file(environment).read_text()
    except OSError:
        return False
    return any(installed == stamp(environment, candidate) for candidate in CONTAINED_IN.get(name, (name,)))


def create(environment: Path) -> None:
    """Make an empty environment, in place of a broken one, but never in place of a folder that is none."""
    if environment.exists() and not (environment / "pyvenv.cfg").exists() and any(environment.iterdir()):
        sys.exit(f"{environment} is in the way: it is no Python environment. Move it, then start again.")
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    say(f"Making the environment {environment.name} for Python {version} ...")
    uv = shutil.which("uv")
    if uv:
        command = [uv, "venv", "--quiet", "--clear", "--seed", "--python", sys.executable, str(environment)]
        if run(command):
            return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            f"This Python ({sys.executable}) cannot make environments: its venv module is not installed. "
            "On Debian and Ubuntu: sudo apt install python3-venv"
        )
    if not run([sys.executable, "-m", "venv", "--clear", str(environment)]):
        sys.exit(f"The environment {environment} could not be made; the lines above say why.")


def install(environment: Path, requirements: Path) -> None:
    """Install the hashed requirements with uv, or with pip where uv can't be had."""
    count = sum(1 for line in requirements.read_text().splitlines() if line[:1].isalnum())
    say(f"Installing up to {count} packages from requirements/{requirements.name} ...")
    python = str(python_of(environment))
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
    uv = shutil.which("uv")
    if uv is None and run([*pip, "--quiet", "-r", str(REQUIREMENTS / "uv.txt")]):
        uv = str(environment / "bin" / "uv")
    if uv:
        command = [uv, "pip", "install", "--python", python, "--require-hashes", "-r", str(requirements)]
        if run(command):
            return
        say("uv could not; trying pip ...")
    if not run([*pip, "-r", str(requirements)]):
        sys.exit(
            "The packages could not be installed; the lines above say why. "
            "The first start needs the network, or an index that pip is configured for; later ones do not."
        )


def run(command: list[str]) -> bool:
    """Run a command that prints its own progress; tell whether it succeeded."""
    return subprocess.run(command, check=False).returncode == 0


def say(line: str) -> None:
    """Print a line of progress at once, ahead of what the installers print."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
