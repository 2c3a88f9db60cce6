from hub.core import fields
from hub.core.payload import PayloadForm


class ToyForm(PayloadForm):
    kind = "toy"

    pieces = fields.Whole(required=True, min_value=1, max_value=1000)
    play = fields.Prose(heading="How to play", required=True)
