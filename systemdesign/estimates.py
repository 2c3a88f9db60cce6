"""Estimates: inputs with a name and a unit, and formulas over them, worked out and never run as code.

Each formula is read by Python's own parser and turned into a postfix program of words
(``requests_per_day 86400.0 / 3.0 *``). What the table of operations does not know is refused. The page
carries the same programs: static/js/estimates.js works them out again when a reader changes an input, in the
same arithmetic (IEEE 754 doubles), so both agree to the digit that is shown.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MOST_LINES = 40
MOST_NAME_CHARACTERS = 40
MOST_UNIT_CHARACTERS = 40
MOST_EXPRESSION_CHARACTERS = 200  # bounds the depth of nesting too
MOST_VALUE = 1e100
_CEIL_TOLERANCE = 1e-12

_LINE = re.compile(r"(?P<name>[^=#]*?)\s*=\s*(?P<expression>[^#]*?)\s*(?:#\s*(?P<unit>.*))?")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SYMBOLS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
}  # fmt: skip
_NEGATION = "~"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SCALES = ((Decimal(10**12), "trillion"), (Decimal(10**9), "billion"), (Decimal(10**6), "million"))


class EstimateError(ValueError):
    """A line that can't be worked out: its number from 1, and the reason as a sentence about it."""

    def __init__(self, line: int, reason: str):
        self.line, self.reason = line, reason
        super().__init__(f"Line {line}: {reason}")


class _Refused(ValueError):
    """The reason why an expression is refused; ``calculate`` adds the line."""


@dataclass(frozen=True)
class Line:
    """One assignment as written: ``name = expression  # unit``."""

    number: int
    name: str
    expression: str
    unit: str


@dataclass(frozen=True)
class Figure:
    """One line worked out; ``program`` is its expression as postfix words."""

    line: Line
    program: list[str]
    value: float

    @property
    def label(self) -> str:
        """The name as people write it: ``peak_requests`` → ``Peak requests``."""
        words = self.line.name.replace("_", " ").strip()
        return words[:1].upper() + words[1:]

    @property
    def is_input(self) -> bool:
        """Whether the line is a bare number, which a reader may change."""
        return len([word for word in self.program if word != _NEGATION]) == 1 and _is_number(self.program[0])

    @property
    def shown(self) -> str:
        """The value for people; an input with more digits than ``readable`` keeps is given in full."""
        is_exact = not self.is_input or _rounded(self.value) == Decimal(self.value)
        return readable(self.value) if is_exact else f"{self.value:,.15g}"


def read_lines(text: str) -> list[Line]:
    """Read one assignment a line; blank lines count for the numbers only. Raises EstimateError."""
    lines = []
    for number, raw in enumerate(text.split("\n"), 1):
        if not raw.strip():
            continue
        found = _LINE.fullmatch(raw.strip())
        if not found or not found["name"] or not found["expression"]:
            raise EstimateError(number, "write name = number or formula  # unit.")
        name, unit = found["name"], " ".join((found["unit"] or "").split())
        expression = " ".join(found["expression"].split())
        if not _NAME.fullmatch(name) or len(name) > MOST_NAME_CHARACTERS:
            reason = f"a name is made of lower-case letters, digits and _, at most {MOST_NAME_CHARACTERS}."
            raise EstimateError(number, reason)
        if len(unit) > MOST_UNIT_CHARACTERS:
            raise EstimateError(number, f"a unit has at most {MOST_UNIT_CHARACTERS} characters.")
        if len(expression) > MOST_EXPRESSION_CHARACTERS:
            raise EstimateError(number, f"a formula has at most {MOST_EXPRESSION_CHARACTERS} characters.")
        lines.append(Line(number, name, expression, unit))
        if len(lines) > MOST_LINES:
            raise EstimateError(number, f"at most {MOST_LINES} lines.")
    return lines


def calculate(lines: Sequence[Line]) -> list[Figure]:
    """Work out all lines from top to bottom; raises EstimateError for the first that can't be.

    A formula uses only names of lines above it, so nothing goes in a circle.
    """
    places = {line.name: line.number for line in reversed(lines)}
    values: dict[str, float] = {}
    figures = []
    for line in lines:
        try:
            _check_name(line, places)
            program = postfix(line.expression)
            _check_names(program, line, values, places)
            values[line.name] = run(program, values)
        except _Refused as refusal:
            raise EstimateError(line.number, str(refusal)) from None
        figures.append(Figure(line, program, values[line.name]))
    return figures


def _check_name(line: Line, places: dict[str, int]) -> None:
    if line.name in _FUNCTIONS:
        raise _Refused(f"“{line.name}” is a function here: take another name.")
    if places[line.name] != line.number:
        raise _Refused(f"“{line.name}” is given in line {places[line.name]} already.")


