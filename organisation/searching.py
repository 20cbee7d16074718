"""What someone who searches asked for. Plain functions on plain data."""

MAXIMUM_SEARCH_LENGTH = 200
MAXIMUM_SEARCH_WORDS = 12


def search_words(text: str) -> list[str]:
    """Give the words of `text` in their order: in lower case, each once, and no more than twelve.

    Every word makes a query longer; whoever pastes a page asks for its first words.
    """
    return list(dict.fromkeys(text.lower().split()))[:MAXIMUM_SEARCH_WORDS]
