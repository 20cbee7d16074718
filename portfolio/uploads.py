"""Whether an uploaded file is what it says: by its content, never by its name alone."""

import hashlib
import io
import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

# In bytes.
LARGEST_UPLOAD = 20 * 1024 * 1024
# What a compressed Office file may unfold to, in bytes: more is a bomb.
LARGEST_UNFOLDED = 200 * 1024 * 1024
MOST_PARTS = 5_000
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
# First bytes → extension and kind.
SIGNATURES = (
    (re.compile(rb"%PDF-"), ".pdf", "application/pdf"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), ".png", "image/png"),
    (re.compile(rb"\xff\xd8\xff"), ".jpg", "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), ".gif", "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), ".webp", "image/webp"),
)
# What a zipped document holds → extension and kind.
OFFICE_PARTS = {
    "word/document.xml": (".docx", f"{OFFICE}wordprocessingml.document"),
    "xl/workbook.xml": (".xlsx", f"{OFFICE}spreadsheetml.sheet"),
    "ppt/presentation.xml": (".pptx", f"{OFFICE}presentationml.presentation"),
}
OPEN_DOCUMENTS = {
    f"{OPEN_DOCUMENT}text": ".odt",
    f"{OPEN_DOCUMENT}spreadsheet": ".ods",
    f"{OPEN_DOCUMENT}presentation": ".odp",
}
SAME = {".jpeg": ".jpg"}
# What a file chooser offers.
TAKEN_EXTENSIONS = (
    *(extension for _signature, extension, _kind_of_file in SIGNATURES),
    *SAME,
    *(extension for extension, _kind_of_file in OFFICE_PARTS.values()),
    *OPEN_DOCUMENTS.values(),
)
# Each part of a zip file has an entry in its directory that begins so.
DIRECTORY_ENTRY = b"PK\x01\x02"
# As much of a part as tells what a document is: the list of kinds of the largest ones takes some tens of kB.
LARGEST_LIST = 1024 * 1024
# Parts that hold a program: of Office by any name, of OpenDocument but for the empty libraries that it always writes.
MACRO_PARTS = re.compile(
    r"(?:.*/)?vba(?:project|data)[^/]*\.(?:bin|xml)|basic/.+/(?!script-lb\.|script-lc\.|dialog-lb\.|dialog-lc\.)[^/]+"
    r"|scripts/.*[^/]",
    re.IGNORECASE,
)
MACRO_KINDS = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)
# What Python's zip reader raises for files that are broken, encrypted, or packed in a way that no Office program uses.
UNREADABLE = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
)
LONGEST_STEM = 150


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """A file that was found to be what it says."""

    name: str
    extension: str
    content_type: str
    size: int
    sha256: str


def check_upload(upload: UploadedFile) -> CheckedUpload:
    """Find out what a file is. Raises `ValidationError` when it is too large or not of a kind that is taken.

    Taken are PDF, Word, Excel, PowerPoint and OpenDocument without macros, and images in PNG, JPEG, GIF and WebP.
    """
    size = upload.size or 0
    if size > LARGEST_UPLOAD:
        raise ValidationError(
            _("“%(name)s” is larger than %(most)s. Make it smaller, or split it."),
            code="too_large",
            params={"name": upload.name, "most": filesizeformat(LARGEST_UPLOAD)},
        )
    if size == 0:
        raise ValidationError(_("“%(name)s” is empty."), code="empty", params={"name": upload.name})
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    name = PurePath((upload.name or "").replace("\\", "/")).name.strip()
    extension, content_type = _kind(content, name)
    stem, dot, ending = name.rpartition(".")
    given = f".{ending.lower()}" if dot else ""
    if SAME.get(given, given) != extension:
        raise ValidationError(
            _("“%(name)s” holds %(found)s: give it the ending %(extension)s, or choose another file."),
            code="other_kind",
            params={"name": name, "found": content_type, "extension": extension},
        )
    # Letters with their accents as one character; what turns the direction of writing or can't be seen goes.
    stem = re.sub(r"[^\w .,()–-]", "_", unicodedata.normalize("NFC", stem))
    stem = stem.strip(" .")[:LONGEST_STEM].strip(" .") or "file"
    return CheckedUpload(
        name=stem + extension,
        extension=extension,
        content_type=content_type,
        size=size,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _kind(content: bytes, name: str) -> tuple[str, str]:
    for signature, extension, content_type in SIGNATURES:
        if signature.match(content):
            return extension, content_type
    if content.startswith(b"PK\x03\x04"):
        found = _zipped_kind(content, name)
        if found is not None:
            return found
    raise ValidationError(
        _(
            "“%(name)s” is not of a kind that is taken: PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), "
            "OpenDocument, PNG, JPEG, GIF or WebP."
        ),
        code="kind",
        params={"name": name},
    )


def _zipped_kind(content: bytes, name: str) -> tuple[str, str] | None:
    # Before the directory is read: a small file can hold hundreds of thousands of entries.
    if content.count(DIRECTORY_ENTRY) > MOST_PARTS:
        raise _bomb(name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            refuse_bomb(archive, name)
            parts = set(archive.namelist())
            if any(MACRO_PARTS.fullmatch(part) for part in parts):
                raise _macros(name)
            if "[Content_Types].xml" in parts:
                if MACRO_KINDS.search(_beginning(archive, "[Content_Types].xml", LARGEST_LIST)):
                    raise _macros(name)
                for part, found in OFFICE_PARTS.items():
                    if part in parts:
                        return found
            if "mimetype" in parts:
                kind = _beginning(archive, "mimetype", 100).decode("ascii", "replace").strip()
                if kind in OPEN_DOCUMENTS:
                    return OPEN_DOCUMENTS[kind], kind
    except UNREADABLE:
        return None
    return None


def _beginning(archive: zipfile.ZipFile, part: str, most: int) -> bytes:
    """Give the first bytes of a part; the size that the archive says it has is no promise."""
    with archive.open(part) as opened:
        return opened.read(most)


def _macros(name: str) -> ValidationError:
    return ValidationError(
        _("“%(name)s” holds macros. Save it without them."), code="macros", params={"name": name}
    )


def _bomb(name: str) -> ValidationError:
    return ValidationError(
        _("“%(name)s” unfolds to more than a document does, so it was not opened."),
        code="bomb",
        params={"name": name},
    )


def refuse_bomb(archive: zipfile.ZipFile, name: str) -> None:
    """Raise `ValidationError` for an archive that unfolds to far more than a document does."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNFOLDED:
        raise _bomb(name)


@contextmanager
def no_record_no_file(file: FieldFile) -> Iterator[None]:
    """Remove a file that was just stored when its record can't be."""
    with ExitStack() as undoing:
        undoing.callback(file.delete, save=False)
        yield
        undoing.pop_all()
