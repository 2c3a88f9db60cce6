"""C and C++: GCC, Clang, MSVC, the linkers, and what a process prints when it dies."""

import re
from dataclasses import replace

from debugarchive.matching.faults import Fault, Lines, by_shapes, shape, with_names_quoted

NAME = "native"
_PLACE = r"(?:<path>|[^\s:]{1,300})"
_SHAPES = (
    shape(rf"{_PLACE}:\d{{1,7}}(?::\d{{1,7}})?: (?:fatal error|error): (?P<message>.*)", type="compiler"),
    shape(r"(?:.{0,400}: )?(?:error: )?(?P<message>undefined reference to .*)", type="linker"),
    shape(
        r"(?:ld\.lld|lld|ld|ld64\.lld|mold|\S{0,60}/ld|<path>): (?:error: )?(?P<message>(?:undefined symbol|cannot find|multiple definition|duplicate symbol|library not found).*)",
        type="linker",
    ),
    shape(r"(?:.{0,400}: )?(?P<message>multiple definition of .*)", type="linker"),
    shape(r"(?P<message>Undefined symbols for architecture .*)", type="linker"),
    shape(
        rf"(?:{_PLACE}\(\d{{1,7}}(?:,\d{{1,7}})?\): |\S{{1,200}}\.obj : |LINK : |LIBCMT\S{{0,40}} : )?(?:fatal )?error (?P<code>(?:C|LNK|D|U)\d{{4}}): (?P<message>.*)"
    ),
    shape(r"==\d{1,9}==\s?ERROR: (?P<type>\w{1,40}Sanitizer): (?P<message>[\w-]{1,80}).*"),
    shape(
        r"(?:\S{1,200}: |g?make(?:\[\d{1,3}\])?: \*\*\* \[.{1,200}\] )?(?P<message>Segmentation fault|Bus error|Illegal instruction|Floating point exception)(?: {1,4}\(core dumped\))?.*"
    ),
    shape(r"terminate called after throwing an instance of '(?P<type>[^']{1,200})'(?P<message>)"),
    shape(r"(?P<message>\*\*\* [a-z][a-z ]{5,80}(?:detected|corruption)[ \w*]{0,40})"),
    shape(
        r"(?P<message>(?:free|malloc|realloc|munmap_chunk|corrupted|double free)[\w()]{0,40}:? [a-z ()!]{5,80})$"
    ),
    shape(r"(?:\S{1,300}: )?(?P<message>error while loading shared libraries: .*)", type="loader"),
)
_OPTION = re.compile(r" \[-?[\w=,+-]{1,80}\]$|; did you mean .*|; use option .*")
_NAMES = (
    re.compile(r"undefined symbol: (\S{1,300})"),
    re.compile(r"unresolved external symbol (.{1,300}) referenced in function .*"),
    re.compile(r"unresolved external symbol (\S{1,300})"),
    re.compile(r"cannot find (-l\S{1,100})"),
    re.compile(r"(\S{1,200}): No such file or directory"),
    re.compile(r"error while loading shared libraries: (\S{1,200}):"),
)
_REFERRER = re.compile(r"(unresolved external symbol '?).{1,600}('?) referenced in function .*")


def find(lines: Lines) -> list[Fault]:
    """Errors in their order: the first of a compiler or linker is the one to mend first."""
    found = []
    for fault in by_shapes(NAME, _SHAPES, lines):
        message = fault.message
        if not message and fault.at + 1 < len(lines):
            message = lines[fault.at + 1].partition("what():")[2].strip() or "terminate called"
        message = with_names_quoted(_OPTION.sub("", message), _NAMES)
        message = _REFERRER.sub("unresolved external symbol 'x' referenced in function 'y'", message)
        found.append(replace(fault, message=message))
    return found
