"""What someone who searches asked for."""

from hypothesis import given
from hypothesis import strategies as st

from organisation.searching import MAXIMUM_SEARCH_WORDS, search_words


def test_words_come_once_in_their_order_and_in_lower_case():
    assert search_words("  Risico en\tRISICO\n Crisis ") == ["risico", "en", "crisis"]


def test_text_without_words_asks_for_nothing():
    assert search_words(" \n") == []


def test_no_more_than_the_first_twelve_words_count():
    assert search_words(" ".join(f"w{number}" for number in range(40))) == [
        f"w{number}" for number in range(12)
    ]


@given(st.text())
def test_any_text_gives_few_distinct_words(text):
    words = search_words(text)
    assert len(words) == len(set(words)) <= MAXIMUM_SEARCH_WORDS
    assert all(word.lower() == word and word.split() == [word] for word in words)