def _check_names(program: list[str], line: Line, values: dict[str, float], places: dict[str, int]) -> None:
    for word in program:
        if not word.isidentifier() or word in values:
            continue
        if word == line.name:
            raise _Refused(f"“{word}” is worked out from itself.")
        if word in places:
            raise _Refused(f"“{word}” is only given in line {places[word]}: a formula uses lines above it.")
        raise _Refused(f"no line is called “{word}”.")


def postfix(expression: str) -> list[str]:
    """Turn an expression into postfix words: numbers, names, operators, ``~`` (minus), ``min:2`` (calls)."""
    try:
        tree = ast.parse(expression, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise _Refused(f"“{expression}” is no formula.") from None
    return list(_words(tree.body))


def _words(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            yield _literal(number)
        case ast.Name(id=name):
            yield name
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield from _words(operand)
            yield _NEGATION
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SYMBOLS:
            yield from _words(left)
            yield from _words(right)
            yield _SYMBOLS[type(sign)]
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            for argument in arguments:
                yield from _words(argument)
            yield _call(name, len(arguments))
        case _:
            raise _Refused("only numbers, names, + - * / // % **, parentheses, min, max, ceil and round.")


def _literal(number: float) -> str:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    return repr(_bounded(value))


def _call(name: str, count: int) -> str:
    if name not in _FUNCTIONS:
        raise _Refused(f"“{name}” is no function here: there are min, max, ceil and round.")
    least, most = (2, 10) if name in {"min", "max"} else (1, 1)
    if not least <= count <= most:
        raise _Refused(f"“{name}” takes {'one value' if most == 1 else 'two to ten values'}.")
    return f"{name}:{count}"


def run(program: Sequence[str], values: dict[str, float]) -> float:
    """The value of a postfix program, given the values of its names."""
    stack: list[float] = []
    for word in program:
        name, _, count = word.partition(":")
        if word in _OPERATIONS:
            right, left = stack.pop(), stack.pop()
            stack.append(_worked_out(_OPERATIONS[word], left, right))
        elif word == _NEGATION:
            stack.append(-stack.pop())
        elif count:
            arguments = stack[-int(count) :]
            stack[-int(count) :] = [_FUNCTIONS[name](*arguments)]
        else:
            stack.append(float(word) if _is_number(word) else values[word])
    return stack.pop()


def _worked_out(operation: Callable[[float, float], float], left: float, right: float) -> float:
    try:
        value = operation(left, right)
    except ZeroDivisionError:
        raise _Refused("divides by zero.") from None
    except OverflowError:
        value = math.inf
    if isinstance(value, complex):
        raise _Refused("takes a root of a negative number.")
    return _bounded(value)


def _bounded(value: float) -> float:
    # Doubles take the same time for any power, so the size of the result is the only bound they need.
    if not abs(value) <= MOST_VALUE:
        raise _Refused("a figure is too large: at most 10 to the 100th.")
    return value


def _ceil(value: float) -> float:
    # What floating point adds in the sixteenth digit must not become one machine more.
    return float(math.ceil(value - abs(value) * _CEIL_TOLERANCE))


def _is_number(word: str) -> bool:
    return word[0].isdigit()


_OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "//": operator.floordiv, "%": operator.mod, "**": operator.pow,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "min": min, "max": max, "ceil": _ceil, "round": lambda value: float(round(value)),
}  # fmt: skip


def readable(value: float) -> str:
    """A figure for people: ``347``, ``34.7``, ``0.0035``, ``12.3 million``, ``3.4 × 10³⁸``.

    Three digits count; a figure from 100 up to a million is rounded to a whole number.
    """
    rounded = _rounded(value)
    size = abs(rounded)
    if size >= 10**15 or 0 < size < Decimal("1e-6"):
        exponent = rounded.adjusted()
        mantissa = rounded.scaleb(-exponent).normalize()
        return f"{mantissa:f} × 10{str(exponent).translate(_SUPERSCRIPTS)}"
    for scale, name in _SCALES:
        if size >= scale:
            return f"{(rounded / scale).normalize():f} {name}"
    return f"{rounded.normalize():,f}"


def _rounded(value: float) -> Decimal:
    """Half is rounded away from zero, as JavaScript's toPrecision does; Python's own format goes to even."""
    exact = Decimal(value)
    if not exact:
        return Decimal(0)
    is_whole = 100 <= abs(exact) < 10**6
    quantum = Decimal(1) if is_whole else Decimal(1).scaleb(exact.adjusted() - 2)
    return exact.quantize(quantum, ROUND_HALF_UP)
