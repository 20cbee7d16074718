"""Two texts side by side, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# A word with the space after it: of spaces apart there would be so many that they all fit each other.
WORD = re.compile(r"\S+\s*|\s+")


class PieceKind(StrEnum):
    """Whether a piece of text is in both texts, in the first or in the second alone."""

    SAME = "same"
    GONE = "gone"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that belong together. The pieces that are the same or gone make up the first text, the others the second."""

    kind: PieceKind
    text: str


def word_differences(before: str, after: str) -> tuple[Piece, ...]:
    """Give the pieces of both texts in reading order, what is gone before what came in its place."""
    first, second = WORD.findall(before), WORD.findall(after)
    # In long texts words that are everywhere are no ground to match on, or it would take minutes.
    matcher = SequenceMatcher(None, first, second)
    pieces = []
    for tag, begin, end, begin_after, end_after in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(PieceKind.SAME, "".join(first[begin:end])))
            continue
        if begin < end:
            pieces.append(Piece(PieceKind.GONE, "".join(first[begin:end])))
        if begin_after < end_after:
            pieces.append(Piece(PieceKind.ADDED, "".join(second[begin_after:end_after])))
    return tuple(pieces)
