"""Which lines (or words) of two texts are the same, in bounded time whatever the texts are.

``difflib.SequenceMatcher`` finds the longest run again and again: cubic for crafted texts (24 kB took
minutes). Here lines that occur once on both sides are lined up first (patience), and SequenceMatcher only
sees the gaps between them, as long as a budget of steps lasts. What is left then counts as different.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

BUDGET = 3_000_000  # comparisons; less than half a second of Python


@dataclass(frozen=True)
class Block:
    """A run that both sides share: ``one[at_one:at_one + size] == other[at_other:at_other + size]``."""

    at_one: int
    at_other: int
    size: int


class Budget:
    """Steps that are left to spend; several texts of one page may share one."""

    def __init__(self, steps: int = BUDGET):
        self.steps = steps

    def spend(self, steps: int) -> bool:
        """Take the steps; False, and nothing taken, when they are not there."""
        if steps > self.steps:
            return False
        self.steps -= steps
        return True


def matching_blocks(one: Sequence[str], other: Sequence[str], budget: Budget | None = None) -> list[Block]:
    """The shared runs in order, neighbours joined; never more work than the budget allows."""
    budget = budget or Budget()
    pairs: list[Block] = []
    todo = [(0, len(one), 0, len(other))]
    while todo:
        low, high, other_low, other_high = todo.pop()
        start = low
        while low < high and other_low < other_high and one[low] == other[other_low]:
            low, other_low = low + 1, other_low + 1
        if low > start:
            pairs.append(Block(start, other_low - (low - start), low - start))
        end = high
        while low < high and other_low < other_high and one[high - 1] == other[other_high - 1]:
            high, other_high = high - 1, other_high - 1
        if end > high:
            pairs.append(Block(high, other_high, end - high))
        if low == high or other_low == other_high or not budget.spend(high - low + other_high - other_low):
            continue
        if anchors := _anchors(one, other, low, high, other_low, other_high):
            edges = [(low - 1, other_low - 1), *anchors, (high, other_high)]
            for (left, other_left), (right, other_right) in pairwise(edges):
                todo.append((left + 1, right, other_left + 1, other_right))
            pairs += [Block(*anchor, 1) for anchor in anchors]
        else:
            pairs += _small(one, other, (low, high, other_low, other_high), budget)
    return _joined(pairs)


def _anchors(
    one: Sequence[str], other: Sequence[str], low: int, high: int, other_low: int, other_high: int
) -> list[tuple[int, int]]:
    """Lines that occur once on each side, the longest run of them that is in order on both."""
    once = {line for line, count in Counter(one[low:high]).items() if count == 1}
    places = Counter(other[other_low:other_high])
    found = {line: at for at, line in enumerate(other[other_low:other_high], other_low) if places[line] == 1}
    candidates = [(at, found[one[at]]) for at in range(low, high) if one[at] in once and one[at] in found]
    tops: list[int] = []
    piles: list[tuple[int, int]] = []  # (index of the candidate, index of the one before it)
    last_of_pile: list[int] = []
    for index, (_, place) in enumerate(candidates):
        pile = bisect_left(tops, place)
        before = last_of_pile[pile - 1] if pile else -1
        piles.append((index, before))
        if pile == len(tops):
            tops.append(place)
            last_of_pile.append(index)
        else:
            tops[pile], last_of_pile[pile] = place, index
    chain: list[tuple[int, int]] = []
    index = last_of_pile[-1] if last_of_pile else -1
    while index >= 0:
        chain.append(candidates[index])
        index = piles[index][1]
    return chain[::-1]


def _small(
    one: Sequence[str], other: Sequence[str], region: tuple[int, int, int, int], budget: Budget
) -> list[Block]:
    low, high, other_low, other_high = region
    left, right = one[low:high], other[other_low:other_high]
    counts = Counter(right)
    pairs = sum(counts[line] for line in left)
    if not pairs or not budget.spend(pairs * min(len(left), len(right), pairs)):
        return []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return [Block(low + a, other_low + b, size) for a, b, size in matcher.get_matching_blocks() if size]


def _joined(blocks: list[Block]) -> list[Block]:
    joined: list[Block] = []
    for block in sorted(blocks, key=lambda block: block.at_one):
        last = joined[-1] if joined else None
        if last and last.at_one + last.size == block.at_one and last.at_other + last.size == block.at_other:
            joined[-1] = Block(last.at_one, last.at_other, last.size + block.size)
        else:
            joined.append(block)
    return joined
