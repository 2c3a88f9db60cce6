"""From a message to its template: what the program's authors wrote, without what its users filled in.

Names, values, numbers, paths and addresses become ``*``. Words of a language (``undefined``, ``NoneType``,
``export``) stay, because another word there is another error.
"""

import re
from collections.abc import Set
from dataclasses import dataclass

MAX_TEMPLATE = 240

# Quoted words that are not a user's own: types, values and keywords that engines name in their messages.
_KEPT = frozenset(
    """
    NoneType None True False NaN nil NilClass null undefined void never
    String Integer Float Array Hash Symbol Object Number Boolean Function Promise
    export import await async yield return const let var super this self new delete typeof instanceof
    end else elif except finally catch try do done fi then esac begin ensure rescue when in of if for
    while switch case break continue pass raise throw lambda def with as from global nonlocal
    Copy Clone Send Sync Sized Debug Display Iterator IntoIterator Default PartialEq Future Fn FnMut FnOnce
    CrashLoopBackOff ImagePullBackOff ErrImagePull OOMKilled CreateContainerConfigError RunContainerError
    BackOff Unhealthy FailedScheduling FailedMount Evicted InvalidImageName
    T_STRING T_VARIABLE T_PAAMAYIM_NEKUDOTAYIM T_CONSTANT_ENCAPSED_STRING T_ENCAPSED_AND_WHITESPACE
    __getitem__ __init__ __enter__ __exit__ __name__ __len__
    """.split()
)
# In other languages these may be names of a user's own.
_SCRIPT_TYPES = "string number boolean object symbol bigint unknown any function class"
_KEPT_BY_PLATFORM = {
    "python": _KEPT
    | set(
        "int str float bool list dict tuple set bytes bytearray function method module generator coroutine type "
        "complex range frozenset builtin_function_or_method async_generator object class print".split()
    ),
    "javascript": _KEPT | set(_SCRIPT_TYPES.split()),
    "typescript": _KEPT | set(_SCRIPT_TYPES.split()),
}
_STOP = frozenset(
    "a an the of to in on at is was are be been for from with by and or not no as it its this that has have had "
    "did do does can cannot can't could couldn't will would should must may you your one than then when while".split()
)

# Words of operating systems and of HTTP (strerror, getaddrinfo): who says them matters more than what they say.
_COMMON = frozenset(
    {
        "access denied", "access is denied", "an error occurred", "argument list too long", "bad file descriptor",
        "bad request", "broken pipe", "cannot allocate memory", "command failed", "connection refused",
        "connection reset by peer", "connection timed out", "device or resource busy", "exec format error",
        "file exists", "file not found", "forbidden", "host is down", "input/output error", "internal server error",
        "invalid argument", "is a directory", "name or service not known", "network is unreachable",
        "no route to host", "no such file or directory", "not a directory", "not found", "operation not permitted",
        "operation timed out", "permission denied", "resource temporarily unavailable", "segmentation fault",
        "something went wrong", "temporary failure in name resolution", "text file busy", "timed out", "unauthorized",
        "unexpected error", "unknown error", "unknown host",
    }
)  # fmt: skip

_TOKEN = re.compile(
    r"""
      (?P<taken>[a-z+]{0,20}(?:://)?<(?:path|user|token|host|email|database)>(?:[:/@](?:\d{1,7}|<\w{4,8}>)){0,4})
    | (?P<url>[a-z][a-z0-9+.-]{1,20}://[^\s"'<>]{1,500})
    | (?<![A-Za-z0-9])(?P<quote>["'])(?P<quoted>(?:(?!(?P=quote)).){0,200}?)(?P=quote)(?![A-Za-z0-9])
    | (?P<hex>\b0x[0-9a-fA-F]{1,32}\b)
    | (?P<uuid>\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b)
    | (?P<path>(?<![\w/])(?:[\w.@~+-]{0,100}[/\\]){1,40}[\w.@~+-]{1,100}(?::\d{1,7}){0,2})
    | (?P<name>[$@%]?[A-Za-z_][\w$]{0,200}(?:(?:\.|::|->|\#)[A-Za-z_$][\w$]{0,200}){1,20}(?:\(\))?)
    | (?P<call>[A-Za-z_][\w$]{0,200}\(\))
    | (?P<variable>[$@%]\w{1,200})
    | (?P<number>[-+]?(?:\d[\d.,:]{0,60}\d|\d)(?![A-Za-z_\d])%?)
    | (?P<word>[^\W_][\w'-]{0,200})
    | (?P<other>_\w{0,200})
    """,
    re.VERBOSE,
)
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])|_|\d")  # marks a word that programmers joined: a name
# Numbers that say which error it is: exit codes, signals, statuses of HTTP before their reason.
_CODE_BEFORE = re.compile(
    r"(?:code|status|signal|errno|exit|HTTP)(?: is| was|:|=| ){0,2}[ (]{0,2}$", re.IGNORECASE
)
_STATUS = re.compile(r"[45]\d\d$")
_REASON = re.compile(r" [A-Z][a-z]{2}")
_PUNCTUATION = re.compile(r"[^\w\s]{1,4}")
_BRACKETED = re.compile(r"[(\[{]\*[)\]}]")
_BESIDE = re.compile(r"(?<=\s)[:.\[\]/=-]{1,6}(?=\*)")
_RUN = re.compile(r"\*(?:[\s.,:;/\\@=+-]{0,4}\*){1,100}")
_SPACE = re.compile(r"\s{1,200}")
_WORD = re.compile(r"[a-zà-ÿ][a-zà-ÿ'-]{1,60}")


