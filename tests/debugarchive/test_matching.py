"""What is read in a pasted text: the error, its platform, its template; no Django, no database."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from re import _constants, _parser
from typing import Any

import pytest

from debugarchive.matching import analyse, looks_like_error, platforms
from debugarchive.matching.cleaning import MAX_CHARACTERS, MAX_LINES
from tests.search.strange import STRANGE

# Platform, type, code, template, and a text as it is printed.
READ = [
    ("python", "ModuleNotFoundError", "", "no module named *", "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    import x\nModuleNotFoundError: No module named 'x'"),
    ("python", "ImportError", "", "no module named *", "Traceback (most recent call last):\n  File \"a.py\", line 1, in ?\nImportError: No module named x"),
    ("python", "RuntimeError", "", "the second one fails", "Traceback (most recent call last):\n  File \"a.py\", line 2, in f\n    g()\nKeyError: 'x'\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"a.py\", line 4, in f\n    h()\nRuntimeError: the second one fails"),
    ("python", "ValueError", "", "bad leaf value here", "  + Exception Group Traceback (most recent call last):\n  |   File \"a.py\", line 3, in <module>\n  |     raise g\n  | ExceptionGroup: several (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | Traceback (most recent call last):\n    |   File \"a.py\", line 2, in f\n    |     raise x\n    | ValueError: bad leaf value here\n    +------------------------------------"),
    ("python", "ZeroDivisionError", "", "division by zero", "E       ZeroDivisionError: division by zero"),
    ("javascript", "TypeError", "", "cannot read properties of undefined (reading *)", "/srv/a.js:3\n  x.y.z\n      ^\n\nTypeError: Cannot read properties of undefined (reading 'z')\n    at main (/srv/a.js:3:7)\n    at node:internal/main/run_main_module:23:47"),
    ("javascript", "ReferenceError", "", "* is not defined", "app.js:12 Uncaught ReferenceError: order is not defined"),
    ("javascript", "Error", "ECONNREFUSED", "connect econnrefused *", "Error: query failed\n    at run (/srv/a.js:1:1) {\n  [cause]: Error: connect ECONNREFUSED 127.0.0.1:5432\n      at x (node:net:1:2)"),
    ("javascript", "TypeError", "ERR_INVALID_ARG_TYPE", "the * argument must be of type string. received undefined", "TypeError [ERR_INVALID_ARG_TYPE]: The \"path\" argument must be of type string. Received undefined"),
    ("php", "Error", "", "call to undefined function *", "PHP Fatal error:  Uncaught Error: Call to undefined function f() in /srv/a.php:2\nStack trace:\n#0 {main}\n  thrown in /srv/a.php on line 2"),
    ("php", "", "", "undefined variable *", "<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/a.php</b> on line <b>2</b><br />"),
    ("mysql", "QueryException", "mysql 1146", "table * doesn't exist", "[2026-11-30 08:00:00] local.ERROR: SQLSTATE[42S02]: Base table or view not found: 1146 Table 'a.b' doesn't exist (SQL: select * from `b`) {\"exception\":\"[object] (Illuminate\\\\Database\\\\QueryException(code: 42S02): SQLSTATE[42S02]: x at /srv/v.php:1)"),
    ("jvm", "BindException", "EADDRINUSE", "address already in use", "Exception in thread \"main\" java.lang.IllegalStateException: no server\n\tat a.B.c(B.java:1)\nCaused by: java.net.BindException: Address already in use\n\tat d.E.f(E.java:2)\n\t... 3 more"),
    ("jvm", "NullPointerException", "", "cannot invoke * because * is null", "Exception in thread \"main\" java.lang.NullPointerException: Cannot invoke \"String.length()\" because \"<local1>\" is null\n\tat A.main(A.java:4)"),
    ("jvm", "", "", "cannot find symbol", "Main.java:5: error: cannot find symbol\n    int y = z;\n            ^\n  symbol:   variable z"),
    ("dotnet", "InvalidOperationException", "", "the inner one is to blame", "Unhandled exception. System.Exception: outer\n ---> System.InvalidOperationException: The inner one is to blame\n   at A.B() in C:\\src\\a.cs:line 3\n   --- End of inner exception stack trace ---\n   at A.Main() in C:\\src\\a.cs:line 9"),
    ("dotnet", "", "CS0103", "the name * does not exist in the current context", "Program.cs(3,9): error CS0103: The name 'x' does not exist in the current context [C:\\src\\a.csproj]"),
    ("go", "panic", "", "index out of range * with length *", "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/main.go:7 +0x1d\nexit status 2"),
    ("go", "", "", "undefined: *", "./main.go:4:2: undefined: foo"),
    ("rust", "", "E0382", "borrow of moved value", "error[E0382]: borrow of moved value: `a`\n --> src/main.rs:4:20"),
    ("rust", "panic", "", "called * on a none value", "thread 'main' panicked at src/main.rs:3:10:\ncalled `Option::unwrap()` on a `None` value\nnote: run with `RUST_BACKTRACE=1`"),
    ("ruby", "NoMethodError", "", "undefined method * for nil", "a.rb:1:in '<main>': undefined method 'x' for nil (NoMethodError)"),
    ("perl", "", "", "can't locate * in *", "Can't locate Foo/Bar.pm in @INC (you may need to install the Foo::Bar module) (@INC contains: /usr/lib/perl5) at a.pl line 2."),
    ("native", "compiler", "", "* undeclared (first use in this function)", "a.c:3:5: error: ‘x’ undeclared (first use in this function)\n    3 |     x = 1;\n      |     ^"),
    ("native", "linker", "", "undefined reference to *", "/usr/bin/ld: /tmp/cc1.o: in function `main':\na.c:(.text+0x5): undefined reference to `sqrt'\ncollect2: error: ld returned 1 exit status"),
    ("native", "out_of_range", "", "* (which is *) >= * (which is *)", "terminate called after throwing an instance of 'std::out_of_range'\n  what():  vector::_M_range_check: __n (which is 5) >= this->size() (which is 3)\nAborted (core dumped)"),
    ("typescript", "", "TS2304", "cannot find name *", "src/a.ts(3,5): error TS2304: Cannot find name 'x'."),
    ("postgresql", "", "", "relation * does not exist", "ERROR:  relation \"orders\" does not exist\nLINE 1: select * from orders;\n                      ^"),
    ("mysql", "", "mysql 1146", "table * doesn't exist", "ERROR 1146 (42S02) at line 1: Table 'a.b' doesn't exist"),
    ("sqlite", "", "", "no such table", "Error: in prepare, no such table: x (1)"),
    ("sqlserver", "", "mssql 208", "invalid object name *", "Msg 208, Level 16, State 1, Server db1, Line 1\nInvalid object name 'dbo.x'."),
    ("oracle", "", "ORA-00942", "table or view does not exist", "ERROR at line 1:\nORA-00942: table or view does not exist"),
    ("shell", "", "", "*: command not found", "bash: foo: command not found"),
    ("docker", "", "", "bind for * failed: port is already allocated", "docker: Error response from daemon: driver failed programming external connectivity on endpoint web (0a1b): Bind for 0.0.0.0:8080 failed: port is already allocated."),
    ("npm", "", "npm ERESOLVE", "unable to resolve dependency tree", "npm ERR! code ERESOLVE\nnpm ERR! ERESOLVE unable to resolve dependency tree\nnpm ERR! \nnpm ERR! While resolving: a@1.0.0"),
    ("pip", "", "", "no matching distribution found for *", "ERROR: No matching distribution found for fooo"),
    ("git", "", "", "not a git repository (or any of the parent directories): .git", "fatal: not a git repository (or any of the parent directories): .git"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("platform", "name", "code", "template", "text"), READ, ids=lambda value: str(value)[:24]
)
def test_the_error_is_read(platform: str, name: str, code: str, template: str, text: str):
    primary = analyse(text).primary
    assert primary is not None
    fault, signature = primary
    assert (fault.platform, fault.type, fault.code, signature.template) == (platform, name, code, template)


PREFIXES = {
    "docker compose": lambda line: f"web-1  | {line}",
    "docker with times": lambda line: f"2026-11-30T08:00:00.123456789Z {line}",
    "journald": lambda line: f"Nov 30 08:00:00 shop-1 gunicorn[123]: {line}",
    "a date": lambda line: f"2026-11-30 08:00:00,123 {line}",
    "a date in brackets": lambda line: f"[2026-11-30 08:00:00 +0000] [12] {line}",
    "kubectl": lambda line: f"[pod/web-6d5f/app] {line}",
    "GitHub Actions": lambda line: f"2026-11-30T08:00:00.1234567Z ##[error]{line}",
    "a chat": lambda line: f"> {line}",
    "colours": lambda line: f"\x1b[31m{line}\x1b[0m",
    "Windows": lambda line: f"{line}\r",
    "Apache": lambda line: (
        f"[Mon Nov 30 08:00:00.123456 2026] [php:error] [pid 12] [client 10.0.0.7:1234] {line}"
    ),
}


@pytest.mark.parametrize("around", PREFIXES)
def test_what_stands_around_changes_nothing(around: str):
    for text in (row[4] for row in READ):
        if "[2026-11-30" in text or ("ExceptionGroup" in text and around == "a chat"):
            continue  # it has a prefix of its own; a chat's mark is no margin of a group
        bare = analyse(text).primary
        wrapped = analyse("\n".join(PREFIXES[around](line) for line in text.split("\n"))).primary
        assert bare is not None
        assert wrapped is not None, text
        assert wrapped[1].level_1 == bare[1].level_1, text


@pytest.mark.parametrize(
    "line",
    [
        '{"level":"error","msg":"TypeError: Cannot read properties of undefined (reading \'z\')","stack":"x"}',
        '{"log":"TypeError: Cannot read properties of undefined (reading \'z\')\\n","stream":"stderr"}',
        "TypeError: Cannot read properties of undefined (reading &#39;z&#39;)",
    ],
)
def test_what_a_logger_escaped_is_read(line: str):
    primary = analyse(line).primary
    assert primary is not None
    assert primary[1].template == "cannot read properties of undefined (reading *)"


@pytest.mark.parametrize(
    "text",
    [
        "I get connection refused whenever the moon is full. Please help!",
        "The quick brown fox jumps over the lazy dog",
        "import os\n\ndef main():\n    print('hello')\n",
        "level:senior tech:flask",
        "how do I undo the last commit",
    ],
)
def test_prose_and_searches_do_not_look_like_errors(text: str):
    assert not looks_like_error(text)


@pytest.mark.parametrize(
    "text", [row[4] for row in READ], ids=[f"{row[0]} {row[1] or row[3][:12]}" for row in READ]
)
def test_output_of_programs_looks_like_an_error(text: str):
    assert looks_like_error(text)


@pytest.mark.parametrize("text", STRANGE, ids=repr)
def test_no_text_hides_an_error_or_is_taken_for_one(text: str):
    alone = analyse(text)
    assert not alone.faults
    assert analyse(alone.redacted).redacted == alone.redacted
    for row in READ[::6]:
        (_, bare), *_ = analyse(row[4]).faults
        around = analyse(f"{text}\n{row[4]}\n{text}")
        assert bare.level_1 in [signature.level_1 for _, signature in around.faults], row[:3]
        glued = analyse(f"{text}{row[4]}{text}").redacted
        assert analyse(glued).redacted == glued, row[:3]


def test_only_so_much_is_read_of_any_text():
    assert len(analyse("x" * 2_000_000).redacted) <= MAX_CHARACTERS
    analysis = analyse("a line of its own\n" * 100_000)
    assert analysis.redacted.count("\n") < MAX_LINES
    assert analysis.is_cut


def test_the_end_of_a_long_log_is_read():
    primary = analyse("starting worker\n" * 50_000 + "ModuleNotFoundError: No module named 'x'").primary
    assert primary is not None
    assert primary[0].type == "ModuleNotFoundError"


def test_no_pattern_can_run_away():
    """Repetition without an end stands only at the end of a pattern, or before what it can't contain."""
    for name, pattern in patterns():
        unbounded = repeats(_parser.parse(pattern.pattern, pattern.flags & re.VERBOSE), 0)
        assert not [depth for depth in unbounded if depth > 0], (name, pattern.pattern)
        assert len(unbounded) <= 2, (name, pattern.pattern)


