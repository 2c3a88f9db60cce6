"""Estimates are worked out line by line, and what can't be is refused with its line and the reason."""

import contextlib

import pytest

from systemdesign.estimates import EstimateError, Figure, calculate, postfix, read_lines, readable


def figures(text: str) -> dict[str, Figure]:
    return {figure.line.name: figure for figure in calculate(read_lines(text))}


def value(expression: str) -> float:
    return figures(f"x = {expression}")["x"].value


def test_formulas_use_the_lines_above_them():
    found = figures("a_day = 10_000_000  # requests a day\n\npeak = a_day / 86400 * 3  # requests/s")
    assert found["peak"].value == 10_000_000 / 86400 * 3
    assert (found["peak"].line.number, found["peak"].line.unit) == (3, "requests/s")
    assert (found["a_day"].is_input, found["peak"].is_input) == (True, False)
    assert (found["a_day"].label, found["a_day"].shown, found["peak"].shown) == ("A day", "10 million", "347")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("2 ** 3 ** 2", 512), ("-2 ** 2", -4), ("7 // 2", 3),
        ("-7 // 2", -4), ("7 % 3", 1), ("-7 % 3", 2), ("1 // 0.1", 9), ("min(3, 1, 2)", 1),
        ("max(3, 2 ** 3)", 8), ("ceil(2.1)", 3), ("ceil(2)", 2), ("round(2.5)", 2), ("round(3.5)", 4),
        ("1e6 / 2", 500_000), ("0x10", 16), ("2 ** 122", 2.0**122), (".5", 0.5), ("- - 3", 3),
    ],
)  # fmt: skip
def test_arithmetic_is_that_of_python(expression: str, expected: float):
    assert value(expression) == expected


def test_rounding_up_forgives_what_floating_point_adds():
    assert 0.1 * 3 / 0.1 > 3
    assert value("ceil(0.1 * 3 / 0.1)") == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a = 1 / 0", "Line 1: divides by zero."),
        ("a = 0 ** -1", "Line 1: divides by zero."),
        ("a = 1 % (2 - 2)", "Line 1: divides by zero."),
        ("a = 1\nb = 2 * c", "Line 2: no line is called “c”."),
        ("a = é", "Line 1: no line is called “é”."),
        ("a = a + 1", "Line 1: “a” is worked out from itself."),
        ("a = b\nb = a", "Line 1: “b” is only given in line 2: a formula uses lines above it."),
        ("a = 1\n\na = 2", "Line 3: “a” is given in line 1 already."),
        ("a = 9 ** 9 ** 9", "Line 1: a figure is too large: at most 10 to the 100th."),
        ("a = 1e999", "Line 1: a figure is too large: at most 10 to the 100th."),
        (f"a = {'9' * 199}", "Line 1: a figure is too large: at most 10 to the 100th."),
        ("a = 1e60 * 1e60", "Line 1: a figure is too large: at most 10 to the 100th."),
        ("a = (-8) ** 0.5", "Line 1: takes a root of a negative number."),
        ("a = sqrt(2)", "Line 1: “sqrt” is no function here: there are min, max, ceil and round."),
        ("a = min(1)", "Line 1: “min” takes two to ten values."),
        ("a = round(1.23, 1)", "Line 1: “round” takes one value."),
        ("max = 1", "Line 1: “max” is a function here: take another name."),
        ("a = 2 +", "Line 1: “2 +” is no formula."),
        ("a = 2 3", "Line 1: “2 3” is no formula."),
        ("a", "Line 1: write name = number or formula  # unit."),
        ("a =  # unit", "Line 1: write name = number or formula  # unit."),
        ("Peak = 1", "Line 1: a name is made of lower-case letters, digits and _, at most 40."),
        ("a-b = 1", "Line 1: a name is made of lower-case letters, digits and _, at most 40."),
        (f"{'a' * 41} = 1", "Line 1: a name is made of lower-case letters, digits and _, at most 40."),
        (f"a = 1  # {'u' * 41}", "Line 1: a unit has at most 40 characters."),
        (f"a = {'1+' * 100}1", "Line 1: a formula has at most 200 characters."),
        ("\n".join(f"a{n} = 1" for n in range(41)), "Line 41: at most 40 lines."),
    ],
)
def test_what_can_not_be_worked_out_is_refused_with_its_line(text: str, reason: str):
    with pytest.raises(EstimateError) as refused:
        calculate(read_lines(text))
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').getcwd()", "().__class__", "[1][0]", "{}", "'a' * 9", "True", "None", "1j",
        "lambda: 1", "1 if 1 else 2", "1 < 2", "1 and 2", "not 1", "~1", "1 & 2", "1 << 99", "(x := 1)",
        "min(*a)", "min(1, key=2)", "f'{1}'", "a.b", "a[0]", "...", "1, 2", "abs.__call__(1)", "await_",
        "open('x')",
    ],
)  # fmt: skip
def test_nothing_but_arithmetic_is_understood(expression: str):
    with pytest.raises(EstimateError):
        figures(f"x = {expression}")


@pytest.mark.parametrize(
    "expression", ["(" * 99 + "1" + ")" * 99, "-" * 199 + "1", "2**" * 66 + "1", "9" * 200]
)
def test_crafted_formulas_are_worked_out_or_refused(expression: str):
    with contextlib.suppress(EstimateError):
        assert abs(value(expression)) <= 1e100


def test_a_program_is_words_without_parentheses():
    assert postfix("min(a, -2) * (b + 1)") == ["a", "2.0", "~", "min:2", "b", "1.0", "+", "*"]


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (0, "0"), (1, "1"), (2.5, "2.5"), (0.25, "0.25"), (0.00123456, "0.00123"), (34.72, "34.7"),
        (99.95, "100"), (347.22, "347"), (999.5, "1,000"), (1234.5, "1,235"), (86_400, "86,400"),
        (999_999.5, "1 million"), (12_345_678, "12.3 million"), (999.6e9, "1 trillion"),
        (3.5e12, "3.5 trillion"), (3.4e38, "3.4 × 10³⁸"), (1.84e-25, "1.84 × 10⁻²⁵"), (-2.5, "-2.5"),
        (-1_234_567, "-1.23 million"), (0.1 + 0.2, "0.3"),
    ],
)  # fmt: skip
def test_figures_are_written_for_people(figure: float, words: str):
    assert readable(figure) == words


def test_an_input_is_never_rounded():
    found = figures("a = 12_345_678\nb = 123.25\nc = 10_000_000\nd = -0.5\ne = a * 1")
    assert [one.shown for one in found.values()] == [
        "12,345,678", "123.25", "10 million", "-0.5", "12.3 million",
    ]  # fmt: skip
