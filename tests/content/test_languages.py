"""The runner on the languages beside Python, SQL, JavaScript and bash, where this machine has their tools."""

import textwrap

import pytest

from tests import parts
from tests.content.fences import Failure, blocks
from tests.content.languages import ROOT, find_tools
from tests.content.runner import run_entry

CONTENT_PYTHON = ROOT / ".venv-content" / "bin" / "python"  # go stands beside it


@pytest.fixture
def entry(tmp_path):
    """Writes an entry with this Markdown, which may be indented; returns its path."""

    def write(markdown):
        path = tmp_path / "ENTRY-001.md"
        path.write_text(textwrap.dedent(markdown), encoding="utf-8")
        return path

    return write


def needs(language):
    tools, reason = find_tools(language, CONTENT_PYTHON)
    return pytest.mark.skipif(tools is None, reason=f"{language}: {reason}")


def check(path, blocks_run, *tools):
    report = run_entry(path, python=CONTENT_PYTHON)
    assert not report.failures, "\n".join(map(str, report.failures))
    assert len(report.executed) == blocks_run
    assert set(report.versions) == set(tools)


@needs("c")
def test_c_names_what_the_compiler_the_linker_the_sanitizers_and_the_program_end_with(entry):
    path = entry(
        """
        ```c raises=compile
        int main(void) { return missing; }
        ```
        ```c raises=-Wformat=
        #include <stdio.h>
        int main(void) { printf("%s", 1); }
        ```
        ```c raises=link
        double sine(double);
        int main(void) { return (int)sine(1); }
        ```
        ```c raises=heap-use-after-free
        #include <stdlib.h>
        int main(void) { char *a = calloc(1, 4); free(a); return a[0]; }
        ```
        ```c raises=undefined-behaviour
        int main(int count, char **words) { (void)words; return 2147483647 + count; }
        ```
        ```c raises=3
        int main(void) { return 3; }
        ```
        ```c flags=-lm
        #include <math.h>
        #include <stdio.h>
        int main(int count, char **words) { (void)words; printf("%.1f\\n", sqrt(count + 3)); }
        ```
        ```output
        2.0
        ```
        ```c
        int only_compiled(int a) { return a; }
        ```
        """
    )
    check(path, 8, "gcc")


@needs("c")
def test_blocks_under_names_of_files_are_one_program_without_warnings(entry):
    named = """
        ### ring.h

        ```c
        int size(int);
        ```

        ### lib/ring.c

        ```c
        #include "../ring.h"
        int size(int a) {{ {body} }}
        ```

        ## Test code

        ### test.c

        ```c
        #include "ring.h"
        #include <stdio.h>
        int main(void) {{ printf("%d\\n", size(2)); }}
        ```
        ```output
        2
        ```
        """
    check(entry(named.format(body="return a;")), 3, "gcc")
    first, *_ = run_entry(entry(named.format(body="int b; return a;"))).failures
    assert "it raised -Wunused-variable" in first.message
    assert first.line == 20


@needs("c")
def test_a_program_that_never_ends_is_stopped(entry):
    path = entry("```c\nint main(void) { for (;;) {} }\n```\n")
    (failure,) = run_entry(path, timeout=3).failures
    assert "c did not end within 3 seconds" in failure.message


@needs("cpp")
def test_cpp(entry):
    path = entry(
        """
        ```cpp
        #include <iostream>
        int main() { std::cout << "a" << std::endl; }
        ```
        ```output
        a
        ```
        """
    )
    check(path, 1, "g++")


@needs("java")
def test_java_names_keys_of_javac_and_classes_of_exceptions(entry):
    path = entry(
        """
        ```java raises=compiler.err.prob.found.req
        class Main { int a = "text"; }
        ```
        ```java raises=Missing
        public class Shop {
            static class Missing extends RuntimeException {}
            public static void main(String[] words) { throw new Missing(); }
        }
        ```
        ```java
        record Pair(int a, int b) {}
        class Start {
            public static void main(String[] words) { System.out.println(new Pair(1, 2)); }
        }
        ```
        ```output
        Pair[a=1, b=2]
        ```
        """
    )
    check(path, 3, "OpenJDK")


