"""MySQL and MariaDB: the client, phpMyAdmin, and the numbered message inside every driver's exception."""

import re

from debugarchive.matching.faults import Fault, Lines, by_shapes, shape

NAME = "mysql"
_SHAPES = (
    shape(
        r"(?P<message>(?:mysql(?:dump|admin)?: .{0,40})?(?:Got error: )?(?:ERROR|Error|\[ERROR\]) \d{4}\b.*)"
    ),
    shape(r"(?P<message>#\d{4} - .*)"),
    shape(r"(?P<message>Error Code: \d{4}\. .*)"),
    shape(r"(?P<message>ER_[A-Z_0-9]{3,60}: .*)"),
    shape(r"(?:mysql|mysqldump|mysqladmin|mariadb): (?P<message>.*)"),
)
_NUMBERED = (
    re.compile(r"[\w:]{1,100}\(\): \([0-9A-Z]{5}/(?P<code>\d{4})\): (?P<message>.*)"),
    re.compile(
        r"(?:.{0,40}: )?(?:ERROR|Error) (?P<code>\d{4})(?: \([0-9A-Z]{5}\))?(?: at line \d{1,7})?(?: in file: .{1,200})?: (?P<message>.*)"
    ),
    re.compile(r"Error Code: (?P<code>\d{4})\. (?P<message>.*)"),
    re.compile(r"#(?P<code>\d{4}) - (?P<message>.*)"),
    re.compile(r"SQLSTATE\[\w{5}\](?:: [\w ,]{1,80})?:? \[?(?P<code>\d{4})\]? (?P<message>.*)"),
    re.compile(r"\((?P<code>\d{4}), [\"'](?P<message>.*?)[\"']\)(?:$| \(|\s{0,4}\[SQL)"),
    re.compile(r"(?P<code>\d{4}) \([0-9A-Z]{5}\): (?P<message>.*)"),
    re.compile(r"(?P<code>\b1[0-9]{3}): (?P<message>[A-Z].*)"),
)
_NAMED = re.compile(r"(?:ER_[A-Z_0-9]{3,60}|Mysql2::Error(?:::\w{1,40})?): (?P<message>.*)")


def find(lines: Lines) -> list[Fault]:
    return by_shapes(NAME, _SHAPES, lines)


def carried(message: str) -> tuple[str, str] | None:
    """The number of the error and the server's message."""
    for pattern in _NUMBERED:
        if found := pattern.match(message):
            return f"mysql {found['code']}", found["message"]
    found = _NAMED.match(message)
    return ("", found["message"]) if found else None
