"""Recognising a pasted error: from any text to the signatures of the errors in it.

Pure Python without Django, linear in the length of the text; docs/matching.md tells the whole algorithm.
``analyse`` is the way in; ``sign`` makes the signatures of one fault.
"""

from debugarchive.matching.cleaning import MAX_CHARACTERS
from debugarchive.matching.faults import Certainty, Fault
from debugarchive.matching.reading import Analysis, analyse, looks_like_error
from debugarchive.matching.signing import ALGORITHM, Signature, sign

__all__ = [
    "ALGORITHM",
    "MAX_CHARACTERS",
    "Analysis",
    "Certainty",
    "Fault",
    "Signature",
    "analyse",
    "looks_like_error",
    "sign",
]
