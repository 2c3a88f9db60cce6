"""The supervisor alone, with programs of a few lines: nothing of the hub runs here."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings

from hub.core import supervision
from hub.core.supervision import Program, Supervisor

SLEEPS = "import time; time.sleep(600)"
STARTS = f"print('started', flush=True); {SLEEPS}"
LEAVES_A_CHILD = f"""
import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", "{SLEEPS}"]).pid, flush=True)
{SLEEPS}
"""
REFUSES_TO_END = (
    f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); {SLEEPS}"
)


@pytest.fixture
def supervise(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Supervisor]]:
    """Return a function that supervises pieces of Python, and end them all after the test."""
    monkeypatch.setattr(supervision, "LONGEST_PAUSE", 0.05)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    made: list[Supervisor] = []

    def make(*codes: str, patience: float = 5) -> Supervisor:
        programs = [
            Program(f"part{number}", [sys.executable, "-c", code], patience)
            for number, code in enumerate(codes)
        ]
        made.append(Supervisor(programs, os.environ))
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.end()
    for number, handler in before.items():
        signal.signal(number, handler)


def is_running(pid: int) -> bool:
    """Tell whether a process is there and no zombie."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and not state.startswith("Z")


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait for a condition; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def pid_of(program: Program) -> int:
    assert program.process is not None
    return program.process.pid


def test_a_killed_program_is_started_again(supervise):
    supervisor = supervise(SLEEPS)
    supervisor.start()
    first = pid_of(supervisor.programs[0])
    os.kill(first, signal.SIGKILL)

    def has_a_successor() -> bool:
        supervisor.look()
        process = supervisor.programs[0].process
        return process is not None and process.pid != first

    wait_until(has_a_successor)
    assert is_running(pid_of(supervisor.programs[0]))
    assert not supervisor.failed


def test_what_a_killed_program_had_started_does_not_live_on_beside_its_successor(supervise, capsys):
    supervisor = supervise(LEAVES_A_CHILD)
    supervisor.start()
    output = ""
    while "|" not in output:
        output += capsys.readouterr().out
        time.sleep(0.05)
    child = int(output.split("|")[1])
    assert is_running(child)
    os.kill(pid_of(supervisor.programs[0]), signal.SIGKILL)
    supervisor.programs[0].process.wait()
    supervisor.look()
    wait_until(lambda: not is_running(child))


def test_a_program_that_keeps_dying_ends_everything_loudly(supervise, capsys):
    supervisor = supervise(SLEEPS, "import sys; sys.exit('no good')")
    supervisor.start()
    bystander = pid_of(supervisor.programs[0])
    supervisor.run()
    supervisor.end()
    output = capsys.readouterr().out
    assert supervisor.failed
    assert not is_running(bystander)
    assert output.count("part1 | no good") == supervision.DEATHS
    assert "Part1 died 5 times within a minute" in output


def test_pauses_before_a_restart_grow(supervise, monkeypatch):
    monkeypatch.setattr(supervision, "LONGEST_PAUSE", 16.0)
    program = supervise("").programs[0]
    pauses = []
    for _ in range(4):
        program.start(os.environ)
        program.process.wait()
        assert program.has_died()
        pauses.append(round(program.restart_at - program.deaths[-1]))
    assert pauses == [1, 2, 4, 8]


def test_a_program_that_ignores_the_request_to_end_is_killed_when_patience_is_over(supervise, capsys):
    supervisor = supervise(REFUSES_TO_END, patience=0.3)
    supervisor.start()
    wait_until(lambda: "ready" in capsys.readouterr().out)
    stubborn = pid_of(supervisor.programs[0])
    supervisor.end()
    assert not is_running(stubborn)


def test_programs_end_in_the_order_given(supervise, monkeypatch):
    supervisor = supervise(SLEEPS, SLEEPS)
    supervisor.start()
    ended = []
    monkeypatch.setattr(Program, "end", lambda program, hurry: ended.append(program.name))
    supervisor.end()
    monkeypatch.undo()
    assert ended == ["part0", "part1"]


@pytest.mark.parametrize("moment", ["before it began", "while it runs"])
def test_a_program_ends_when_the_supervisor_itself_is_killed(tmp_path, moment):
    if sys.platform != "linux":
        pytest.skip("only Linux tells a process that its parent died")
    script = tmp_path / "supervisor.py"
    script.write_text(
        "import os, sys, django; django.setup()\n"
        "from hub.core.supervision import Program, Supervisor\n"
        f"supervisor = Supervisor([Program('part', [sys.executable, '-c', {STARTS!r}], 5)], os.environ)\n"
        "supervisor.start()\n"
        "print(supervisor.programs[0].process.pid, flush=True)\n"
        "supervisor.run()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(settings.BASE_DIR)}
    with subprocess.Popen(
        [sys.executable, script], env=environment, stdout=subprocess.PIPE, text=True
    ) as supervisor:
        program = int(supervisor.stdout.readline())
        if moment == "while it runs":
            assert "started" in supervisor.stdout.readline()
        supervisor.kill()
    wait_until(lambda: not is_running(program))
