"""The sets of entries in the content folder: ``sets.yaml``, rows under the path of their kind.

A load only adds, as with the vocabularies: a set that an editor changed stays changed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction

from hub.core import catalogue, publishing
from hub.core.catalogue import Kind
from hub.core.contentfiles import ContentError
from hub.core.models import Event

SETS = "sets.yaml"


def load(path: Path) -> list[str]:
    """Add the sets that the file names and the archive lacks; returns a sentence for each that can't be.

    Entries come first: a set with an entry that is not in the archive is a problem, and nothing of it is
    added. A set whose slug exists stays as it is, whatever the file says.
    """
    problems: list[str] = []
    added: list[str] = []
    try:
        with transaction.atomic():
            for kind, row, line in _rows(path):
                try:
                    if kind.add_set(row):
                        added.append(row["slug"])
                except ValidationError as error:
                    problems.append(str(ContentError(path.name, line, " ".join(error.messages))))
            if added:
                publishing.announce_site_change(Event.Act.TAXONOMY, None, f"Added {', '.join(added)}")
    except ContentError as error:
        return [str(error)]
    return problems


def text() -> str:
    """The file's canonical text: every public set; empty where there is none."""
    sets = {kind.path: rows for kind in catalogue.kinds() if (rows := kind.set_rows())}
    if not sets:
        return ""
    return yaml.safe_dump(sets, allow_unicode=True, default_flow_style=None, sort_keys=False, width=10_000)


def _rows(path: Path) -> Iterator[tuple[Kind, dict[str, Any], int]]:
    """Kind, row and line of each set; raises ContentError for a file of another shape."""
    if not path.exists():
        return
    loader = yaml.BaseLoader("")
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        if not isinstance(root, yaml.MappingNode):
            raise ContentError(path.name, 1, "holds no “kind:” lines with sets below them")
        for key, rows in root.value:
            line = key.start_mark.line + 1
            if not isinstance(rows, yaml.SequenceNode):
                raise ContentError(path.name, line, f"“{key.value}” holds no list of sets")
            kind = catalogue.by_path(str(key.value))
            for node in rows.value:
                line = node.start_mark.line + 1
                row = loader.construct_object(node, deep=True)
                if not isinstance(row, dict):
                    raise ContentError(path.name, line, "a set is “key: value” lines")
                yield kind, row, line
    except LookupError as error:
        raise ContentError(path.name, line, str(error)) from None
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ContentError(path.name, mark.line + 1 if mark else 1, "is no YAML in UTF-8") from None
