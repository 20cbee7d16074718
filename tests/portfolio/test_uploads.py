"""What files are taken: by their content, whatever they are called; and that a hostile one does no harm."""

import contextlib
import io
import random
import struct
import time
import tracemalloc
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from portfolio.uploads import LARGEST_UPLOAD, MOST_PARTS, TAKEN_EXTENSIONS, check_upload

WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
EXCEL = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
POWERPOINT = {"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p:presentation/>"}
ODT = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            part.compress_type = method
            archive.writestr(part, content)
    return buffer.getvalue()


def check(name: str, content: bytes):
    return check_upload(SimpleUploadedFile(name, content))


def refusal(name: str, content: bytes) -> str:
    """Give the code of the refusal, which has a message that names the file."""
    with pytest.raises(ValidationError) as refused:
        check(name, content)
    (message,) = refused.value.messages
    assert len(message) > 10
    return str(refused.value.code)


GOOD = {
    "a.pdf": PDF,
    "a.png": b"\x89PNG\r\n\x1a\n\0\0",
    "a.jpg": b"\xff\xd8\xff\xe0",
    "a.gif": b"GIF89a",
    "a.webp": b"RIFF\0\0\0\0WEBP",
    "a.docx": zipped(WORD),
    "a.xlsx": zipped(EXCEL),
    "a.pptx": zipped(POWERPOINT),
    "a.odt": zipped(ODT),
    "a.ods": zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
    "a.odp": zipped({"mimetype": b"application/vnd.oasis.opendocument.presentation"}, zipfile.ZIP_STORED),
}


@pytest.mark.parametrize("name", GOOD)
def test_documents_and_images_are_taken(name):
    checked = check(name, GOOD[name])
    assert checked.name == name
    assert name.endswith(checked.extension)
    assert checked.size == len(GOOD[name])


def test_every_kind_that_is_offered_is_tried():
    assert {f".{name.rpartition('.')[2]}" for name in GOOD} | {".jpeg"} == set(TAKEN_EXTENSIONS)


@pytest.mark.parametrize(
    ("name", "content"),
    {
        "program": ("a.exe", b"MZ\x90\0"),
        "program called pdf": ("a.pdf", b"MZ\x90\0"),
        "program of Linux called docx": ("a.docx", b"\x7fELF"),
        "script": ("a.sh", b"#!/bin/sh\n"),
        "svg": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        "svg called png": ("a.png", b"<?xml version='1.0'?><svg/>"),
        "page": ("a.html", b"<!DOCTYPE html><script>alert(1)</script>"),
        "page called pdf": ("a.pdf", b"<html>%PDF-1.7"),
        "pdf that doesn't begin as one": ("a.pdf", b"\n%PDF-1.7"),
        "self-extracting": ("a.docx", b"MZ\x90\0" + zipped(WORD)),
        "plain zip": ("a.zip", zipped({"a.txt": b"x"})),
        "plain zip called docx": ("a.docx", zipped({"a.txt": b"x"})),
        "jar": ("a.docx", zipped({"META-INF/MANIFEST.MF": b"x", "a.class": b"\xca\xfe\xba\xbe"})),
        "old Word": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        "text": ("a.txt", b"hello"),
        "half a zip": ("a.docx", zipped(WORD)[:60]),
        "begins as a zip": ("a.docx", b"PK\x03\x04" + b"x" * 100),
        "epub": ("a.epub", zipped({"mimetype": b"application/epub+zip"})),
    }.values(),
)
def test_anything_else_is_refused(name, content):
    assert refusal(name, content) == "kind"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", PDF),
        ("a.html", PDF),
        ("a.pdf.html", PDF),
        ("a.svg", GOOD["a.gif"]),
        ("a.docx", GOOD["a.xlsx"]),
        ("a", PDF),
        ("a.", PDF),
        ("a.pdf.", PDF),
        ("a.js", b"GIF89a=1;alert(1)//"),
    ],
)
def test_name_has_to_fit_the_content(name, content):
    assert refusal(name, content) == "other_kind"


def test_what_is_two_kinds_at_once_is_kept_as_the_one_that_it_is_called():
    polyglot = b"GIF89a/*" + b"*/=1;alert(1)//<script>"
    assert check("a.gif", polyglot).content_type == "image/gif"
    assert check("a.pdf", PDF + zipped(WORD)).content_type == "application/pdf"


@pytest.mark.parametrize(
    "parts",
    [
        WORD | {"word/vbaProject.bin": b"x"},
        WORD | {"WORD/VBAPROJECT.BIN": b"x"},
        WORD
        | {
            "word/other.bin": b"x",
            "[Content_Types].xml": b'ContentType="application/vnd.ms-office.vbaProject"',
        },
        WORD | {"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"},
        EXCEL | {"xl/vbaData.xml": b"x"},
        ODT | {"Basic/Standard/Module1.xml": b"x"},
        ODT | {"Scripts/python/evil.py": b"x"},
    ],
)
def test_macros_are_refused_by_any_name(parts):
    assert refusal("a.odt" if "mimetype" in parts else "a.docx", zipped(parts)) == "macros"


