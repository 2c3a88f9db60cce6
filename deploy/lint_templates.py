"""Compile every template of the project, and refuse what the house style and its content policy forbid.

    python -m deploy.lint_templates

Django finds a misspelt tag, filter or include only when the page is shown; this finds it at once. Mail
templates may carry styles: they are moved inline before sending, and no content policy applies to them.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent
OTHER_TEMPLATE = re.compile(r"""\{%\s*(?:include|extends)\s+["']([^"']+)["']""")
OF_THE_CONTENT_POLICY = (
    (re.compile(r"<style\b"), "a style element; use static/"),
    (re.compile(r"<[a-z][^>]*\sstyle="), "a style attribute; use a class"),
    (re.compile(r"<script\b(?![^>]*(?:\bsrc=|/(?:ld\+)?json))"), "an inline script; use static/"),
    (re.compile(r"<[a-z][^>]*\son[a-z]+="), "an event attribute; use static/"),
    (re.compile(r"javascript:"), "a javascript: address"),
)
OF_THE_HOUSE = (
    (re.compile(r"<img\b(?![^>]*\balt=)"), "an image without alt (WCAG 1.1.1)"),
    (
        re.compile(r"\{%\s*include\s+\"components/(?!site_)(?:(?!%\}|\bonly\b).)*%\}"),
        "a component without only",
    ),
    (
        re.compile(r"(?<!help_text)\|\s*safe\b|\{%\s*autoescape\s+off"),
        "unescaped output; make safe HTML where it is rendered",
    ),
)


def names_of_the_project() -> Iterator[tuple[Path, str]]:
    """Yield each template file of the project, with the name by which Django finds it."""
    for folder in (ROOT / "templates", *ROOT.glob("*/templates"), *ROOT.glob("hub/*/templates")):
        for path in sorted(folder.rglob("*.*")):
            yield path, path.relative_to(folder).as_posix()


def faults_of(path: Path, name: str) -> Iterator[tuple[int, str]]:
    """Yield line and reason of each fault of one template."""
    text = path.read_text()

    def line_of(match: re.Match[str]) -> int:
        return text.count("\n", 0, match.start()) + 1

    try:
        get_template(name)
    except TemplateSyntaxError as error:
        yield getattr(getattr(error, "token", None), "lineno", 1), str(error).splitlines()[0]
    for match in OTHER_TEMPLATE.finditer(text):
        try:
            get_template(match[1])
        except TemplateDoesNotExist:
            yield line_of(match), f"there is no template {match[1]}"
        except TemplateSyntaxError:
            continue  # named with its own file
    is_mail = "mail" in Path(name).parts
    rules = OF_THE_HOUSE if is_mail else (*OF_THE_CONTENT_POLICY, *OF_THE_HOUSE)
    for pattern, reason in rules if path.suffix == ".html" else ():
        for match in pattern.finditer(text):
            yield line_of(match), reason


def main() -> None:
    """Print every fault as path:line: reason; end with code 1 if there is one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    django.setup()
    faults = [
        f"{path.relative_to(ROOT)}:{line}: {reason}"
        for path, name in names_of_the_project()
        for line, reason in faults_of(path, name)
    ]
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
