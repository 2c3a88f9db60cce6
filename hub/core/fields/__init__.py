"""The fields of payload forms: each knows its text, how it merges and how it is rendered.

A value has two forms. Its *structure* (a string, a list, a dict) is what a payload stores as JSON. Its
*text* is what a person edits in a form or in a content file, what differences are shown of and what
line-wise merging works on. ``to_python`` takes either, so a form post, a file and an API call all
validate through the same field; anything else is a ValidationError.
"""

from hub.core.fields.base import CODE, PROSE, PUBLIC_ID, ROWS, SCALAR, SET, PayloadField
from hub.core.fields.lists import Items, Questions, Relations
from hub.core.fields.parts import AnswersByLevel, Exercise, Parts
from hub.core.fields.scalars import Day, Known, Names, OneOf, SeveralOf, Whole, Words, YesNo
from hub.core.fields.texts import Prose, StructuredText, TextField

__all__ = [
    "CODE",
    "PROSE",
    "PUBLIC_ID",
    "ROWS",
    "SCALAR",
    "SET",
    "AnswersByLevel",
    "Day",
    "Exercise",
    "Items",
    "Known",
    "Names",
    "OneOf",
    "Parts",
    "PayloadField",
    "Prose",
    "Questions",
    "Relations",
    "SeveralOf",
    "StructuredText",
    "TextField",
    "Whole",
    "Words",
    "YesNo",
]
