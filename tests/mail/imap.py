"""A small real IMAP server over a socket: one user, folders of letters, the commands that a reader needs."""

import re
import socketserver
import threading
from typing import Any


class Imap:
    """Serves ``folders`` (name → {uid: bytes}) to the user ``hub`` with the password ``s3cret/key``."""

    def __init__(self, *letters: bytes, with_uidplus: bool = True):
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": dict(enumerate(letters, 1))}
        self.deleted: set[int] = set()
        self.with_uidplus = with_uidplus
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            wbufsize = -1  # one packet an answer

            def handle(self) -> None:
                outer._serve(self.rfile, self.wfile)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"imap://hub:s3cret%2Fkey@127.0.0.1:{self._server.server_address[1]}/INBOX"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def inbox(self) -> dict[int, bytes]:
        return self.folders["INBOX"]

    def _serve(self, lines: Any, out: Any) -> None:
        out.write(b"* OK ready\r\n")
        out.flush()
        for line in lines:
            tag, _, rest = line.decode().strip().partition(" ")
            literal = b""
            if size := re.search(r"\{(\d+)\}$", rest):
                out.write(b"+ go on\r\n")
                out.flush()
                literal = lines.read(int(size[1]))
                lines.readline()
            status = self._answer(rest.removeprefix("UID "), literal, out)
            out.write(f"{tag} {status}\r\n".encode())
            out.flush()
            if rest == "LOGOUT":
                return

    def _answer(self, rest: str, literal: bytes, out: Any) -> str:
        command, _, values = rest.partition(" ")
        return getattr(self, command.lower())(values, literal, out) or "OK done"

    def capability(self, values: str, literal: bytes, out: Any) -> None:
        out.write(b"* CAPABILITY IMAP4rev1" + (b" UIDPLUS" if self.with_uidplus else b"") + b"\r\n")

    def login(self, values: str, literal: bytes, out: Any) -> str:
        return "OK in" if values.split() == ["hub", '"s3cret/key"'] else "NO wrong password"

    def select(self, values: str, literal: bytes, out: Any) -> str:
        out.write(f"* {len(self.inbox)} EXISTS\r\n".encode())
        return "OK selected" if values.strip('"') in self.folders else "NO no such folder"

    def search(self, values: str, literal: bytes, out: Any) -> None:
        out.write(f"* SEARCH {' '.join(str(uid) for uid in self.inbox)}\r\n".encode())

    def fetch(self, values: str, literal: bytes, out: Any) -> None:
        uid = int(values.split(maxsplit=1)[0])
        if uid in self.inbox and "SIZE" in values:
            out.write(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(self.inbox[uid])})\r\n".encode())
        elif uid in self.inbox:
            raw = self.inbox[uid]
            out.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")

    def store(self, values: str, literal: bytes, out: Any) -> None:
        self.deleted.add(int(values.split(maxsplit=1)[0]))

    def expunge(self, values: str, literal: bytes, out: Any) -> None:
        for uid in self.deleted:
            self.inbox.pop(uid, None)
        self.deleted.clear()

    close = expunge

    def create(self, values: str, literal: bytes, out: Any) -> str:
        name = values.strip('"')
        if name in self.folders:
            return "NO exists"
        self.folders[name] = {}
        return "OK created"

    def append(self, values: str, literal: bytes, out: Any) -> None:
        target = self.folders[values.split(maxsplit=1)[0].strip('"')]
        target[len(target) + 1] = literal

    def copy(self, values: str, literal: bytes, out: Any) -> None:
        uid, folder = values.split()
        self.append(folder, self.inbox[int(uid)], out)

    def logout(self, values: str, literal: bytes, out: Any) -> None:
        out.write(b"* BYE\r\n")
