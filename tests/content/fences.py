"""Reads the fenced code blocks of Markdown files: which code there is and what it is expected to do."""

import ast
import contextlib
import dataclasses
import re
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from tests.content.languages import DATA, LANGUAGES

_FILE_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)*")


@dataclasses.dataclass
class Block:
    """One fenced code block: where it stands, what it is and what it has to do."""

    path: Path
    line: int  # of its first line of code, counted from 1
    language: str
    code: str
    options: list[str]
    name: str | None = None  # the file that the heading above it names, in a language that is built
    output: str | None = None  # the text of the output block after it
    output_line: int = 0

    @property
    def runs(self):
        return self.language in LANGUAGES and "norun" not in self.options

    def option(self, key):
        return next((word.removeprefix(key) for word in self.options if word.startswith(key)), None)

    @property
    def raises(self):
        return self.option("raises=")

    @property
    def flags(self):
        """Further words for the compiler: `flags=-lm,-O2`."""
        return [flag for flag in (self.option("flags=") or "").split(",") if flag]


@dataclasses.dataclass(eq=False)
class Failure(ValueError):
    """One thing that is wrong in a file; `blocks` raises it, `run_entry` reports it."""

    path: Path
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


def markdown_files(paths):
    """The Markdown files among and under the paths, sorted, each once."""
    files: set[Path] = set()
    for path in map(Path, paths):
        files.update(path.rglob("*.md") if path.is_dir() else [path])
    return sorted(files)


def blocks(path):
    """The fenced code blocks of a Markdown file in order, each with the output block that follows it.

    Raises Failure for an unknown word after the language, for an output block without code before it, and for
    a language that nothing here runs where the block doesn't say so.
    """
    markdown = MarkdownIt("commonmark").use(front_matter_plugin).use(admon_plugin)
    found, previous, heading = [], None, ""
    tokens = markdown.parse(Path(path).read_text(encoding="utf-8"))
    for position, token in enumerate(tokens):
        if token.type != "fence":
            previous = None
            if token.type == "inline":
                is_heading = tokens[position - 1].type == "heading_open"
                heading = token.content.strip("`") if is_heading else ""
            continue
        language, *options = token.info.split() or [""]
        first_line = token.map[0] + 2 if token.map else 0
        block = Block(Path(path), first_line, language, token.content, options)
        if language == "output":
            if previous is None or previous.output is not None:
                raise Failure(block.path, block.line, "an output block has to stand right after a code block")
            previous.output, previous.output_line = block.code, block.line
            continue
        check_options(block)
        block.name, heading = file_name(language, heading), ""
        found.append(block)
        previous = block
    return found


def on_postgresql(path, found):
    """The SQL blocks once more, for PostgreSQL, where the entry says that its SQL works with it.

    Not where it has blocks of PostgreSQL's own: then the others are SQLite's.
    """
    if any(block.language == "postgresql" for block in found):
        return []
    front = re.match(r"---\n(.*?)^---$", Path(path).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    values = None
    with contextlib.suppress(yaml.YAMLError):  # the loader says what is wrong with it
        values = yaml.load(front.group(1), yaml.BaseLoader) if front else None
    if not isinstance(values, dict) or "PostgreSQL" not in values.get("works_with", []):
        return []
    both = [
        block for block in found if block.language == "sql" and block.runs and not block.option("engine=")
    ]
    return [dataclasses.replace(block, language="postgresql") for block in both]


def check_options(block):
    """Raises Failure for an option that the language doesn't know."""
    language = LANGUAGES.get(block.language)
    known = ["raises="] if language else []
    known += ["flags="] if language and language.is_built else []
    known += ["engine=sqlite"] if block.language == "sql" else []
    unknown = [word for word in block.options if word != "norun" and not word.startswith(tuple(known))]
    if language and unknown:
        raise Failure(block.path, block.line, f"unknown option {unknown[0]!r} of a {block.language} block")
    if language is None and block.language not in DATA and "norun" not in block.options:
        reason = (
            f"nothing here runs {block.language}: write `{block.language} norun`, so that the page says so"
        )
        raise Failure(block.path, block.line, reason)


def file_name(language, heading):
    """The heading, where it is the name of a file in a language that is built; else None."""
    endings = LANGUAGES[language].endings if language in LANGUAGES else ()
    is_name = heading.endswith(endings) and _FILE_NAME.fullmatch(heading) if endings else False
    return heading if is_name and ".." not in heading else None


def imported_modules(found):
    """Sorted top-level names that the Python blocks import; a block that does not parse has none."""
    names: set[str] = set()
    for block in found:
        if block.language == "python" and block.runs:
            with contextlib.suppress(SyntaxError):
                for node in ast.walk(ast.parse(block.code)):
                    if isinstance(node, ast.Import):
                        names.update(alias.name.split(".")[0] for alias in node.names)
                    elif isinstance(node, ast.ImportFrom) and node.module:
                        names.add(node.module.split(".")[0])
    return sorted(names)
