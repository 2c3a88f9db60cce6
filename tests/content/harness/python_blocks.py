"""Runs the Python blocks of one entry as one module, in this fresh interpreter.

Called by `tests.content.runner` as `python python_blocks.py job.json`; see there for the job and for what is
written to standard output. Imports nothing but the standard library: it runs in any environment.
"""

import __future__

import importlib.metadata
import json
import linecache
import platform
import sys
import traceback
import types
from pathlib import Path

LOOPBACK = ("127.", "::1", "localhost")
FUTURE_FLAGS = 0
for _name in __future__.all_feature_names:
    FUTURE_FLAGS |= getattr(__future__, _name).compiler_flag


def refuse_network(event, arguments):
    """Audit hook: content may talk to this machine only, so that it says the same everywhere."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if host and not str(host).startswith(LOOPBACK):
        raise ConnectionRefusedError(f"content runs without network, it asked for {host}")


def versions(modules):
    """`{distribution name: version}` for the top-level modules that the entry imports."""
    providers = importlib.metadata.packages_distributions()
    found = {"Python": platform.python_version()}
    if "sqlite3" in modules and "sqlite3" in sys.modules:
        found["SQLite"] = sys.modules["sqlite3"].sqlite_version
    for module in modules:
        for distribution in providers.get(module, [])[:1]:
            metadata = importlib.metadata.metadata(distribution)
            found[metadata["Name"]] = metadata["Version"]
    return found


def main(job_path):
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    sys.argv = [job["path"]]
    sys.path[0] = ""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    linecache.cache[job["path"]] = (0, None, job["source"].splitlines(keepends=True), job["path"])
    sys.addaudithook(refuse_network)
    flags = 0
    for block in job["blocks"]:
        raised, detail = None, ""
        try:
            # Blank lines in front keep the line numbers of the Markdown file in tracebacks.
            source = "\n" * (block["line"] - 1) + block["code"]
            code = compile(source, job["path"], "exec", flags=flags, dont_inherit=True)
            flags |= code.co_flags & FUTURE_FLAGS
            exec(code, module.__dict__)
        except BaseException as error:  # noqa: BLE001 - SystemExit too is a result here
            raised = type(error).__name__
            frames = error.__traceback__.tb_next if error.__traceback__ else None
            detail = "".join(traceback.format_exception(type(error), error, frames))
        sys.stdout.flush()
        sys.stdout.write(job["mark"] + json.dumps({"raised": raised, "detail": detail}) + job["mark"])
        sys.stdout.flush()
        if raised != block["raises"]:
            sys.exit(0)
    sys.stdout.write(job["mark"].join(["", json.dumps({"versions": versions(job["modules"])}), ""]))


main(sys.argv[1])