def test_empty_libraries_that_an_office_program_always_writes_are_no_macros():
    parts = ODT | {"Basic/": b"", "Basic/script-lc.xml": b"<x/>", "Basic/Standard/script-lb.xml": b"<x/>"}
    assert check("a.odt", zipped(parts)).extension == ".odt"


def test_empty_and_huge_files_are_refused():
    assert refusal("a.pdf", b"") == "empty"
    assert refusal("a.pdf", PDF + b"x" * LARGEST_UPLOAD) == "too_large"
    assert check("a.pdf", PDF.ljust(LARGEST_UPLOAD, b"x")).size == LARGEST_UPLOAD


# --- Archives that unfold to more than they should ---------------------------------------------------------------------


def test_bomb_is_refused_without_unfolding_it():
    content = zipped(WORD | {f"word/media/{number}.bin": b"\0" * 30_000_000 for number in range(8)})
    assert len(content) < 500_000
    assert_cheap("bomb", content)


def test_part_that_lies_about_its_size_is_not_unfolded():
    """A `mimetype` that says that it has 39 bytes, and unfolds to 200 MB."""
    content = bytearray(zipped({"mimetype": b"\0" * 200_000_000}))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 39)
    content[22:26] = struct.pack("<I", 39)
    assert_cheap("kind", bytes(content))


def test_kinds_of_a_document_that_unfold_without_end_are_not_unfolded():
    content = bytearray(zipped({"[Content_Types].xml": b"\0" * 200_000_000}))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 500)
    assert_cheap("kind", bytes(content))


def test_hundreds_of_thousands_of_parts_are_not_even_listed():
    entry = (
        b"PK\x01\x02"
        + struct.pack("<4B4H3I5H2I", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)
        + b"a"
    )
    number = 300_000
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 0xFFFF, 0xFFFF, len(entry) * number, 4, 0)
    assert_cheap("bomb", b"PK\x03\x04" + entry * number + end)
    assert refusal("a.docx", zipped({f"{place}.xml": b"" for place in range(MOST_PARTS + 1)})) == "bomb"


def assert_cheap(code: str, content: bytes) -> None:
    upload = SimpleUploadedFile("a.docx", content)
    tracemalloc.start()
    begun = time.perf_counter()
    with pytest.raises(ValidationError) as refused:
        check_upload(upload)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.code == code
    assert time.perf_counter() - begun < 3
    assert peak < 3 * len(content) + 5_000_000


@pytest.mark.parametrize("seed", range(8))
def test_damaged_file_is_refused_or_taken_but_never_an_error(seed):
    chance = random.Random(seed)  # noqa: S311  # repeatable, not secret
    originals = [
        GOOD["a.docx"],
        GOOD["a.odt"],
        GOOD["a.odp"],
        zipped(WORD, zipfile.ZIP_LZMA),
        zipped(ODT, zipfile.ZIP_BZIP2),
    ]
    for _ in range(400):
        content = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(4, len(content))] = chance.randrange(256)
        with contextlib.suppress(ValidationError):
            check("a.docx", bytes(content))


# --- Names -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    {
        "plain": ("Plan van aanpak (2).pdf", "Plan van aanpak (2).pdf"),
        "letters with accents": ("Één – überzicht.pdf", "Één – überzicht.pdf"),
        "accents apart": ("re\u0301sume\u0301.pdf", "résumé.pdf"),
        "other alphabet": ("план.pdf", "план.pdf"),
        "capitals at the end": ("A.PDF", "A.pdf"),
        "spaces around": ("  a .pdf ", "a.pdf"),
        "writes from right to left": ("a\u202efdp.exe.pdf", "a_fdp.exe.pdf"),
        "invisible": ("a\u200bb.pdf", "a_b.pdf"),
        "line": ("a\nb\r\tc.pdf", "a_b__c.pdf"),
        "quotes and tags": (
            '"><img src=x>.pdf',
            "___img src_x_.pdf",
        ),
        "nothing before the dot": (".pdf", "file.pdf"),
        "dots alone": ("....pdf", "file.pdf"),
        "path": ("../../etc/passwd.pdf", "passwd.pdf"),
        "path of Windows": ("C:\\Users\\x\\a.pdf", "a.pdf"),
        "nul": ("a\0b.pdf", "a_b.pdf"),
        "emoji": ("a😀.pdf", "a_.pdf"),
    }.values(),
)
def test_name_is_kept_as_far_as_it_is_harmless(given, kept):
    upload = SimpleUploadedFile("x.pdf", PDF)
    # As it could come past Django's own cleaning.
    upload._name = given
    assert check_upload(upload).name == kept


def test_long_name_is_cut_and_keeps_its_ending():
    upload = SimpleUploadedFile("x.pdf", PDF)
    upload._name = "é" * 300 + ".pdf"
    name = check_upload(upload).name
    assert name.endswith("é.pdf")
    assert len(name) <= 160
    assert check("b" * 300 + ".pdf", PDF).name.endswith("b.pdf")
