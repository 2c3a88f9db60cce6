"""The payload form of a learning path: what it may contain, whichever way it comes in."""

from hub.core import fields
from hub.core.payload import PayloadForm
from learningpaths.fields import Modules
from learningpaths.models import PATH_LEVELS, Track


class LearningPathForm(PayloadForm):
    """Fields of a path, in the order of its file."""

    kind = "path"
    is_level_required = True

    level = fields.OneOf(choices=list(PATH_LEVELS.items()), required=True)
    track = fields.OneOf(choices=Track.choices, required=True, help_text="Where it leads to.")
    audience = fields.Words(
        required=True, max_length=200, help_text="For whom it is, and what they know already."
    )
    highlights = fields.Names(
        most=5, longest=24, required=True, help_text="Up to five short words for the card, in order."
    )
    mentor_guided = fields.YesNo(label="Mentor-guided", help_text="A mentor accompanies it.")

    outcomes = fields.Items(
        heading="Outcomes", required=True, most=12, help_text="What somebody can do at the end, one a line."
    )
    modules = Modules(
        heading="Modules", required=True, rows=24,
        help_text="### Title, then lines such as Hours: 2–4, Project: yes, Needs: 1, Entries: PY-JR-001, "
        "Milestone: a sentence, Resource: kind | title | address | cost | language; a blank line, the text.",
    )  # fmt: skip
    further = fields.Parts(heading="Further sections", rows=10, help_text="### Heading, then its text.")
