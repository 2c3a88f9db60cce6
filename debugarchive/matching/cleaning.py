"""From a pasted text to plain lines: capped, decoded, without what logs, terminals and chats put around them.

Every pattern is anchored or bounded and sees at most ``MAX_LINE`` characters of a line.
"""

import html
import json
import re
import unicodedata
from collections.abc import Iterator

from debugarchive.matching.redaction import MAX_LINE

MAX_CHARACTERS = 262_144
MAX_LINES = 2000  # the first and the last half of them are read
_MOST_PREFIXES = 8  # of one line: a container's, a date, a process, a level, a logger

_ANSI = re.compile(r"\x1b(?:\[[0-9;?]{0,20}[ -/]{0,2}[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|[@-Z\\-_])")
_COLOUR_LEFT = re.compile(r"[\u2190\u241b]?\[(?:\d{1,3};){0,4}\d{0,3}m")  # a colour whose escape was lost
_UNFIT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]")
_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_TAGS = re.compile(
    r"</?(?:b|br|i|em|code|pre|strong|span|p|th|td|tr|font)(?: [^<>]{0,200})?/?>", re.IGNORECASE
)
_QUOTES = str.maketrans("‘’‚‛“”„‟«»′", '\'\'\'\'""""""\'')
_CHAT = re.compile(r"(?:> ?|&gt; ?){1,6}|\s{0,8}```[\w+#-]{0,20}\s{0,8}$")
_ESCAPED = re.compile(r'\\[ntr"\\/]')
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "", '\\"': '"', "\\\\": "\\", "\\/": "/"}
_JSON_KEYS = (
    "message",
    "msg",
    "log",
    "error",
    "err",
    "exception",
    "stack",
    "stack_trace",
    "stacktrace",
    "traceback",
)

