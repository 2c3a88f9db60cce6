"""Spellings near a typo: the known words at a single edit (after Peter Norvig's spelling corrector)."""

import re
from itertools import islice, product

from hub.search import words
from hub.search.models import Word
from hub.search.parsing import Query

MOST_CORRECTIONS = 6
_MOST_TOKENS, _MOST_CHOICES = 4, 4
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def edits(word: str) -> set[str]:
    """All words at one deletion, transposition, replacement or insertion from ``word``."""
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    deleted = {left + right[1:] for left, right in splits if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    replaced = {left + letter + right[1:] for left, right in splits if right for letter in _LETTERS}
    inserted = {left + letter + right for left, right in splits for letter in _LETTERS}
    return (deleted | swapped | replaced | inserted) - {word}


def corrections(query: Query) -> list[str]:
    """The query's text with its unknown words set right, a few ways; words that are known stay."""
    tokens = [token for token in dict.fromkeys(query.tokens) if 3 <= len(token) <= 24 and token.isascii()]
    known = set(Word.objects.filter(word__in=tokens).values_list("word", flat=True))
    typed = {words.whole(word): word for word in re.findall(r"\w+", query.text)}
    choices: dict[str, list[str]] = {}
    for token in tokens[:_MOST_TOKENS]:
        if token not in known and token in typed:
            near = Word.objects.filter(word__in=edits(token)).values_list("word", flat=True)
            ranked = sorted(near, key=lambda word: (word[0] != token[0], word[-1] != token[-1], word))
            if ranked:
                choices[typed[token]] = ranked[:_MOST_CHOICES]
    if not choices:
        return []
    texts = []
    for chosen in islice(product(*choices.values()), MOST_CORRECTIONS):
        text = query.text
        for wrong, right in zip(choices, chosen, strict=True):
            text = text.replace(wrong, right, 1)
        texts.append(text)
    return texts