@needs("rust")
def test_rust_names_errors_and_panics_and_runs_tests(entry):
    path = entry(
        """
        ```rust raises=E0382
        fn main() { let a = String::new(); drop(a); drop(a); }
        ```
        ```rust raises=101
        fn main() { panic!("no"); }
        ```
        ### sum.rs

        ```rust
        pub fn sum(a: u8, b: u8) -> Option<u8> { a.checked_add(b) }
        ```

        ### sum_test.rs

        ```rust
        mod sum;
        #[test]
        fn it_does_not_overflow() { assert_eq!(sum::sum(200, 100), None); }
        ```
        ```output
        ```
        """
    )
    check(path, 4, "rustc")


@needs("go")
def test_go_names_exit_statuses_and_runs_tests(entry):
    path = entry(
        """
        ```go raises=compile
        package main

        func main() { var unused int }
        ```
        ```go raises=2
        package main

        func main() { panic("no") }
        ```
        ```go
        package main

        import "fmt"

        func main() { fmt.Println(min(2, 1)) }
        ```
        ```output
        1
        ```
        ### sum.go

        ```go
        package sum

        func Sum(a, b int) int { return a + b }
        ```

        ### sum_test.go

        ```go
        package sum

        import "testing"

        func TestSum(t *testing.T) { if Sum(1, 2) != 3 { t.Fatal("no") } }
        ```
        """
    )
    check(path, 5, "Go")


@needs("typescript")
def test_typescript_names_errors_of_tsc_and_classes_of_exceptions(entry):
    path = entry(
        """
        ```typescript raises=TS2322
        const a: number = "text";
        ```
        ```typescript raises=RangeError
        new Array(-1);
        ```
        ### double.ts

        ```typescript
        export const double = (a: number): number => 2 * a;
        ```

        ### double.test.ts

        ```typescript
        import assert from "node:assert/strict";
        import { double } from "./double.js";
        assert.equal(double(2), 4);
        console.log(await Promise.resolve("ok"));
        ```
        ```output
        ok
        ```
        """
    )
    check(path, 4, "TypeScript", "Node.js")


@needs("php")
def test_php_shares_one_process_and_names_classes(entry):
    path = entry(
        """
        ```php
        <?php
        function double(int $a): int { return 2 * $a; }
        $b = 2;
        ```
        ```php
        echo double($b), "\\n";
        ```
        ```output
        4
        ```
        ```php raises=TypeError
        <?php double('text');
        ```
        ```php raises=ParseError
        <?php double(;
        ```
        """
    )
    check(path, 4, "PHP")


@needs("ruby")
def test_ruby_shares_variables_and_names_classes(entry):
    path = entry(
        """
        ```ruby
        a = 2
        def double(b) = 2 * b
        ```
        ```ruby
        puts double(a)
        ```
        ```output
        4
        ```
        ```ruby raises=NoMethodError
        nil.length
        ```
        ```ruby raises=SyntaxError
        def (
        ```
        """
    )
    check(path, 4, "Ruby")


@needs("perl")
def test_perl_shares_packages_and_names_classes(entry):
    path = entry(
        """
        ```perl
        use strict; use warnings;
        our $a_number = 2;
        sub double { 2 * $_[0] }
        ```
        ```perl
        print double($main::a_number), "\\n";
        ```
        ```output
        4
        ```
        ```perl raises=die
        die "no";
        ```
        ```perl raises=Shop::Missing
        die bless({}, 'Shop::Missing');
        ```
        """
    )
    check(path, 4, "Perl")


