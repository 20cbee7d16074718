"""The seal of adopted content: a canonical form and its SHA-256. Plain functions on plain data, without Django."""

import hashlib
import json
import unicodedata
from typing import Any


def canonical_form(content: Any) -> bytes:
    """Give the one byte string that stands for `content`.

    `content` holds dicts with text keys, lists, text, whole numbers, booleans and None. Keys are sorted, text is in
    Unicode normal form C, encoded as UTF-8; no white space between tokens. Raises `TypeError` for a float: what is
    sealed must be exact.
    """
    return json.dumps(
        _normal(content), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def seal(content: Any) -> str:
    """Give the SHA-256 of the canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_form(content)).hexdigest()


def _normal(content: Any) -> Any:
    match content:
        case dict():
            return {unicodedata.normalize("NFC", key): _normal(value) for key, value in content.items()}
        case list() | tuple():
            return [_normal(item) for item in content]
        case str():
            return unicodedata.normalize("NFC", content)
        case None | bool() | int():
            return content
        case _:
            raise TypeError(f"{type(content).__name__} has no canonical form")
