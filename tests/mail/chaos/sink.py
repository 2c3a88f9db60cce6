"""A small SMTP relay in a process of its own, fast enough to measure senders, that misbehaves on request.

    python -m tests.mail.chaos.sink --log FILE [--faults FILE] [--port N]

Prints its port. Each thing that befalls a message is one line of JSON in the log, written before the reply
leaves: {"at": seconds, "what": "taken" | "refused" | "dropped", "to": address, "id": Message-ID}.
"""

import argparse
import asyncio
import json
import os
import re
import socket
import struct
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_ADDRESS = re.compile(rb"<([^>]*)>")
_MESSAGE_ID = re.compile(rb"(?mi)^Message-ID:\s*(\S+)")


@dataclass
class Faults:
    """What goes wrong, by recipient; all of it is JSON.

    ``rcpt`` and ``data`` hold replies that are given one after the other before the good one; ``drop_before``
    how often the connection ends in place of the answer to DATA; ``drop_after`` at whom it ends once the
    message was taken, ``close_after`` behind the reply to that, ``reset_after`` a moment later, without a
    word (RST). ``per_connection``: 421 from that message on. ``pause``: seconds before each 250.
    ``pipelining``: whether commands may come in groups (RFC 2920).
    """

    rcpt: dict[str, list[str]] = field(default_factory=dict)
    data: dict[str, list[str]] = field(default_factory=dict)
    drop_before: dict[str, int] = field(default_factory=dict)
    drop_after: list[str] = field(default_factory=list)
    close_after: list[str] = field(default_factory=list)
    reset_after: list[str] = field(default_factory=list)
    per_connection: int = 0
    pause: float = 0.0
    pipelining: bool = True


class Session(asyncio.Protocol):
    """One connection (RFC 5321), as much of it as a sender needs."""

    faults: Faults
    log: int = -1
    taken = 0

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.is_data, self.looked, self.messages = False, 0, 0
        self.recipient = ""
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while not self.transport.is_closing():
            end = self.buffer.find(b"\r\n.\r\n" if self.is_data else b"\r\n", max(0, self.looked - 4))
            if end < 0:
                self.looked = len(self.buffer)
                return
            part = bytes(self.buffer[:end])
            del self.buffer[: end + (5 if self.is_data else 2)]
            self.looked = 0
            if self.is_data:
                self.is_data = False
                self.message(part)
            else:
                self.command(part)

    def command(self, line: bytes) -> None:
        match line[:4].upper():
            case b"EHLO":
                names = ["sink.example", *["PIPELINING"] * self.faults.pipelining]
                lines = [*(f"250-{name}" for name in names), "250 8BITMIME", ""]
                self.transport.write("\r\n".join(lines).encode())
            case b"MAIL" if 0 < self.faults.per_connection <= self.messages:
                self.transport.write(b"421 4.7.0 too many messages on one connection\r\n")
                self.transport.close()
            case b"RCPT":
                self.rcpt(line)
            case b"DATA":
                self.data()
            case b"QUIT":
                self.transport.write(b"221 bye\r\n")
                self.transport.close()
            case _:
                self.transport.write(b"250 OK\r\n")

    def rcpt(self, line: bytes) -> None:
        found = _ADDRESS.search(line)
        self.recipient = found[1].decode() if found else ""
        replies = self.faults.rcpt.get(self.recipient)
        if replies:
            self.note("refused", "")
            self.reply(replies.pop(0))
        else:
            self.transport.write(b"250 OK\r\n")

    def data(self) -> None:
        if self.faults.drop_before.get(self.recipient, 0) > 0:
            self.faults.drop_before[self.recipient] -= 1
            self.note("dropped", "")
            self.transport.abort()
            return
        self.is_data = True
        self.transport.write(b"354 go on\r\n")

    def message(self, content: bytes) -> None:
        self.messages += 1
        found = _MESSAGE_ID.search(content) if self.log >= 0 else None
        name = found[1].decode() if found else ""
        replies = self.faults.data.get(self.recipient)
        if replies:
            self.note("refused", name)
            self.reply(replies.pop(0))
            return
        Session.taken += 1
        self.note("taken", name)
        if self.recipient in self.faults.drop_after:
            self.transport.abort()
        elif self.faults.pause:
            asyncio.get_running_loop().call_later(self.faults.pause, self.transport.write, b"250 taken\r\n")
        else:
            self.transport.write(b"250 taken\r\n")
            if self.recipient in self.faults.close_after:
                self.transport.close()
            elif self.recipient in self.faults.reset_after:
                asyncio.get_running_loop().call_later(0.05, self.reset)

    def reset(self) -> None:
        """End the connection as a firewall does."""
        linger = struct.pack("ii", 1, 0)
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.transport.abort()

    def reply(self, text: str) -> None:
        self.transport.write(text.encode() + b"\r\n")
        if text.startswith("421"):
            self.transport.close()

    def note(self, what: str, name: str) -> None:
        if self.log >= 0:
            line = {"at": time.time(), "what": what, "to": self.recipient, "id": name}
            os.write(self.log, json.dumps(line).encode() + b"\n")


class Sink:
    """A running sink, as the process that started it sees it."""

    def __init__(self, folder: Path | None = None, faults: Faults | None = None):
        self.log = folder / "sink.log" if folder else None
        command = [sys.executable, "-m", "tests.mail.chaos.sink"]
        if folder and self.log:
            self.log.write_text("")
            (folder / "faults.json").write_text(json.dumps(asdict(faults or Faults())))
            command += ["--log", str(self.log), "--faults", str(folder / "faults.json")]
        root = Path(__file__).resolve().parents[3]
        self.process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self._read, self._events = 0, list[dict[str, Any]]()

    def events(self, what: str = "taken") -> list[dict[str, Any]]:
        """What befell messages so far, in order."""
        assert self.log is not None
        with self.log.open("rb") as log:
            log.seek(self._read)
            fresh = log.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._read += len(whole)
        self._events += [json.loads(line) for line in whole.splitlines()]
        return [event for event in self._events if event["what"] == what]

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Session, "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--log", type=Path)
    parser.add_argument("--faults", type=Path)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    if options.log:
        Session.log = os.open(options.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    Session.faults = Faults(**json.loads(options.faults.read_text())) if options.faults else Faults()
    asyncio.run(serve(options.port))


if __name__ == "__main__":
    main()