def patterns() -> list[tuple[str, re.Pattern[str]]]:
    modules = ["cleaning", "templates", "reading", "redaction", "faults"]
    named = [import_module(f"debugarchive.matching.{name}") for name in modules]
    folder = Path(str(platforms.__file__)).parent
    named += [
        import_module(f"debugarchive.matching.platforms.{file.stem}") for file in folder.glob("[a-z]*.py")
    ]
    found: list[tuple[str, re.Pattern[str]]] = []
    for module in named:
        for name, value in vars(module).items():
            values = value if isinstance(value, (tuple, list)) else [value]
            for one in values:
                inner = [one, getattr(one, "pattern", None), *(one if isinstance(one, tuple) else ())]
                found += [
                    (f"{module.__name__}.{name}", part) for part in inner if isinstance(part, re.Pattern)
                ]
    assert len(found) > 120
    return found


def repeats(parsed: Any, depth: int) -> list[int]:
    """The depths, in repetitions, at which something is repeated without an end."""
    found = []
    for operation, argument in parsed:
        if operation in {_constants.MAX_REPEAT, _constants.MIN_REPEAT}:
            _, most, inner = argument
            if most == _constants.MAXREPEAT:
                found.append(depth)
            found += repeats(inner, depth + (most > 1))
        elif operation is _constants.SUBPATTERN:
            found += repeats(argument[-1], depth)
        elif operation is _constants.BRANCH:
            found += [one for branch in argument[1] for one in repeats(branch, depth)]
        elif operation in {_constants.ASSERT, _constants.ASSERT_NOT}:
            found += repeats(argument[1], depth)
    return found


def test_it_needs_no_django():
    code = (
        "import sys; sys.modules['django'] = None\n"
        "from debugarchive.matching import analyse\n"
        "print(analyse('KeyError: 1').primary[0].type)"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout == "KeyError\n"