@dataclass(frozen=True)
class Template:
    """``text`` is the message with ``*`` for what differs between users, ``names`` what stood there.

    ``words`` are those that say something, in the order of the alphabet; ``kept`` are the names that stayed.
    """

    text: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    kept: tuple[str, ...] = ()

    @property
    def is_telling(self) -> bool:
        """Whether the text alone says which error it is: enough words, and not the system's own for any file."""
        if self.is_common:
            return False
        return len(self.words) >= 3 or sum(map(len, self.words)) >= 16

    @property
    def is_common(self) -> bool:
        """Whether it is what every program says that met a closed door or a missing file."""
        return self.text.replace("*", "").strip(" .:;,-()[]") in _COMMON


def template_of(message: str, platform: str = "") -> Template:
    """The template of one line, as a platform prints it."""
    known = _KEPT_BY_PLATFORM.get(platform, _KEPT)
    message = _unquoted(message.replace("`", "'"))
    names: list[str] = []
    kept: list[str] = []
    pieces: list[str] = []
    at = 0
    for found in _TOKEN.finditer(message):
        pieces.append(message[at : found.start()])
        pieces.append(_replaced(found, known, names, kept))
        at = found.end()
    pieces.append(message[at:])
    text = _SPACE.sub(" ", "".join(pieces)).strip()
    for _ in range(2):
        text = _RUN.sub("*", _BRACKETED.sub("*", text))
    text = _BESIDE.sub("", text).strip(" .:;,!?-|")[:MAX_TEMPLATE]
    if text.endswith(": *") and text.count(" ") > 2:
        text = text[:-3]  # whose, or where: many platforms say it, and some of their versions do not
    words = sorted(
        {word for word in _WORD.findall(text) if word not in _STOP} - {name.lower() for name in kept}
    )
    return Template(text, tuple(names), tuple(words), tuple(kept))


def _replaced(found: re.Match[str], known: Set[str], names: list[str], kept: list[str]) -> str:
    kind = str(found.lastgroup)
    text = found[0]
    if found["quoted"] is not None:
        return _quoted(found["quoted"], known, names, kept)
    if kind == "word":
        return _word(text, known, names, kept)
    if kind in {"number", "hex"}:
        return text.lower() if _says_which(found) else "*"
    if kind in {"name", "call", "variable", "path", "other"}:
        names.append(text)
    return "*"


def _says_which(found: re.Match[str]) -> bool:
    """Whether a number is the error's own: an exit code, a signal, a status before its reason."""
    before = found.string[max(0, found.start() - 16) : found.start()]
    is_status = _STATUS.match(found[0]) and _REASON.match(found.string, found.end())
    return bool(_CODE_BEFORE.search(before) or is_status)


def _word(text: str, known: Set[str], names: list[str], kept: list[str]) -> str:
    if text in known and text[:1].isupper():
        kept.append(text)
    elif _JOINED.search(text):
        names.append(text)
        return "*"
    return text.lower()


def _quoted(inner: str, known: Set[str], names: list[str], kept: list[str]) -> str:
    inner = inner.strip()
    if inner in known:
        kept.append(inner)
        return inner.lower()
    if _PUNCTUATION.fullmatch(inner) or inner in {"\\r", "\\n", "\\t", "\\0"}:
        return inner
    if inner:
        names.append(inner)
    return "*\\r" if inner.endswith("\\r") else "*"


def _unquoted(message: str) -> str:
    """A message that stands in quotes as a whole, without them."""
    message = message.strip()
    if len(message) > 2 and message[0] == message[-1] and message[0] in "\"'" and " " in message:
        inner = message[1:-1]
        return message if message[0] in inner else inner
    return message
