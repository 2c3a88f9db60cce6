"""The runner of the content's code, tried on files that are right and on files that are wrong."""

import shutil
import subprocess
import sys

import pytest

from tests.content.fences import Failure, blocks, imported_modules
from tests.content.runner import ROOT, missing_modules, run_entry


@pytest.fixture
def entry(tmp_path):
    """Writes an entry with a front matter and this Markdown; returns its path."""

    def write(markdown):
        path = tmp_path / "ENTRY-001.md"
        path.write_text(f"---\nid: ENTRY-001\n---\n\n{markdown}", encoding="utf-8")
        return path

    return write


def fence(info, code):
    return f"```{info}\n{code}\n```\n\n"


def failures(path, **options):
    return [str(failure) for failure in run_entry(path, **options).failures]


def test_blocks_know_their_line_language_options_and_output(entry):
    path = entry(
        "Text.\n\n" + fence("python", "print(1)") + fence("output", "1") + fence("sql norun", "SELECT 1")
    )
    first, second = blocks(path)
    assert (first.line, first.language, first.output, first.output_line) == (8, "python", "1\n", 12)
    assert (second.language, second.runs) == ("sql", False)


def test_a_block_inside_a_list_or_an_admonition_is_found(entry):
    path = entry(
        '- Item\n\n  ```python\n  print("a")\n  ```\n\n'
        '!!! note "Title"\n\n    ```python\n    print("b")\n    ```\n'
    )
    assert [block.code for block in blocks(path)] == ['print("a")\n', 'print("b")\n']


def test_an_output_block_without_code_is_refused(entry):
    with pytest.raises(Failure, match="right after a code block"):
        blocks(entry(fence("python", "print(1)") + "Text between.\n\n" + fence("output", "1")))


def test_an_unknown_option_is_reported_with_its_line(entry):
    path = entry(fence("python rasies=KeyError", "{}[1]"))
    assert failures(path) == [f"{path}:6: unknown option 'rasies=KeyError' of a python block"]


def test_right_python_passes_in_one_namespace(entry):
    path = entry(
        fence("python", "from dataclasses import dataclass\n\n@dataclass\nclass A:\n    b: int")
        + fence("python", "print(A(1))\nprint(__name__)")
        + fence("output", "A(b=1)\n__main__")
        + fence("python raises=TypeError", "A()")
    )
    report = run_entry(path)
    assert report.failures == []
    assert len(report.executed) == 3
    assert report.versions["Python"].startswith("3.")


def test_versions_name_what_the_entry_imports(entry):
    assert set(run_entry(entry(fence("python", "import pytest"))).versions) == {"Python", "pytest"}
    assert set(run_entry(entry(fence("python", "import sqlite3"))).versions) == {"Python", "SQLite"}
    assert set(run_entry(entry(fence("bash", "git --version"))).versions) == {"bash", "Git"}


def test_wrong_output_is_shown_as_a_difference_at_its_line(entry):
    path = entry(fence("python", "print('real')") + fence("output", "written"))
    (failure,) = failures(path)
    assert failure.startswith(f"{path}:10: the output differs")
    assert "-written" in failure
    assert "+real" in failure


@pytest.mark.parametrize("code", ["print('a ')", "print('a')\nprint()\nprint('b')", "pass"])
def test_output_has_to_be_exact(entry, code):
    assert failures(entry(fence("python", code) + fence("output", "a")))


def test_a_wrong_exception_is_a_failure(entry):
    (failure,) = failures(entry(fence("python raises=KeyError", "[][0]")))
    assert "KeyError was expected, it raised IndexError" in failure


def test_a_subclass_of_the_expected_exception_is_a_failure(entry):
    assert failures(entry(fence("python raises=LookupError", "[][0]")))


def test_a_missing_exception_is_a_failure(entry):
    (failure,) = failures(entry(fence("python raises=KeyError", "1")))
    assert "KeyError was expected, it raised nothing" in failure


