"""What rewrites and copies mean for the commits they link: which of them counts, and what each of them inherits.

Pure, and a function of the facts alone: links, liveness, each commit's own evidence and grades. So the order in which
entries arrived never matters, and ``verification`` can prove what ``posting`` wrote (design, sections 4 and 5).
"""

from tracker.lineage.counting import chosen, has_live_successor
from tracker.lineage.derive import settled
from tracker.lineage.graph import Holding, View, Word, is_spoken_of, own_word, reach, relatives, with_word

__all__ = [
    "Holding", "View", "Word", "chosen", "has_live_successor", "is_spoken_of", "own_word", "reach", "relatives",
    "settled", "with_word",
]  # fmt: skip
