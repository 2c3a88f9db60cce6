"""CVSS vectors: scores as FIRST publishes them, and reasons for what is no vector."""

import pytest

from security.severity import InvalidVector, severity

# From https://www.first.org/cvss/v3.1/examples and https://www.first.org/cvss/v4.0/examples.
PUBLISHED = [
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, "Medium"),  # CVE-2013-1937
    ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4, "Medium"),  # CVE-2013-0375
    ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1, "Low"),  # CVE-2014-3566
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5, "High"),  # CVE-2014-0160
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, "Critical"),
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0, "None"),
    ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0, "Critical"),
    ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 8.7, "High"),  # CVE-2014-0160
    ("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3, "High"),  # CVE-2022-41741
    ("CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7, "High"),  # CVE-2020-3549
    ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0, "None"),
]


@pytest.mark.parametrize(("vector", "score", "word"), PUBLISHED)
def test_a_vector_has_the_published_score(vector: str, score: float, word: str):
    found = severity(vector)
    assert (found.vector, found.score, found.word) == (vector, score, word)


def test_a_vector_is_spelled_out():
    found = severity("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N")
    assert [(one.name, one.meaning) for one in found.metrics[:5]] == [
        ("Attack Vector", "Network"), ("Attack Complexity", "Low"), ("Privileges Required", "None"),
        ("User Interaction", "Required"), ("Scope", "Changed"),
    ]  # fmt: skip
    assert found.version == "3.1"


def test_metrics_in_another_order_are_put_in_the_order_of_the_specification():
    assert severity("CVSS:3.1/A:N/I:L/C:L/S:C/UI:R/PR:N/AC:L/AV:N").vector == PUBLISHED[0][0]


def test_threat_metrics_lower_the_score():
    assert severity(f"{PUBLISHED[7][0]}/E:U").score < 8.7
    assert severity(f"{PUBLISHED[4][0]}/E:U").score < 9.8


@pytest.mark.parametrize(
    ("vector", "reason"),
    [
        ("", "begins with CVSS:3.1/ or CVSS:4.0/"),
        ("9.8", "begins with CVSS:3.1/ or CVSS:4.0/"),
        ("AV:N/AC:L/Au:N/C:P/I:P/A:P", "begins with CVSS:3.1/ or CVSS:4.0/"),
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "begins with CVSS:3.1/ or CVSS:4.0/"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", 'Missing mandatory metrics "A"'),
        ("CVSS:3.1/AV:Q/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 'Unknown value "Q"'),
        ("CVSS:3.1/AV:N/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 'Duplicate metric "AV"'),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/", "trailing"),
        ("CVSS:3.1/", "trailing"),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:S/SI:H/SA:H", "SC:S"),
        ("CVSS:4.0/AV:N", "Missing mandatory metrics"),
        ("CVSS:4.0/☃:N/AC:L", "Invalid metric"),
    ],
)  # fmt: skip
def test_what_is_no_vector_is_refused_with_the_reason(vector: str, reason: str):
    with pytest.raises(InvalidVector, match=reason):
        severity(vector)