def test_an_unexpected_exception_points_at_the_line_of_the_file(entry):
    path = entry(fence("python", "good = 1\nraise SystemExit(0)"))
    (failure,) = failures(path)
    assert "it raised SystemExit" in failure
    assert f'File "{path}", line 7' in failure


def test_code_that_is_no_python_is_a_failure(entry):
    assert "SyntaxError" in failures(entry(fence("python", "def:")))[0]


def test_an_endless_loop_is_stopped(entry):
    path = entry(fence("python", "print('started', flush=True)") + fence("python", "while True:\n    pass"))
    (failure,) = failures(path, timeout=1)
    assert failure.startswith(f"{path}:10: python did not end within 1 seconds")


def test_a_thread_that_never_ends_is_stopped(entry):
    code = "import threading\nthreading.Thread(target=threading.Event().wait).start()"
    assert "did not end within 1 seconds" in failures(entry(fence("python", code)), timeout=1)[0]


def test_endless_output_is_stopped(entry):
    assert failures(entry(fence("python", "while True:\n    print('x' * 10_000)")))


def test_a_killed_interpreter_is_a_failure(entry):
    assert "ended with status 3" in failures(entry(fence("python", "import os\nos._exit(3)")))[0]


def test_python_has_no_network(entry):
    code = "import socket\nsocket.create_connection(('example.com', 80))"
    assert run_entry(entry(fence("python raises=ConnectionRefusedError", code))).failures == []


def test_python_starts_in_an_empty_directory(entry):
    assert (
        run_entry(entry(fence("python", "import os\nprint(os.listdir())") + fence("output", "[]"))).failures
        == []
    )


def test_sql_runs_on_one_database_and_shows_rows(entry):
    path = entry(
        fence(
            "sql",
            "CREATE TABLE a (b INTEGER NOT NULL, c TEXT);\n"
            "-- a comment; with a semicolon\nINSERT INTO a VALUES (1, 'x;y');",
        )
        + fence("sql raises=IntegrityError", "INSERT INTO a VALUES (NULL, 'z');")
        + fence("sql", "INSERT INTO a VALUES (2, NULL);\nSELECT b, c FROM a ORDER BY b;")
        + fence("output", "1 | x;y\n2 | NULL")
    )
    assert run_entry(path).failures == []


def test_a_trigger_body_is_one_statement(entry):
    code = (
        "CREATE TABLE a (b);\nCREATE TABLE log (n);\n"
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n"
        "  INSERT INTO log VALUES (1); INSERT INTO log VALUES (2);\nEND;\n"
        "INSERT INTO a VALUES (0);\nSELECT count(*) FROM log"
    )
    assert run_entry(entry(fence("sql", code) + fence("output", "2"))).failures == []


@pytest.mark.parametrize(
    ("info", "code", "message"),
    [
        ("sql", "SELECT 1 FROM nowhere;", "no such table"),
        ("sql raises=IntegrityError", "SELECT 1;", "raised nothing"),
        ("sql raises=IntegrityError", "SELECT * FROM nowhere;", "it raised OperationalError"),
    ],
)
def test_wrong_sql_is_a_failure(entry, info, code, message):
    assert message in failures(entry(fence(info, code)))[0]


needs_node = pytest.mark.skipif("not __import__('shutil').which('node')", reason="Node.js is not installed")


@needs_node
def test_javascript_prints_under_the_block_that_started_the_work(entry):
    path = entry(
        fence(
            "javascript",
            "const later = 'later';\nsetTimeout(() => console.log(later), 5);\nconsole.log('now');",
        )
        + fence("output", "now\nlater")
        + fence("javascript raises=TypeError", "null.name;")
        + fence("javascript raises=RangeError", "Promise.reject(new RangeError('no'));")
        + fence("javascript", "console.log(later.length, typeof require('node:fs').readFileSync);")
        + fence("output", "5 function")
    )
    report = run_entry(path)
    assert report.failures == []
    assert list(report.versions) == ["Node.js"]