_DATE = (
    r"\[?\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d?:\d\d(?::\d\d(?:[.,:]\d{1,9})?)?)?"
    r"(?:[ ]?(?:Z|(?:UTC|GMT|CES?T|[ECMP][SD]T|IST|JST|BST|MSK|WES?T|EES?T|AE[SD]T|SGT|HKT)(?=[ ])|[+-]\d\d:?\d\d))?(?:[ ]?[AP]M)?\]?:?"
)
_LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|CRITICAL|CRIT|ALERT|EMERG|EMERGENCY|FATAL|SEVERE|PANIC)"
# What follows a level without being the message: a code, a process, a thread, a logger, or the level's own word.
_STRUCTURED = (
    r"\d{4}[ ]\(|\d{1,9}[ ]---|[ ]{0,6}\[[^\]]{1,120}\][ ]{1,4}\S|ERROR:"
    r"|(?![\w.$]{1,200}(?:Error|Exception|Throwable):)[\w$.]{1,120}[ ]{0,9}[-:][ ]"
)
# One alternative a kind of prefix. What an error itself begins with (``ERROR:  relation``, ``ERROR 1452``)
# is none of them.
_PREFIX = re.compile(
    rf"""
      (?:[A-Za-z][\w.-]{{0,60}}[ ]{{1,30}}\|[ ]?(?=\S|\s))                       # docker compose
    | (?:\[pod/[^\]]{{1,200}}\][ ])                                              # kubectl logs --prefix
    | (?:{_DATE}(?:[ \t]|$)(?:{_LEVEL}(?:[ \t](?!{_STRUCTURED})|$))?)                                              # a date
    | (?:\[?\d\d:\d\d:\d\d(?:[.,]\d{{1,9}})?(?:[ ]?[AP]M)?\]?(?:[ \t]|$)) # a time
    | (?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ ][A-Z][a-z]{{2}}[ ]{{1,2}}\d{{1,2}}[ ]\d\d:\d\d:\d\d[ ]\d{{4}}[ ]{{1,4}})
    | (?:\[[A-Z][a-z]{{2}}[ ][A-Z][a-z]{{2}}[ ][ \d]\d[ ][\d:.]{{8,20}}[ ]\d{{4}}\][ ]) # Apache
    | (?:\[\d\d[-/][A-Z][a-z]{{2}}[-/]\d{{4}}[ :][\d:.]{{8,20}}[^\]]{{0,40}}\][ ])  # PHP, access logs
    | (?:<\d{{1,3}}>\d[ ]\S{{1,40}}[ ]\S{{1,255}}[ ]\S{{1,48}}[ ]\S{{1,128}}[ ]\S{{1,32}}[ ](?:-|\[[^\]]{{1,200}}\])(?:[ ]|$))  # RFC 5424
    | (?:<\d{{1,3}}>(?=[A-Z\d]))                                                 # syslog priority
    | (?:[A-Z][a-z]{{2}}[ ][ \d]\d[ ]\d\d:\d\d:\d\d(?:\.\d{{1,6}})?[ ][\w.<>-]{{1,100}}[ ]
        [\w./@<>()-]{{1,100}}(?:\[\d{{1,9}}\])?:[ ]?)                            # journald, syslog
    | (?:[\w.<>-]{{1,64}}[ ][\w./@-]{{1,64}}\[\d{{1,9}}\]:[ ])                   # the same after an ISO date
    | (?:(?:app|heroku)\[[\w.-]{{1,40}}\]:[ ])                                   # Heroku
    | (?:\d{{1,9}}:[A-Z][ ]\d\d[ ][A-Z][a-z]{{2}}[ ]\d{{4}}[ ][\d:.]{{8,16}}[ ][\#*.-][ ]) # Redis
    | (?:[IWEF]\d{{4}}[ ][\d:.]{{8,20}}[ ]{{1,9}}\d{{1,9}}[ ][\w./-]{{1,80}}:\d{{1,6}}\][ ]) # klog
    | (?:\#\#\[\w{{1,20}}\])                                                     # GitHub Actions, Azure
    | (?:::(?:error|warning)[ ]?[^:]{{0,300}}::)
    | (?:\[(?i:client|pid|tid|{_LEVEL}|[\w.]{{1,24}}:{_LEVEL})\b[^\]]{{0,80}}\]:?[ ]?) # Apache, gunicorn
    | (?:\[\d{{1,9}}\][ ])                                              # a process
    | (?:\d{{1,9}}\#\d{{1,9}}:[ ](?:\*\d{{1,12}}[ ])?)                           # nginx
    | (?:FastCGI[ ]sent[ ]in[ ]stderr:[ ]"PHP[ ]message:[ ])
    | (?:\d{{1,9}}[ ](?=\[))                                                     # MySQL's thread
    | (?:\[MY-\d{{6}}\][ ]|\[(?:Server|InnoDB|Repl|Note|Warning|System)\][ ])
    | (?:[\w.<>-]{{1,63}}@[\w.<>-]{{1,63}}[ ](?=(?:ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT|LOG):))  # PostgreSQL
    | (?:(?:{_LEVEL}[ ]{{1,6}})?\d{{1,9}}[ ]---[ ]\[[^\]]{{1,80}}\](?:[ ]\[[^\]]{{1,80}}\])?[ ][\w.$\[\]/<>-]{{1,100}}[ ]{{0,60}}:[ ]?)
    | (?:{_LEVEL}[ ]{{1,6}}\[[^\]]{{1,120}}\][ ]{{1,4}}(?:[\w.$<>-]{{1,120}}[ ]{{0,9}}[:-][ ])?)  # log4j, logback
    | (?:{_LEVEL}[ ]{{1,4}}(?!ERROR\b|[\w.$]{{1,200}}(?:Error|Exception|Throwable):)[\w$<>-]{{1,80}}(?:\.[\w$<>-]{{1,80}}){{0,8}}[ ]{{0,9}}(?:-|:)[ ](?=\S))
    | (?:{_LEVEL}:[A-Za-z_][\w.]{{0,100}}:(?=\S))                                # Python's basicConfig
    | (?:(?:local|production|staging|testing|dev|prod|php|app|request|console|doctrine)\.{_LEVEL}:[ ])  # Monolog
    | (?:{_LEVEL}[ ]{{1,4}}(?=[A-Z][\w.\\]{{2,100}}(?:Error|Exception)\b))
    | (?:level=\w{{1,10}}[ ]msg="?)
    | (?:time="?[\dT:.Z+-]{{10,40}}"?[ ])                                        # logfmt
    """,
    re.VERBOSE,
)


