"""What a pasted text tells about a person or a machine, replaced by what kind of thing stood there.

The same rules run in the browser before anything is sent: the page hands ``for_browser()`` to
static/js/redaction.js. So a pattern keeps to what Python and JavaScript read alike: no ``\\s``, no ``.``, no
named groups, only bounded repetition, and letters and digits of ASCII. Each rule sees one line of at most
``MAX_LINE`` characters. What was replaced is left alone by every rule: redacting twice changes nothing.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

MAX_LINE = 2000

# What the reader is told was taken out, one and many.
NAMES = {
    "path": ("path", "paths"),
    "user": ("name of a user", "names of users"),
    "token": ("secret", "secrets"),
    "host": ("host", "hosts"),
    "email": ("e-mail address", "e-mail addresses"),
    "database": ("database address", "database addresses"),
}


@dataclass(frozen=True)
class Rule:
    """One pattern; ``$1`` in the replacement is its first group, as JavaScript writes it.

    A line that holds none of ``needs``, in lower case, can't match: that is asked first, for speed.
    """

    name: str
    pattern: str
    replacement: str
    needs: tuple[str, ...] = ()
    ignores_case: bool = False


_HOST = r"[A-Za-z0-9][A-Za-z0-9.\-]{0,252}"
_KEYED = (
    "password|passwd|pwd|passphrase|secret|client_secret|token|access_token|refresh_token|api[_\\-]?key"
    "|access[_\\-]?key|authorization|cookie|set-cookie|sessionid|session_id|phpsessid"
)
_PATH = r"/[A-Za-z0-9._@%+~\-]{1,100}/[A-Za-z0-9._@%+~\-/]{0,500}[A-Za-z0-9_@%+~\-/]"

RULES = (
    Rule("token", r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----", "<token>", needs=("private key",)),
    Rule(
        "database",
        r"\b(?:postgres|postgresql|mysql|mysql2|mariadb|mongodb|redis|rediss|amqp|amqps|mssql|sqlserver|oracle"
        r"|jdbc:[a-z0-9:]{1,40})(?:\+[a-z0-9_]{1,20})?:(?://|thin:@)[^ \t\"'`<>)\]]{1,500}",
        "<database>",
        needs=("://", "thin:@"),
        ignores_case=True,
    ),
    Rule(
        "database",
        r"\b(?:Server|Data Source|Host)=[^;\"'<>\n]{1,200};(?:[A-Za-z ]{1,40}=[^;\"'<>\n]{0,200};?){1,20}",
        "<database>",
        needs=(";",),
        ignores_case=True,
    ),
    Rule("token", r"\b(?:Bearer|Basic) [A-Za-z0-9._~+/=\-]{8,2000}", "<token>", needs=("bearer ", "basic ")),
    Rule(
        "token",
        r"\b(" + _KEYED + r")([\"']?[ \t]{0,3}[=:][ \t]{0,3}[\"']?)(?!<)[^ \t\"'`,;&)}\]<>]{4,2000}",
        "$1$2<token>",
        needs=("=", ":"),
        ignores_case=True,
    ),
    Rule(
        "token",
        r"\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}"
        r"|glpat-[A-Za-z0-9_\-]{16,64}|sk-[A-Za-z0-9_\-]{16,255}|xox[abprs]-[A-Za-z0-9\-]{10,255}"
        r"|npm_[A-Za-z0-9]{30,64}"
        r"|eyJ[A-Za-z0-9_\-]{8,1500}\.[A-Za-z0-9_\-]{8,1500}(?:\.[A-Za-z0-9_\-]{0,1500})?)",
        "<token>",
        needs=(
            "akia",
            "asia",
            "ghp_",
            "gho_",
            "ghu_",
            "ghs_",
            "ghr_",
            "github_pat_",
            "glpat-",
            "sk-",
            "xox",
            "npm_",
            "eyj",
        ),
    ),
    Rule("user", r"([a-z][a-z0-9+.\-]{1,20}://)(?!<)[^ \t\"'`<>@/]{1,200}@", "$1<user>@", needs=("@",)),
    Rule(
        "user",
        r"(['\"`])(?!<)[^'\"`\n]{1,64}\1@(['\"`])(?!<)[^'\"`\n]{1,255}\2",
        "$1<user>$1@$2<host>$2",
        needs=("@",),
    ),
    Rule(
        "host",
        r"\bgit@(?!<)[A-Za-z0-9.\-]{1,253}:[A-Za-z0-9._~/\-]{1,500}",
        "git@<host>:<path>",
        needs=("git@",),
    ),
    Rule(
        "email",
        r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){0,5}\.[A-Za-z]{2,24}\b",
        "<email>",
        needs=("@",),
    ),
    Rule(
        "path", r"\b((?:file|unix):)//[^ \t\"'`<>)\]]{0,500}[^ \t\"'`<>)\].,;:]", "$1//<path>", needs=("://",)
    ),
    Rule(
        "host",
        r"\b((?:https?|wss?|ftps?|ssh|git|tcp|udp|ldaps?|smtp|grpc|nats|kafka)://(?:<user>@)?)"
        r"(?!<|localhost|127\.0\.0\.1|0\.0\.0\.0)[^ \t\"'`<>/:?#)\],;]{1,253}",
        "$1<host>",
        needs=("://",),
        ignores_case=True,
    ),
    Rule(
        "path",
        r"(://[^ \t\"'`/]{1,260})/[^ \t\"'`<>)\]]{0,1000}[^ \t\"'`<>)\].,;:]",
        "$1/<path>",
        needs=("://",),
    ),
    Rule(
        "user",
        r"^(\[?)[a-z_][a-z0-9_.\-]{0,31}@[A-Za-z0-9.\-]{1,64}(:(?=[~/])| (?=[^\]]{1,100}\][$#]))",
        "$1<user>@<host>$2",
        needs=("@",),
    ),
    Rule(
        "user",
        r"\b(user|username|role|login|account)( ?[=:] ?|[ ]{1,2})([\"'`])(?!<)[^\"'`\n]{1,64}\3",
        "$1$2$3<user>$3",
        needs=("user", "role", "login", "account"),
        ignores_case=True,
    ),
    Rule(
        "user",
        r"\b(user|username|uid|user id)=(?!<)[^ \t;,\"'`&)<>]{1,64}",
        "$1=<user>",
        needs=("=",),
        ignores_case=True,
    ),
    # Where WordPress keeps plugins and themes is no secret, and tells whose the error is.
    Rule(
        "path",
        r"(^|[ \t\"'`(\[=:,{|@])(?:[A-Za-z]:)?(?:[\\/][^ \t\"'`<>:()\\/]{1,100}){0,20}[\\/]wp-(content|includes|admin)[\\/]"
        r"[^ \t\"'`<>:()]{1,300}",
        "$1<path>/wp-$2/<path>",
        needs=("wp-content", "wp-includes", "wp-admin"),
    ),
    Rule("path", r"([\"'`])(?:~|\.{1,2})?/(?!/)[^\"'`<>\\\n]{1,500}\1", "$1<path>$1", needs=("/",)),
    Rule("path", r"([\"'`])[A-Za-z]:[\\/][^\"'`<>\n]{1,500}\1", "$1<path>$1", needs=(":\\", ":/")),
    Rule("path", r"(^|[ \t\"'`(\[=:,{|@])(?:~|\.{1,2})?" + _PATH, "$1<path>", needs=("/",)),
    Rule("path", r"(^|[ \t\"'`(\[=:,{|@])~/[A-Za-z0-9._@%+~\-]{1,200}", "$1<path>", needs=("~/",)),
    Rule(
        "path",
        r"(^|[^A-Za-z0-9])[A-Za-z]:[\\/](?:[^ \t\"'`<>|*?:\n()\[\]]|[ ](?=[^\\ \t\"'`<>|*?:\n]{1,60}\\)){1,500}",
        "$1<path>",
        needs=(":\\", ":/"),
    ),
    Rule(
        "path",
        r"(^|[ \t\"'`(=])\\\\[A-Za-z0-9._$\-]{1,100}\\[^ \t\"'`<>|*?:\n()]{1,500}",
        "$1<path>",
        needs=("\\\\",),
    ),
    Rule(
        "host",
        r"\b(?!127\.0\.0\.1\b|0\.0\.0\.0\b)[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\b",
        "<host>",
        needs=(".",),
    ),
    Rule(
        "host",
        r"(^|[^A-Za-z0-9:])(?:[0-9a-f]{1,4}:){3,7}(?:[0-9a-f]{1,4}|:[0-9a-f]{0,4})",
        "$1<host>",
        needs=(":",),
        ignores_case=True,
    ),
    Rule(
        "host",
        r"\b((?:server at|getaddrinfo for|getaddrinfo ENOTFOUND|getaddrinfo EAI_AGAIN|connect to host"
        r"|resolve host:|lookup|server on) [\"'`]?)(?!<|localhost|127\.0\.0\.1|socket)" + _HOST,
        "$1<host>",
        needs=("server at", "getaddrinfo", "connect to host", "resolve host", "lookup", "server on"),
    ),
    Rule(
        "host",
        r"\b(host|hostname)(=| ?: ?)([\"'`]?)(?!<|localhost|127\.0\.0\.1)" + _HOST,
        "$1$2$3<host>",
        needs=("host",),
    ),
    Rule(
        "host",
        r"\b(?:[a-z0-9][a-z0-9\-]{0,62}\.){1,5}(?:com|org|net|edu|gov|local|localdomain|internal|intranet|lan"
        r"|corp|cloud|example|invalid)\b(?![.\w(\-])",
        "<host>",
        needs=(
            ".com",
            ".org",
            ".net",
            ".edu",
            ".gov",
            ".local",
            ".internal",
            ".intranet",
            ".lan",
            ".corp",
            ".cloud",
            ".example",
            ".invalid",
        ),
    ),
    Rule(
        "host",
        r"\b(?:[a-z0-9][a-z0-9\-]{0,62}\.){2,5}(?:io|dev|app|co|de|uk|fr|nl|eu|ch|at|it|es|pl|ru|in|jp|cn|br|us"
        r"|ca|au)\b(?![.\w(\-])",
        "<host>",
        needs=(".",),
    ),
    Rule("token", r"\b[0-9a-f]{32,128}\b", "<token>", ignores_case=True),
    Rule(
        "token",
        r"\b(?=[A-Za-z0-9_\-]{0,80}[0-9])(?=[A-Za-z0-9_\-]{0,80}[A-Z])(?=[A-Za-z0-9_\-]{0,80}[a-z])"
        r"[A-Za-z0-9_\-]{40,2000}\b",
        "<token>",
    ),
)


def _compiled(rule: Rule) -> tuple[str, re.Pattern[str], str, tuple[str, ...]]:
    flags = re.ASCII | (re.IGNORECASE if rule.ignores_case else 0)
    replacement = re.sub(r"\$(\d)", r"\\g<\1>", rule.replacement)
    return rule.name, re.compile(rule.pattern, flags), replacement, rule.needs or ("",)


_COMPILED = [_compiled(rule) for rule in RULES]


def redact_line(line: str, taken: Counter[str]) -> str:
    """One line without what is private; ``taken`` counts what was taken out, by the names in NAMES."""
    line = line[:MAX_LINE]
    low = line.lower()
    for name, pattern, replacement, needs in _COMPILED:
        if not any(need in low for need in needs):
            continue
        line, count = pattern.subn(replacement, line)
        if count:
            taken[name] += count
    return line


def for_browser() -> dict[str, Any]:
    """The rules as static/js/redaction.js reads them."""
    return {
        "longest": MAX_LINE,
        "names": {name: list(words) for name, words in NAMES.items()},
        "rules": [
            {
                "name": rule.name,
                "pattern": rule.pattern,
                "flags": "gi" if rule.ignores_case else "g",
                "replacement": rule.replacement,
            }
            for rule in RULES
        ],
    }