@needs_node
@pytest.mark.parametrize(
    ("info", "code", "message"),
    [
        ("javascript", "missing;", "it raised ReferenceError"),
        ("javascript raises=TypeError", "1;", "raised nothing"),
        ("javascript", "for (;;) {}", "did not end within 1 seconds"),
        ("javascript", "setInterval(() => {}, 10);", "did not end within 1 seconds"),
        ("javascript", "process.exit(4);", "ended with status 4"),
    ],
)
def test_wrong_javascript_is_a_failure(entry, info, code, message):
    assert message in failures(entry(fence(info, code)), timeout=1)[0]


def test_bash_shares_one_shell_and_expects_an_exit_status(entry):
    path = entry(
        fence("bash", "name=world\nls -A")
        + fence("output", "")
        + fence("bash raises=3", "exit 3")
        + fence("bash", 'echo "hello $name"')
        + fence("output", "hello world")
    )
    report = run_entry(path)
    assert report.failures == []
    assert list(report.versions) == ["bash"]


@pytest.mark.parametrize(
    ("info", "code", "message"),
    [
        ("bash", "false\necho on", "ended with status 1"),
        ("bash", "echo $unset_name", "unbound variable"),
        ("bash raises=2", "true", "2 was expected, it raised 0"),
        ("bash", "sleep 60", "did not end within 1 seconds"),
    ],
)
def test_wrong_bash_is_a_failure(entry, info, code, message):
    assert message in failures(entry(fence(info, code)), timeout=1)[0]


def test_what_is_not_run_is_listed_with_its_reason(entry):
    path = entry(fence("yaml", "a: 1") + fence("python norun", "...") + fence("sql", "SELECT 1;"))
    report = run_entry(path, languages=["python"])
    assert [reason for _, reason in report.skipped] == [
        "data or output",
        "marked norun",
        "sql was not asked for",
    ]
    assert report.executed == []


def test_a_missing_tool_is_a_reason_and_not_a_failure(entry, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    report = run_entry(entry(fence("javascript", "missing;")))
    assert [reason for _, reason in report.skipped] == ["javascript: node not found"]


def test_a_program_that_a_shell_script_calls_and_nobody_has_is_a_reason_too(entry, monkeypatch, tmp_path):
    bash = tmp_path / "bash"
    bash.symlink_to(shutil.which("bash"))
    monkeypatch.setenv("PATH", str(tmp_path))
    report = run_entry(entry(fence("bash", "echo start && git status")))
    assert [reason for _, reason in report.skipped] == ["bash: git not found"]


def test_imports_are_found_and_missing_ones_named(entry):
    found = blocks(
        entry(
            fence("python", "import os.path\nfrom no_such_module import a")
            + fence("python norun", "import b")
        )
    )
    assert imported_modules(found) == ["no_such_module", "os"]
    assert missing_modules(["no_such_module", "os"]) == ["no_such_module"]


def run_program(*arguments):
    command = [sys.executable, "-m", "tests.content.runner", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_program_reports_progress_versions_and_omissions(entry):
    path = entry(fence("python", "print(1)") + fence("output", "1") + fence("python norun", "..."))
    result = run_program(path)
    assert result.returncode == 0
    assert f"[1/1] {path}: 1 blocks run (Python 3." in result.stdout
    assert "Executed: 1 python" in result.stdout
    assert f"{path}:14: python" in result.stdout


def test_the_program_fails_with_the_difference(entry):
    path = entry(fence("python", "print(1)") + fence("output", "2"))
    result = run_program(path)
    assert result.returncode == 1
    assert f"{path}:10: the output differs" in result.stdout


@pytest.mark.parametrize(
    "arguments", [["no/such/file.md"], ["--languages", "cobol"], ["--python", "no/such/python"]]
)
def test_the_program_refuses_arguments_that_make_no_sense(arguments):
    result = run_program(*arguments)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_a_folder_without_entries_is_a_failure(tmp_path):
    assert run_program(tmp_path).returncode == 1
