"""What an exception of a driver, a library or a framework carries: the database's own message and number."""

import re
from dataclasses import replace

from debugarchive.matching.faults import Fault
from debugarchive.matching.platforms import mysql, oracle, postgresql, sqlite, sqlserver

# Classes that every driver of a language has, or that wrap any driver's: the message alone says what happened.
CARRIERS = frozenset(
    """
    IntegrityError OperationalError ProgrammingError InternalError DatabaseError DataError NotSupportedError
    QueryException PDOException mysqli_sql_exception DriverException UniqueConstraintViolationException
    PSQLException SQLException SQLSyntaxErrorException SQLIntegrityConstraintViolationException
    SQLTransientConnectionException SQLNonTransientConnectionException BatchUpdateException SQLGrammarException
    ConstraintViolationException DataIntegrityViolationException JdbcSQLSyntaxErrorException SQLiteException
    MySQLSyntaxErrorException MySQLIntegrityConstraintViolationException CannotAcquireLockException
    SqlException MySqlException PostgresException NpgsqlException SqliteException OracleException DbUpdateException
    StatementInvalid RecordNotUnique InvalidForeignKey ConnectionNotEstablished NotNullViolation
    SequelizeDatabaseError SequelizeUniqueConstraintError QueryFailedError SqliteError PrismaClientKnownRequestError
    UndefinedTable UndefinedColumn UniqueViolation ForeignKeyViolation InFailedSqlTransaction LockNotAvailable
    DeadlockDetected QueryCanceled SyntaxError InvalidTextRepresentation
    """.split()
) - {"SyntaxError"}  # fmt: skip
_AROUND = re.compile(r"\((?:[\w.]{1,100}\.)?[A-Za-z]\w{1,60}\) (?=\S)|[A-Z]\w{1,30}::[A-Z]\w{1,60}: ")
_QUERY = re.compile(
    r"\s?(?:\((?:Connection: .{0,400}?, )?(?:Host: .{0,200}?, )?SQL: |\[SQL: |LINE \d{1,6}: |\(Background on this error"
    r"|; nested exception is |\[(?:Request ID|n/a)|\[insert into |\[select ).*"
)
# The definition of the key follows in brackets, in as many forms as keys have.
_KEY = re.compile(r"(a foreign key constraint fails).*")
_PIPELINE = re.compile(r"Command # \d{1,9} \(.{0,400}?\) of pipeline caused error: ")
_VENDORS = (oracle, sqlserver, mysql, sqlite, postgresql)
_MARKS = re.compile(
    r"\d{4}|SQL|ERROR: |FATAL: |PANIC: |ER_|constraint failed|no such |database |Mysql2|\[Microsoft\]|near \""
)


def _named(fault: Fault) -> str:
    return "" if fault.type == "Error" else fault.type


def unwrapped(fault: Fault) -> Fault:
    """The fault with the database's message and code, where it carries one."""
    message = _KEY.sub(r"\1", _PIPELINE.sub("", fault.message))
    if "SQL" in message or "LINE" in message or "[" in message:
        message = _QUERY.sub("", message)
    fault = replace(fault, message=message)
    is_carrier = fault.type in CARRIERS
    if is_carrier or fault.type == "Error":
        message = _AROUND.sub("", message, count=1) if _AROUND.match(message) else message
    if not is_carrier and not _MARKS.search(message):
        return fault
    for vendor in _VENDORS:
        if found := vendor.carried(message):
            code, inner = found
            return replace(
                fault,
                platform=vendor.NAME,
                type=_named(fault),
                code=code or fault.code,
                message=inner.strip(),
                is_carried=True,
            )
    if is_carrier:
        return replace(fault, message=message.strip(), is_carried=True)
    return fault
