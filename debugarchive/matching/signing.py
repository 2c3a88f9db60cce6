"""Signatures: three short hashes of one fault, from the narrowest to the widest.

Level 1: type, code and template, and the names where they belong to the error. Level 2: the template (with the
code or type where it says little): the same message whoever carries it. Level 3: the code, or type and words.
"""

import hashlib
import re
from dataclasses import dataclass

from debugarchive.matching.faults import Certainty, Fault
from debugarchive.matching.templates import Template, template_of

ALGORITHM = 2  # rises when the same wording would get other signatures: then run rebuild_signatures

# Types that say nothing: everybody throws them.
_GENERIC = frozenset(
    {
        "", "error", "exception", "runtimeerror", "runtimeexception", "fatal", "fatalerror", "applicationexception",
        "throwable", "errorexception", "standarderror", "warning", "systemexit", "panic", "domexception",
    }
)  # fmt: skip
# Types that a language throws for everything of a sort: without a message they make no family.
_BROAD_TYPES = frozenset(
    {
        "typeerror", "syntaxerror", "valueerror", "attributeerror", "oserror", "ioerror", "ioexception", "importerror",
        "illegalargumentexception", "illegalstateexception", "invalidoperationexception", "argumenterror",
        "argumentexception", "rangeerror", "referenceerror", "errorexception", "systemerror", "assertionerror",
        "filenotfounderror", "permissionerror", "connectionerror", "connectexception", "socketexception", "urlerror",
        "nomethoderror", "nameerror", "compileerror", "parseerror", "httperror", "httpexception", "servletexception",
        "warning", "userwarning", "deprecationwarning", "exceptiongroup",
    }
)  # fmt: skip
# Codes under which a vendor keeps many different errors.
_BROAD = frozenset({"mysql 1064", "mysql 1105", "E0277", "E0308", "E0599", "TS2345", "TS2322", "TS2339", "TS2769", "CS1061",
                    "CS1002", "CS1513", "mssql 102", "mssql 50000", "ORA-06512", "ORA-00604", "npm ELIFECYCLE", "npm 1", "npm 2", "npm ENOENT", "npm EACCES", "npm E404", "mysql 2002", "mysql 2003", "ENOENT", "EACCES", "EPERM", "ECONNREFUSED",
                    "ECONNRESET", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EPIPE", "SQLSTATE HY000", "SQLSTATE 42000"})  # fmt: skip
# Two of these make no family: half of all messages hold them.
_WEAK = frozenset(
    {
        "argument", "arguments", "attribute", "error", "exception", "expected", "failed", "found", "function", "invalid",
        "name", "object", "property", "token", "type", "unable", "undefined", "unexpected", "unknown", "value",
    }
)  # fmt: skip
_PLATFORMS = frozenset(
    {
        "python", "javascript", "php", "jvm", "dotnet", "go", "rust", "ruby", "perl", "native", "shell", "docker",
        "git", "npm", "pip", "typescript", "postgresql", "mysql", "sqlite", "sqlserver", "oracle", "compiler",
        "linker", "loader", "nginx", "kubernetes",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Signature:
    """The keys of one fault, 16 hexadecimal digits each; an empty one says nothing.

    ``level_1`` holds no names, ``level_1_named`` does. ``template`` and ``names`` are what they are made of.
    """

    level_1: str
    level_1_named: str
    level_2: str
    level_3: str
    template: str
    type: str
    code: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    kept: tuple[str, ...]


# Of a line of no known shape these words say that something went wrong; a line without them is no error.
_TROUBLE = re.compile(
    r"error|fail|fatal|cannot|can't|could ?n[o']t|unable|denied|refused|invalid|missing|not found|no such|unknown|"
    r"undefined|exceed|exhaust|abort|crash|kill|panic|overflow|out of|\boom\b|time[d ]?.?out|deadlock|conflict|reject|"
    r"no space|segmentation|locked|unapplied|may not work|technical difficulties|duplicate|violat|exited, code=dumped|(?:exit code|status|signal) -?[1-9]|unexpected|unhandled|uncaught|illegal|forbidden|unauthori[sz]ed|expired|broken|corrupt|not allowed|not permitted|"
    r"already|in use|is full|limit|leak|segv|violation|incompatible|incorrect|unmet|mismatch|unsupported|back-?off|"
    r"unhealthy|exception|\bbad\b|wrong|prematurely|no live|too (?:big|large|many|long)|does ?n[o']t|did ?n[o']t|null|"
    r"\bnil\b|only \* of|unsafe|not (?:assignable|valid|defined|a function|set|ready|reachable|available)|possibly|is gone"
)
# What many programs print after very different errors.
_MUTE = frozenset(
    {
        "aborted", "aborted (core dumped)", "killed", "terminated", "build failed", "command failed", "error", "failed",
        "internal server error", "an error occurred", "something went wrong", "unknown error", "panic recovered",
        "* panic recovered", "[recovery] * panic recovered", "unhandled exception", "fatal error", "exit status 1",
        "exit status 2", "exit code 1", "process exited with code 1", "returned a non-zero code: 1", "script error",
    }
)  # fmt: skip
_MUTE_ENDS = re.compile(
    r"(?:[\w./* -]{0,60}: )?(?:the )?(?:command|process|script|job|task|container|step)\b.{0,60}\b(?:failed|exited|completed|returned|finished)\b"
    r".{0,40}\b(?:code|status)[: ]{1,2}\d{1,3}$"
)


def sign(fault: Fault) -> Signature | None:
    """The signatures of a fault; None for one that says too little to be told from others."""
    template = template_of(fault.message, fault.platform)
    kind = (fault.type or (fault.platform if fault.certainty > Certainty.LINE else "")).lower()
    if (
        not _says_something(kind, fault.code, template)
        or template.text in _MUTE
        or _MUTE_ENDS.match(template.text)
    ):
        return None
    if fault.certainty == Certainty.LINE and not fault.code and not _TROUBLE.search(template.text):
        return None
    whole = f"{kind}|{fault.code}|{fault.context}{template.text}"
    return Signature(
        level_1=_key(1, whole),
        level_1_named=_key(1, "|".join([whole, *template.names])) if template.names else "",
        level_2=_level_2(fault, kind, template),
        level_3=_level_3(fault, kind, template),
        template=template.text,
        type=fault.type,
        code=fault.code,
        names=template.names,
        words=template.words,
        kept=template.kept,
    )


def _says_something(kind: str, code: str, template: Template) -> bool:
    if code and code not in _BROAD:
        return True
    if template.is_common:
        return bool(kind)
    if kind not in _GENERIC:
        return bool(template.words) or kind not in _PLATFORMS
    return len(template.words) >= 2


def _level_2(fault: Fault, kind: str, template: Template) -> str:
    if template.is_telling:
        return _key(2, f"{fault.context}{template.text}")
    if fault.code:
        return _key(2, f"{fault.code}|{template.text}")
    if template.words and not fault.is_carried and kind not in _GENERIC:
        return _key(2, f"{kind}|{template.text}")
    return _key(2, template.text) if len(template.words) >= 2 and not template.is_common else ""


def _level_3(fault: Fault, kind: str, template: Template) -> str:
    if fault.code and fault.code not in _BROAD:
        return _key(3, fault.code)
    if len(template.words) < 2 and kind not in _BROAD_TYPES | _GENERIC | _PLATFORMS and not fault.is_carried:
        return _key(3, f"{kind}|")
    if len(template.words) < 2 or template.is_common or _WEAK.issuperset(template.words):
        return ""
    if not fault.is_carried and kind in _GENERIC | _PLATFORMS:
        return ""
    return _key(3, f"{'' if fault.is_carried else kind}|{' '.join(template.words)}")


def _key(level: int, text: str) -> str:
    return hashlib.blake2b(f"{level}|{text}".encode(), digest_size=8).hexdigest()