def capped(text: str) -> tuple[str, bool]:
    """The text, or its first and last half of MAX_CHARACTERS; and whether it was cut."""
    if len(text) <= MAX_CHARACTERS:
        return text, False
    half = MAX_CHARACTERS // 2
    return f"{text[:half]}\n{text[-half:]}", True


def split(text: str) -> tuple[list[str], bool]:
    """The lines that are not blank, each at most MAX_LINE characters, at most MAX_LINES; whether some went."""
    lines = _NEWLINES.sub("\n", text).split("\n")
    is_cut = any(len(line) > MAX_LINE for line in lines)
    lines = [line[:MAX_LINE] for line in lines if line.strip()]
    if len(lines) > MAX_LINES:
        return lines[: MAX_LINES // 2] + lines[-MAX_LINES // 2 :], True
    return lines, is_cut


def clean(lines: list[str], stripped: dict[str, None]) -> list[str]:
    """Lines as the program printed them; ``stripped`` collects in words what was around them."""
    return [piece for line in lines for piece in _clean_line(line, stripped)]


def _clean_line(line: str, stripped: dict[str, None]) -> Iterator[str]:
    line = _plain(line, stripped)
    if (chat := _CHAT.match(line)) and not line.startswith(">>>"):
        stripped["quote marks"] = None
        line = line[chat.end() :]
    line = _without_prefixes(line, stripped)
    if unfolded := _unfolded(line):
        stripped["the JSON around a log line"] = None
        for piece in unfolded.split("\n")[:400]:
            yield from _kept(_without_prefixes(_plain(piece[:MAX_LINE], stripped), stripped))
    else:
        yield from _kept(line)


def _kept(line: str) -> Iterator[str]:
    if line.strip():
        yield line.rstrip()


def _plain(line: str, stripped: dict[str, None]) -> str:
    """Without escape sequences, entities, the tags of error pages and marks that can't be seen."""
    if "\x1b" in line or ("m" in line and "[" in line):
        bare = _COLOUR_LEFT.sub("", _ANSI.sub("", line))
        if bare != line:
            stripped["colours"] = None
            line = bare
    if "&" in line and ";" in line and (unescaped := html.unescape(line)) != line:
        stripped["HTML entities"] = None
        line = unescaped
    if "<" in line and (bare := _TAGS.sub("", line)) != line:
        stripped["HTML tags"] = None
        line = bare
    if line.isascii():
        return _UNFIT.sub("", line) if not line.isprintable() else line
    line = _UNFIT.sub("", _SPACES.sub(" ", line)).translate(_QUOTES)
    return unicodedata.normalize("NFC", line)


def _without_prefixes(line: str, stripped: dict[str, None]) -> str:
    if line[:1] in " \t":
        return line  # a frame, or the rest of a message
    for _ in range(_MOST_PREFIXES):
        prefix = _PREFIX.match(line)
        if prefix is None or not prefix.end():
            break
        line = line[prefix.end() :]
        stripped["log prefixes"] = None
    return line


def _unfolded(line: str) -> str:
    """The text inside a line of JSON, or of escaped line breaks; empty for any other line."""
    if line.lstrip()[:1] == "{":
        try:
            data = json.loads(line)
        except (ValueError, RecursionError):
            data = None
        texts = _texts_of(data) if isinstance(data, dict) else []
        if texts:
            return "\n".join(texts)
    if line.count("\\n") > 1:
        return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], line)
    return ""


def _texts_of(data: dict[object, object]) -> list[str]:
    """What a structured log line says: the values of the keys that loggers use, nested ones too."""
    texts = []
    for key in _JSON_KEYS:
        value = data.get(key)
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, dict):
            texts += [text for name in _JSON_KEYS if isinstance(text := value.get(name), str)]
    return texts
