"""Builds and runs the programs of one entry in a language with a compiler.

Called by `tests.content.runner` as `python program_blocks.py job.json`. Blocks with a file's name are one
program: they are built strictly (warnings are errors), and what it does counts for the last of them. Any
other block is a program of its own. One without `main` and tests is compiled only.
"""

import json
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

PROGRAM_SECONDS = 10
OUTPUT_LIMIT_BYTES = 5_000_000


class Ended(Exception):
    """The compiler or the program ended otherwise than well: `raised` is how that is called, and a text."""

    def __init__(self, raised, detail):
        self.raised, self.detail = raised, detail[-2000:]


class Compiler:
    """How one language is built and run; `program` is a folder with the files in it."""

    file_name = ""
    error_code = ""  # group 1 is the name of a compiler's error
    run_error = ""  # group 1 is the name of what a program ended with

    def __init__(self, tools):
        self.tools = tools

    def version(self):
        raise NotImplementedError

    def name_of(self, code):
        return self.file_name

    def build(self, program):
        """Build; return the command that runs it, None where there is nothing to run. Raises Ended."""
        raise NotImplementedError

    def answer(self, *command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def compile(self, program, *command):
        result = subprocess.run(command, cwd=program.folder, capture_output=True, text=True, check=False)
        if result.returncode:
            said = result.stdout + result.stderr
            raise Ended(self.name_compile_error(said), said[:2000])

    def name_compile_error(self, said):
        found = re.search(self.error_code, said)
        return found.group(1) if found else "compile"

    def name_run_error(self, status, said):
        if self.run_error and (found := re.search(self.run_error, said, re.MULTILINE)):
            return found.group(1)
        return signal.Signals(-status).name if status < 0 else str(status)


class C(Compiler):
    """gcc with its sanitizers. `raises=`: a warning (-Wformat=), what a sanitizer found, `link`, a signal."""

    compiler, file_name, standard = "gcc", "main.c", "-std=c11"
    endings = (".c",)
    run_error = r"(?:Address|Leak)Sanitizer: ([\w-]+)|runtime error: "

    def version(self):
        return {self.compiler: self.answer(self.tools[self.compiler], "-dumpfullversion")}

    def build(self, program):
        options = ["-g", "-Wall", "-Wextra", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
        options += [self.standard, "-Werror"] if program.is_strict else []
        options += ["-Werror"] if program.raises.startswith("-W") else []
        options += [] if re.search(r"\bmain\s*\(", program.code) else ["-c"]
        sources = [name for name in program.names if name.endswith(self.endings)]
        output = ["-o", "program"] if "-c" not in options or len(sources) == 1 else []
        self.compile(program, self.tools[self.compiler], *options, *sources, *output, *program.flags)
        return None if "-c" in options else ["./program"]

    def name_compile_error(self, said):
        found = re.search(r"\[-Werror(?:=([\w+=-]+))?\]", said)
        if found:
            return f"-W{found.group(1) or 'error'}"
        return "link" if "ld returned" in said else "compile"

    def name_run_error(self, status, said):
        found = re.search(self.run_error, said)
        if not found:
            return super().name_run_error(status, said)
        names = {None: "undefined-behaviour", "SEGV": "SIGSEGV", "detected": "memory-leak"}
        return names.get(found.group(1), found.group(1))


class Cpp(C):
    compiler, file_name, standard = "g++", "main.cpp", "-std=c++17"
    endings = (".cpp",)


class Java(Compiler):
    """javac and java. `raises=` names a key of javac (compiler.err.cant.resolve) or an exception's class."""

    error_code = r"(compiler\.(?:err|warn)\.[\w.]+)"
    run_error = r'^Exception in thread "[^"]*" (?:[\w.]*[.$])?(\w+)'

    def version(self):
        return {"OpenJDK": self.answer(self.tools["javac"], "-version").split()[-1]}

    def name_of(self, code):
        public = re.search(
            r"^public\s+(?:[a-z-]+\s+)*?(?:class|record|enum|interface)\s+(\w+)", code, re.MULTILINE
        )
        return f"{public.group(1) if public else 'Main'}.java"

    def build(self, program):
        options = ["-d", "classes", *(["-Xlint:all", "-Werror"] if program.is_strict else []), *program.flags]
        sources = [name for name in program.names if name.endswith(".java")]
        try:
            self.compile(program, self.tools["javac"], *options, *sources)
        except Ended as failed:
            coded = [self.tools["javac"], "-XDrawDiagnostics", *options, *sources]
            said = subprocess.run(coded, cwd=program.folder, capture_output=True, text=True, check=False)
            raise Ended(self.name_compile_error(said.stdout + said.stderr), failed.detail) from None
        for name in reversed(sources):
            code = Path(program.folder, name).read_text(encoding="utf-8")
            if re.search(r"\bstatic\s+void\s+main\s*\(", code):
                package = re.search(r"^package\s+([\w.]+)\s*;", code, re.MULTILINE)
                return [self.tools["java"], "-ea", "-cp", "classes", self.main_class(code, package, name)]
        return None

    @staticmethod
    def main_class(code, package, name):
        before = code[: re.search(r"\bstatic\s+void\s+main\s*\(", code).start()]
        outer = re.findall(r"^(?:[a-z-]+\s+)*?(?:class|record|enum|interface)\s+(\w+)", before, re.MULTILINE)
        named = outer[-1] if outer else Path(name).stem
        return f"{package.group(1)}.{named}" if package else named


class Rust(Compiler):
    """rustc. `raises=` names an error (E0382) or an exit status: 101 is a panic."""

    file_name = "main.rs"
    error_code = r"error\[(E\d+)\]"

    def version(self):
        return {"rustc": self.answer(self.tools["rustc"], "--version").split()[1]}

    def build(self, program):
        *_, main = [name for name in program.names if name.endswith(".rs")]
        program.is_test = "#[test]" in program.code
        kind = ["--test"] if program.is_test else []
        if not kind and not re.search(r"^\s*(?:async\s+)?fn main\b", program.code, re.MULTILINE):
            kind = ["--crate-type", "lib"]
        options = ["--edition", "2021", *kind, *(["-D", "warnings"] if program.is_strict else [])]
        self.compile(program, self.tools["rustc"], *options, "-o", "program", main, *program.flags)
        return None if "lib" in kind else ["./program"]


class Go(Compiler):
    """go build, vet and test, without network. `raises=` is `compile` or an exit status: 2 is a panic."""

    file_name = "main.go"

    def version(self):
        return {"Go": self.answer(self.tools["go"], "env", "GOVERSION").removeprefix("go")}

    def name_compile_error(self, said):
        return "compile"

    def build(self, program):
        go = self.tools["go"]
        if "go.mod" not in program.names:
            version = ".".join(self.version()["Go"].split(".")[:2])
            Path(program.folder, "go.mod").write_text(f"module example\n\ngo {version}\n", encoding="utf-8")
        program.is_test = any(name.endswith("_test.go") for name in program.names)
        if program.is_strict:
            self.compile(program, go, "vet", ".")
        command = ["test", "-race", "-c"] if program.is_test else ["build"]
        self.compile(program, go, *command, "-o", "program", *program.flags, ".")
        is_run = program.is_test or re.search(r"^package main\b", program.code, re.MULTILINE)
        return ["./program"] if is_run else None


class TypeScript(Compiler):
    """tsc --strict, then Node.js. `raises=` names an error of tsc (TS2322) or the class of an exception."""

    file_name = "main.ts"
    error_code = r"error (TS\d+)"
    run_error = r"^(?:Uncaught )?([A-Z]\w*(?:Error|Exception))\b"

    def version(self):
        return {
            "TypeScript": self.answer(self.tools["tsc"], "--version").split()[-1],
            "Node.js": self.answer(self.tools["node"], "--version").removeprefix("v"),
        }

    def build(self, program):
        folder = Path(program.folder)
        options = {"strict": True, "target": "es2022", "module": "nodenext", "types": ["node"]}
        options |= {"rootDir": ".", "outDir": "out", "noEmitOnError": True}
        settings = json.dumps({"compilerOptions": options, "include": ["**/*.ts", "**/*.mts"]})
        (folder / "tsconfig.json").write_text(settings, encoding="utf-8")
        (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
        packages = Path(self.tools["tsc"]).resolve()
        packages = next((parent for parent in packages.parents if parent.name == "node_modules"), None)
        if packages:
            (folder / "node_modules").symlink_to(packages)
        self.compile(program, self.tools["tsc"], "--project", ".", *program.flags)
        *_, main = [name for name in program.names if name.endswith(("ts", "mts"))]
        built = re.sub(r"\.(m?)ts$", r".\1js", main)
        return [self.tools["node"], "--enable-source-maps", f"out/{built}"]


COMPILERS = {"c": C, "cpp": Cpp, "go": Go, "java": Java, "rust": Rust, "typescript": TypeScript}


class Program:
    """The files of one program in a new folder, what is expected of it, and how it went."""

    def __init__(self, compiler, folder, blocks):
        self.folder, self.compiler = folder, compiler
        self.is_strict = blocks[-1]["name"] is not None
        self.is_test = False  # then its standard output is a report, not what the program prints
        self.raises = blocks[-1]["raises"] or ""
        self.flags = [flag for block in blocks for flag in block["flags"]]
        self.names = [block["name"] or compiler.name_of(block["code"]) for block in blocks]
        self.code = "\n".join(block["code"] for block in blocks)
        for name, block in zip(self.names, blocks, strict=True):
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block["code"], encoding="utf-8")

    def run(self):
        """Build and run it. Raises Ended."""
        command = self.compiler.build(self)
        if command is None:
            return
        try:
            result = subprocess.run(
                command,
                cwd=self.folder,
                stdout=subprocess.PIPE if self.is_test else None,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                check=False,
                timeout=PROGRAM_SECONDS,
                preexec_fn=limit_files,
            )
        except subprocess.TimeoutExpired:
            raise Ended("timeout", f"the program did not end within {PROGRAM_SECONDS} seconds") from None
        if result.returncode:
            said = (result.stdout or "") + result.stderr
            raise Ended(self.compiler.name_run_error(result.returncode, said), said)


def limit_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_LIMIT_BYTES, OUTPUT_LIMIT_BYTES))


def main(job_path):
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    compiler = COMPILERS[job["language"]](job["tools"])
    named = [block for block in job["blocks"] if block["name"]]
    for number, block in enumerate(job["blocks"]):
        raised, detail = None, ""
        if not block["name"] or block is named[-1]:
            folder = Path(f"program{number}")
            folder.mkdir()
            try:
                Program(compiler, folder, named if block["name"] else [block]).run()
            except Ended as ended:
                raised, detail = ended.raised, ended.detail
        sys.stdout.write(job["mark"] + json.dumps({"raised": raised, "detail": detail}) + job["mark"])
        sys.stdout.flush()
        if raised != block["raises"]:
            sys.exit(0)
    print(job["mark"] + json.dumps({"versions": compiler.version()}) + job["mark"], end="")


if __name__ == "__main__":
    main(sys.argv[1])
