"""SQL Server: sqlcmd's ``Msg 208``, SqlClient and ODBC (message formats as Microsoft publishes them)."""

import re
from dataclasses import replace

from debugarchive.matching.faults import Fault, Lines, by_shapes, shape

NAME = "sqlserver"
_SHAPES = (shape(r"Msg (?P<code>\d{1,6}), Level \d{1,3}, State \d{1,4}.*(?P<message>)"),)
_NUMBER = re.compile(r"Error Number:(\d{1,6}),State:")
_ODBC = re.compile(
    r".{0,80}?(?:\[(?:Microsoft|FreeTDS|unixODBC)\]){1,2}(?:\[[^\]]{1,80}\]){0,3}\s?(?P<message>.*?)(?: \((?P<code>\d{2,6})\))?"
    r"(?: \(SQL\w{3,30}\))?[\"')]{0,3}$"
)


def find(lines: Lines) -> list[Fault]:
    """``Msg 208, Level 16`` and the line after it; the number that SqlClient writes below its trace."""
    found = [
        replace(fault, code=f"mssql {fault.code}", message=lines[fault.at + 1].strip())
        for fault in by_shapes(NAME, _SHAPES, lines)
        if fault.at + 1 < len(lines)
    ]
    for at, line in enumerate(lines):
        if number := _NUMBER.match(line):
            thrown = next((one for one in reversed(lines[:at]) if "SqlException" in one), "")
            message = thrown.partition(": ")[2]
            found.append(
                Fault(NAME, message, type="SqlException", code=f"mssql {number[1]}", is_carried=True, at=at)
            )
    return found


def carried(message: str) -> tuple[str, str] | None:
    if "[Microsoft]" not in message and "[FreeTDS]" not in message:
        return None
    found = _ODBC.match(message)
    if found is None:
        return None
    return (f"mssql {found['code']}" if found["code"] else ""), found["message"]
