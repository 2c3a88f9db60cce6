"""Runs the code of the content files and compares what it prints with what the files say.

    python -m tests.content.runner [paths] [--python .venv-content/bin/python] [--languages python,sql,…]
                                   [--timeout 10] [--jobs 2] [--write]

The fenced blocks of one language in one file run top to bottom in one fresh process and an empty directory.
An `output` block right after a code block is its exact standard output; `raises=Name` in the info string
expects an exception of just that name (for bash an exit status); `norun` marks a fragment that can't run.

The program of each language in `harness/` gets the path of a job: `{path, source, mark, modules, language,
tools, database, blocks: [{code, line, raises, name, flags}]}`, where `tools` is `{program: path}`. It prints
`mark + JSON + mark` after each block (`{raised, detail}`) and at the end (`{versions}`); what stands between
two marks is the output of a block. It ends early when a block raises something else than expected.

`--write` sets `verified_with` and `verified_at` of each file that did all that it says: what ran, and today.
Where all code of a file is marked norun, it takes both lines away.
"""

import argparse
import contextlib
import dataclasses
import difflib
import functools
import json
import os
import re
import resource
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psycopg
from psycopg import sql

from tests import parts
from tests.content import verification
from tests.content.fences import (
    Block,
    Failure,
    blocks,
    imported_modules,
    markdown_files,
    on_postgresql,
)
from tests.content.languages import DATA, HARNESS, LANGUAGES, ROOT, SHELL_PROGRAMS, find_tools, interpreter

OUTPUT_LIMIT_BYTES = 5_000_000
BUILD_LIMIT_BYTES = 500_000_000  # of one file that a compiler writes


@dataclasses.dataclass
class Report:
    """What became of one file: `skipped` holds (block, reason)."""

    path: Path
    executed: list[Block] = dataclasses.field(default_factory=list)
    failures: list[Failure] = dataclasses.field(default_factory=list)
    skipped: list[tuple[Block, str]] = dataclasses.field(default_factory=list)
    versions: dict[str, str] = dataclasses.field(default_factory=dict)


def missing_modules(names, python=sys.executable):
    """Those of the top-level module names that the interpreter can't find."""
    question = "import importlib.util as u, sys; print(*[n for n in sys.argv[1:] if u.find_spec(n) is None])"
    command = [str(python), "-c", question, *names]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def run_entry(path, python=sys.executable, languages=LANGUAGES, timeout=None):
    """Run the blocks of one file, each language in a process of its own; a Report.

    `timeout` is in seconds a language; without it, each language has its own.
    """
    report = Report(Path(path))
    try:
        found = blocks(path)
        found += on_postgresql(path, found)
    except Failure as failure:
        report.failures.append(failure)
        return report
    for language in dict.fromkeys(block.language for block in found):
        of_language = [block for block in found if block.language == language]
        runnable = [block for block in of_language if block.runs]
        if language not in LANGUAGES:
            reason = "data or output" if language in DATA else "marked norun"
        elif language not in languages:
            reason = f"{language} was not asked for"
        else:
            code = "\n".join(block.code for block in runnable)
            tools, why_not = find_tools(language, python, code) if runnable else ({}, "")
            reason = f"{language}: {why_not}" if why_not else "marked norun"
            if not why_not:
                of_language = [block for block in of_language if not block.runs]
            if runnable and not why_not:
                run_blocks(report, language, runnable, tools, python, timeout or LANGUAGES[language].seconds)
        report.skipped += [(block, reason) for block in of_language]
    return report


def run_blocks(report, language, runnable, tools, python, timeout):
    """Run the blocks of one language in one process and write results and failures into the report."""
    mark = f"\x1e{secrets.token_hex(8)}\x1e"
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(own_database()) if language == "postgresql" else ""
        job = {"mark": mark, "language": language, "tools": tools, "database": database}
        command = [interpreter(language, tools, python), *write_job(folder, job, runnable)]
        work = folder / "work"
        work.mkdir()
        limit = BUILD_LIMIT_BYTES if LANGUAGES[language].is_built else OUTPUT_LIMIT_BYTES
        output, errors, ending = run_process(command, work, timeout, limit)
    *pieces, last = output.split(mark)
    pairs = zip(pieces[0::2], pieces[1::2], strict=False)
    for block, (printed, message) in zip(runnable, pairs, strict=False):
        result = json.loads(message)
        report.executed.append(block)
        report.failures += [Failure(block.path, *wrong) for wrong in compare(block, printed, result)]
        if result["raised"] != block.raises:
            return
    done = len(pieces) // 2
    if done > len(runnable):
        report.versions |= json.loads(pieces[-1])["versions"]
        report.versions |= shell_versions(tools) if language == "bash" else {}
    if done <= len(runnable) or ending != "ended with status 0":
        block = runnable[min(done, len(runnable) - 1)]
        message = f"{language} {ending}\n{last[-2000:]}{errors[-2000:]}"
        report.failures.append(Failure(block.path, block.line, message))


def shell_versions(tools):
    """`{name: version}` of the programs that a shell script calls, of its tools."""
    versions = {}
    for program in tools.keys() & SHELL_PROGRAMS.keys():
        said = subprocess.run(
            [tools[program], "--version"], capture_output=True, text=True, check=True
        ).stdout
        versions[SHELL_PROGRAMS[program]] = re.search(r"\d+(?:\.\d+)+", said).group()
    return dict(sorted(versions.items()))


