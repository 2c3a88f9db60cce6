"""Writes into the front matter of a content file what ran its code, and when."""

import re
from datetime import UTC, datetime

import yaml

_FRONT_MATTER = re.compile(r"\A---\n(.*?)^---$", re.DOTALL | re.MULTILINE)
_VERIFIED = re.compile(r"^verified_(?:at|with):.*\n(?:[ -].*\n)*", re.MULTILINE)


def write(report):
    """Bring `verified_at` and `verified_with` of the report's file up to date; returns whether it changed.

    A file that failed, or whose code waits for a tool that this machine lacks, is left as it is.
    """
    if report.failures or any(block.runs for block, _ in report.skipped):
        return False
    text = report.path.read_text(encoding="utf-8")
    front = _FRONT_MATTER.match(text)
    if front is None:
        return False
    lines = _VERIFIED.sub("", front.group(1))
    if report.executed:
        lines = _with_verification(lines, report.versions)
    written = text[: front.start(1)] + lines + text[front.end(1) :]
    if written != text:
        report.path.write_text(written, encoding="utf-8")
    return written != text


def _with_verification(lines, versions):
    """The front matter with both lines, where a dump puts them: above the licence."""
    tools = [f"{name} {version}" for name, version in list(versions.items())[:8]]  # as many as an entry names
    verified = yaml.safe_dump(
        {"verified_at": datetime.now(UTC).date(), "verified_with": tools},
        default_flow_style=None,
        sort_keys=False,
        width=10_000,
    )
    place = re.search(r"^license:", lines, re.MULTILINE)
    position = place.start() if place else len(lines)
    return lines[:position] + verified + lines[position:]
