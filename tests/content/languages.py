"""The languages whose blocks run: what each needs on this machine, and the program of `harness/` for it."""

import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tests import parts

ROOT = Path(__file__).resolve().parents[2]
HARNESS = Path(__file__).resolve().parent / "harness"
NODE_TOOLS = ROOT / ".venv-content" / "node_modules"  # made from requirements/node


@dataclass(frozen=True)
class Language:
    """One language; `tools` are programs on the PATH. The first runs the harness where that is no Python."""

    harness: str
    tools: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()  # of its files, where its blocks are whole programs to build
    seconds: float = 10  # for all blocks of one file

    @property
    def is_built(self):
        return bool(self.endings)


LANGUAGES = {
    "python": Language("python_blocks.py"),
    "sql": Language("sql_blocks.py"),
    "postgresql": Language("postgresql_blocks.py", seconds=30),
    "javascript": Language("javascript_blocks.cjs", ("node",)),
    "typescript": Language("program_blocks.py", ("tsc", "node"), (".ts", ".mts"), 90),
    "bash": Language("bash_blocks.bash", ("bash",)),
    "c": Language("program_blocks.py", ("gcc",), (".c", ".h"), 90),
    "cpp": Language("program_blocks.py", ("g++",), (".cpp", ".hpp", ".h"), 90),
    "go": Language("program_blocks.py", ("go",), (".go", ".mod"), 180),
    "java": Language("program_blocks.py", ("javac", "java"), (".java",), 90),
    "rust": Language("program_blocks.py", ("rustc",), (".rs",), 90),
    "php": Language("php_blocks.php", ("php",)),
    "ruby": Language("ruby_blocks.rb", ("ruby",)),
    "perl": Language("perl_blocks.pl", ("perl",)),
}

# Programs that a bash block may call, and that not every machine has.
SHELL_PROGRAMS = {"git": "Git", "gcc": "gcc", "npm": "npm", "node": "Node.js", "python3": "Python"}

# What is no program: data, output, markup, settings. A block of any other language has to say `norun`.
# fmt: off
DATA = frozenset([
    "", "text", "output", "console", "diff", "http", "markdown", "html", "css", "scss", "xml",
    "json", "jsonc", "yaml", "toml", "ini", "csv", "properties", "dotenv", "nginx", "apache", "graphql",
])
# fmt: on


def shell_programs(code):
    """Those of SHELL_PROGRAMS that a shell script calls."""
    return [name for name in SHELL_PROGRAMS if re.search(rf"(?:^|[\s;|&(]){name}\s", code, re.MULTILINE)]


def find_tools(name, python, code=""):
    """`{program: path}` of what the language, or this shell script, needs, or the reason why it can't run."""
    language = LANGUAGES[name]
    if name == "postgresql" and not parts.has_postgresql():
        return None, "no PostgreSQL answers"
    needed = [*language.tools, *(shell_programs(code) if name == "bash" else [])]
    places = [os.environ.get("PATH", "")]
    if name != "bash":  # what a script calls, it finds itself
        places = [str(Path(python).absolute().parent), str(NODE_TOOLS / ".bin"), *places]
    found = {tool: shutil.which(tool, path=os.pathsep.join(places)) for tool in needed}
    if missing := [tool for tool, path in found.items() if path is None]:
        return None, f"{' and '.join(missing)} not found"
    return {tool: str(Path(path).absolute()) for tool, path in found.items()}, ""


def interpreter(name, tools, python):
    """The program that runs the harness of the language."""
    language = LANGUAGES[name]
    if language.harness.endswith(".py"):
        return (
            str(Path(shutil.which(python) or python).absolute())
            if name in {"python", "sql"}
            else sys.executable
        )
    return tools[language.tools[0]]
