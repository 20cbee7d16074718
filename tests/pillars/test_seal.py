"""The canonical form and the seal over it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillars.seal import canonical_form, seal

texts = st.text(st.characters(exclude_categories=["Cs"]))
contents = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def reversed_keys(content):
    if isinstance(content, dict):
        return {key: reversed_keys(value) for key, value in reversed(content.items())}
    if isinstance(content, list):
        return [reversed_keys(item) for item in content]
    return content


def test_known_vector():
    assert canonical_form({"b": [1, None, True], "a": "Eenheid"}) == b'{"a":"Eenheid","b":[1,null,true]}'
    # printf '{"a":"Eenheid","b":[1,null,true]}' | sha256sum
    assert seal({"b": [1, None, True], "a": "Eenheid"}) == VECTOR


VECTOR = "396e8ec5dd5ad315ec6dc5641e024a737e3d09d7ebffc73471c672d71e18a640"


@given(contents)
def test_order_of_keys_does_not_matter(content):
    assert seal(content) == seal(reversed_keys(content))


@given(texts)
def test_text_that_looks_the_same_has_the_same_seal(text):
    assert seal([unicodedata.normalize("NFD", text)]) == seal([unicodedata.normalize("NFC", text)])


@given(st.lists(contents, min_size=2, max_size=2))
def test_different_content_has_a_different_form(pair):
    first, second = pair
    assert (canonical_form(first) == canonical_form(second)) == (normal(first) == normal(second))


def normal(content):
    """Content in a form that Python compares as the seal does: true is not 1, text in normal form C."""
    if isinstance(content, dict):
        return ("dict", {unicodedata.normalize("NFC", key): normal(value) for key, value in content.items()})
    if isinstance(content, list):
        return ("list", [normal(item) for item in content])
    if isinstance(content, str):
        return ("str", unicodedata.normalize("NFC", content))
    return (type(content).__name__, content)


@pytest.mark.parametrize(
    "inexact", [1.0, float("nan"), {"euro": 0.1}, [[2.5]], b"bytes", {1: "number as key"}]
)
def test_what_is_not_exact_is_refused(inexact):
    with pytest.raises(TypeError):
        seal(inexact)
