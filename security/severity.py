"""The severity that a CVSS vector says: its score, the word for it, and its metrics in words.

CVSS 3.1 (https://www.first.org/cvss/v3.1/specification-document) and 4.0
(https://www.first.org/cvss/v4.0/specification-document); the library ``cvss`` computes the scores.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cvss import CVSS3, CVSS4, constants3, constants4
from cvss.exceptions import CVSSError


class InvalidVector(ValueError):
    """A text that is no vector of CVSS 3.1 or 4.0; the message says why."""


@dataclass(frozen=True)
class Metric:
    """One metric of a vector: ``AV``, Attack Vector, ``N``, Network."""

    code: str
    name: str
    value: str
    meaning: str


@dataclass(frozen=True)
class Severity:
    """What a vector says. ``vector`` is in the specification's order; ``score`` goes from 0.0 to 10.0."""

    version: str
    vector: str
    score: float
    word: str
    metrics: list[Metric]


def severity(vector: str) -> Severity:
    """Read a vector; raises InvalidVector with the reason.

    With threat (temporal) or environmental metrics the score is the one that takes them into account.
    """
    try:
        if vector.startswith("CVSS:3.1/"):
            third = CVSS3(vector)
            names, meanings = constants3.METRICS_ABBREVIATIONS, constants3.METRICS_VALUE_NAMES
            return _severity(
                "3.1", third.clean_vector(), third.scores()[-1], third.severities()[-1], names, meanings
            )
        if vector.startswith("CVSS:4.0/"):
            fourth = CVSS4(vector)
            names, meanings = constants4.METRICS_ABBREVIATIONS, constants4.METRICS_VALUE_NAMES
            return _severity(
                "4.0", fourth.clean_vector(), fourth.base_score, fourth.severity, names, meanings
            )
    except CVSSError as error:
        raise InvalidVector(f"{error}.") from None
    raise InvalidVector("A vector begins with CVSS:3.1/ or CVSS:4.0/.")


def _severity(
    version: str,
    vector: str,
    score: float,
    word: str,
    names: Mapping[str, str],
    meanings: Mapping[str, Mapping[str, str]],
) -> Severity:
    pairs = [part.split(":") for part in vector.split("/")[1:]]
    metrics = [Metric(code, names[code], value, meanings[code][value]) for code, value in pairs]
    return Severity(version, vector, float(score), word, metrics)
