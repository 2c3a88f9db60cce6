"""The Python and SQL of every content file does what the file says.

A file that imports what this interpreter lacks runs in `.venv-content` (made from requirements/content.txt).
JavaScript and bash run with `python -m tests.content.runner`, which needs the tools of those languages.
"""

import os
import sys

import pytest

from tests.content.fences import Failure, blocks, imported_modules, markdown_files
from tests.content.runner import ROOT, missing_modules, run_entry

CONTENT_PYTHON = ROOT / ".venv-content" / "bin" / "python"


def has_code(path):
    """Whether the file has Python or SQL to run; a malformed file counts: its test says what is wrong."""
    try:
        return any(block.runs and block.language in {"python", "sql"} for block in blocks(path))
    except Failure:
        return True


FILES = [
    pytest.param(path, id=str(path.relative_to(ROOT)))
    for path in markdown_files([ROOT / "content"])
    if has_code(path)
]


def interpreter_for(path):
    """This interpreter where it has all modules of the entry, else that of the content environment."""
    missing = missing_modules(imported_modules(blocks(path)))
    if not missing:
        return sys.executable
    if CONTENT_PYTHON.exists():
        return CONTENT_PYTHON
    reason = f"needs {', '.join(missing)} and there is no .venv-content: run `make content-test`"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.mark.parametrize("path", FILES)
def test_code_does_what_the_entry_says(path):
    report = run_entry(path, python=str(interpreter_for(path)), languages=["python", "sql"])
    assert not report.failures, "\n".join(map(str, report.failures))
    assert report.executed


@pytest.mark.parametrize(
    ("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)], ids=["CI", "elsewhere"]
)
def test_a_missing_environment_fails_in_ci_and_is_a_reason_to_skip_elsewhere(
    monkeypatch, tmp_path, ci, outcome
):
    entry = tmp_path / "ENTRY-001.md"
    entry.write_text("```python\nimport no_such_module\n```\n", encoding="utf-8")
    monkeypatch.setattr("tests.content.test_code.CONTENT_PYTHON", tmp_path / "python")
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="needs no_such_module and there is no"):
        interpreter_for(entry)