@pytest.mark.postgresql
def test_postgresql_runs_in_a_database_of_its_own_and_names_the_sqlstate(entry):
    path = entry(
        """
        ```postgresql
        CREATE TABLE a (b int PRIMARY KEY, c text); -- a comment; with a semicolon
        INSERT INTO a VALUES (1, 'x;y'), (2, NULL);
        CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS $body$ BEGIN RETURN 2 * n; END; $body$;
        SELECT b, c, b = 1, twice(b), '{"k": "it''s"}'::jsonb FROM a ORDER BY b;
        ```
        ```output
        1 | x;y | t | 2 | {"k": "it's"}
        2 | NULL | f | 4 | {"k": "it's"}
        ```
        ```postgresql raises=23505
        BEGIN;
        INSERT INTO a VALUES (1, 'again');
        ```
        ```postgresql raises=25P02
        SELECT 1;
        ```
        ```postgresql
        ROLLBACK;
        VACUUM a;
        SELECT count(*) FROM a; /* the last one needs no semicolon; */
        ```
        ```output
        2
        ```
        """
    )
    check(path, 4, "PostgreSQL")
    check(path, 4, "PostgreSQL")  # nothing is left of the first time
    wrong = entry("```postgresql\nSELECT * FROM nowhere;\n```\n")
    assert "it raised 42P01" in run_entry(wrong).failures[0].message


@pytest.mark.postgresql
def test_sql_that_works_with_postgresql_runs_on_both(entry):
    markdown = (
        "---\nworks_with: [PostgreSQL, SQLite]\n---\n\n```sql\nSELECT 3 / 2;\n```\n```output\n1\n```\n"
        "```sql engine=sqlite\nPRAGMA foreign_keys;\n```\n"
        "```sql raises=IntegrityError\nCREATE TABLE a (b int NOT NULL); INSERT INTO a VALUES (NULL);\n```\n"
    )
    check(entry(markdown), 5, "SQLite", "PostgreSQL")
    wrong = entry(markdown.replace(" engine=sqlite", ""))
    assert "it raised 42601" in run_entry(wrong).failures[0].message
    its_own = entry(markdown.replace(" engine=sqlite", "") + "```postgresql\nSELECT 1;\n```\n")
    check(its_own, 4, "SQLite", "PostgreSQL")


def test_without_postgresql_its_blocks_are_skipped_with_the_reason(entry, monkeypatch):
    monkeypatch.setattr(parts, "has_postgresql", lambda: False)
    report = run_entry(entry("```postgresql\nSELECT 1;\n```\n"))
    assert [reason for _, reason in report.skipped] == ["postgresql: no PostgreSQL answers"]


@pytest.mark.parametrize(
    "front", ["works_with: [PostgreSQL", "- PostgreSQL", "works_with:", "works_with: [SQLite]"]
)
def test_a_front_matter_that_says_nothing_of_postgresql_changes_nothing(entry, front):
    report = run_entry(entry(f"---\n{front}\n---\n\n```sql\nSELECT 1;\n```\n"))
    assert (len(report.executed), report.failures) == (1, [])


def test_a_language_that_nothing_runs_has_to_say_so(entry):
    with pytest.raises(Failure, match="nothing here runs cobol: write `cobol norun`"):
        blocks(entry("```cobol\nSTOP RUN.\n```\n"))
    report = run_entry(entry("```cobol norun\nSTOP RUN.\n```\n"))
    assert [reason for _, reason in report.skipped] == ["marked norun"]


@pytest.mark.parametrize("info", ["python flags=-O", "c flag=-lm", "sql engine=oracle"])
def test_an_option_that_the_language_does_not_know_is_refused(entry, info):
    with pytest.raises(Failure, match="unknown option"):
        blocks(entry(f"```{info}\n1\n```\n"))


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("ring.c", "ring.c"),
        ("`lib/ring.h`", "lib/ring.h"),
        ("C (gcc)", None),
        ("../ring.c", None),
        ("a.py", None),
    ],
)
def test_only_a_file_of_the_language_names_a_block(entry, heading, name):
    (block,) = blocks(entry(f"### {heading}\n\n```c\nint a;\n```\n"))
    assert block.name == name


def test_a_name_holds_for_the_block_right_below_it(entry):
    first, second, third = blocks(
        entry("### a.c\n\n```c\nint a;\n```\n\n```c\nint b;\n```\n\n### b.c\n\nText.\n\n```c\nint c;\n```\n")
    )
    assert (first.name, second.name, third.name) == ("a.c", None, None)
