"""The workflow's table as a drawing, so that the documentation can't tell another story than the code."""

from contributions.models import State
from contributions.workflow import TABLE, Transition


def _targets(row: Transition) -> list[str]:
    if row.target is not None:
        return [row.target]
    return [State.APPROVED, State.PENDING] if row.action == "approve" else []


def mermaid() -> str:
    """A Mermaid state diagram of every row that changes the state."""
    ways: dict[tuple[str, str], list[str]] = {}
    for row in TABLE:
        for source in row.sources or ("[*]",):
            for target in _targets(row):
                names = ways.setdefault((source, target), [])
                if row.action not in names and source != target:
                    names.append(row.action)
    lines = [
        f"    {source} --> {target}: {', '.join(names)}" for (source, target), names in ways.items() if names
    ]
    return "\n".join(["stateDiagram-v2", *lines])