@contextlib.contextmanager
def own_database():
    """The address of a new, empty PostgreSQL database that is dropped afterwards, whoever still uses it."""
    name = f"content_{secrets.token_hex(6)}"
    with psycopg.connect(parts.DATABASE_URL, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield psycopg.conninfo.make_conninfo(parts.DATABASE_URL, dbname=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def write_job(folder, job, runnable):
    """Write what the harness of a language needs into the folder; returns its interpreter's arguments."""
    harness = str(HARNESS / LANGUAGES[job["language"]].harness)
    if job["language"] == "bash":
        arguments = []
        for number, block in enumerate(runnable):
            block_path = folder / f"{number}.bash"
            block_path.write_text(block.code, encoding="utf-8")
            arguments.append(f"{block.raises}:{block_path}" if block.raises else str(block_path))
        return [harness, job["mark"], *arguments]
    job |= {
        "path": str(runnable[0].path),
        "source": runnable[0].path.read_text(encoding="utf-8"),
        "modules": imported_modules(runnable),
        "blocks": [
            {key: getattr(block, key) for key in ("code", "line", "raises", "name", "flags")}
            for block in runnable
        ],
    }
    job_path = folder / "job.json"
    job_path.write_text(json.dumps(job), encoding="utf-8")
    return [harness, str(job_path)]


def environment(work):
    """What a block sees of this machine: its folder is its home, while tools find what they keep in ours."""
    home = Path.home()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(work),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(home / ".rustup")),
        "GOCACHE": os.environ.get("GOCACHE", str(home / ".cache" / "go-build")),
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
    }


def limit_files(limit):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def run_process(command, work, timeout, limit):
    """(standard output, standard error, how it ended); everything that the command started ends with it."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            cwd=work,
            env=environment(work),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
            preexec_fn=functools.partial(limit_files, limit),  # noqa: PLW1509 - this program has one thread
        )
        try:
            ending = f"ended with status {process.wait(timeout)}"
        except subprocess.TimeoutExpired:
            ending = f"did not end within {timeout} seconds"
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        output.seek(0)
        errors.seek(0)
        return output.read().decode(errors="replace"), errors.read().decode(errors="replace"), ending


def compare(block, printed, result):
    """(line, message) of each thing that a block should not have done."""
    if result["raised"] != block.raises:
        expected = f"{block.raises} was expected" if block.raises else "no exception was expected"
        happened = f"it raised {result['raised']}" if result["raised"] else "it raised nothing"
        yield block.line, f"{expected}, {happened}\n{result['detail']}".rstrip()
    if block.output is not None and printed.rstrip("\n") != block.output.rstrip("\n"):
        written, real = block.output.splitlines(), printed.splitlines()
        difference = difflib.unified_diff(written, real, "as written", "as printed", lineterm="")
        yield block.output_line, "the output differs\n" + "\n".join(difference)


def print_report(report, counter):
    state = "FAILED" if report.failures else f"{len(report.executed)} blocks run"
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    print(f"{counter} {report.path}: {state} {f'({versions})' if versions else ''}".rstrip(), flush=True)
    for failure in report.failures:
        print(failure)


def print_summary(reports):
    executed = Counter(block.language for report in reports for block in report.executed)
    versions = {f"{name} {version}" for report in reports for name, version in report.versions.items()}
    print(
        "\nExecuted:",
        ", ".join(f"{number} {language}" for language, number in sorted(executed.items())) or "nothing",
    )
    print("With:", ", ".join(sorted(versions, key=str.lower)) or "nothing")
    print("Not executed:")
    reasons: Counter[str] = Counter()
    for report in reports:
        for block, reason in report.skipped:
            reasons[reason] += 1
            if reason == "marked norun":
                print(f"  {block.path}:{block.line}: {block.language}")
    for reason, number in sorted(reasons.items()):
        print(f"  {number} blocks: {reason}")
    failures = sum(len(report.failures) for report in reports)
    print(f"{len(reports)} files, {failures} failures")


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="tests.content.runner", description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", default=[os.path.relpath(ROOT / "content")])
    parser.add_argument("--python", default=sys.executable, help="the interpreter that runs Python and SQL")
    parser.add_argument("--languages", default=",".join(LANGUAGES), help="those to run, joined by commas")
    parser.add_argument(
        "--timeout", type=float, help="seconds for one language of one file; without it, each has its own"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="files that run at the same time")
    parser.add_argument(
        "--write", action="store_true", help="write into the files what ran, and today's date"
    )
    options = parser.parse_args(arguments)
    languages = options.languages.split(",")
    if unknown := sorted(set(languages) - set(LANGUAGES)):
        parser.error(f"unknown language {unknown[0]!r}, choose from {', '.join(LANGUAGES)}")
    for path in filter(lambda path: not Path(path).exists(), options.paths):
        parser.error(f"there is no {path}")
    if shutil.which(options.python) is None:
        parser.error(f"there is no interpreter {options.python}")
    files = markdown_files(options.paths)
    run = functools.partial(run_entry, python=options.python, languages=languages, timeout=options.timeout)
    reports = []
    with ProcessPoolExecutor(max_workers=max(1, options.jobs)) as pool:
        for report in pool.map(run, files):
            reports.append(report)
            print_report(report, f"[{len(reports)}/{len(files)}]")
            if options.write:
                verification.write(report)
    print_summary(reports)
    return 1 if not files or any(report.failures for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
