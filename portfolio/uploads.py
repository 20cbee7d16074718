"""Whether an uploaded file is what it says: by its content, never by its name alone."""

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
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
    extension, content_type = _kind(content, upload.name or "")
    name = PurePath((upload.name or "").replace("\\", "/")).name
    given = PurePath(name).suffix.lower()
    if SAME.get(given, given) != extension:
        raise ValidationError(
            _("“%(name)s” holds %(found)s: give it the ending %(extension)s, or choose another file."),
            code="other_kind",
            params={"name": name, "found": content_type, "extension": extension},
        )
    stem = re.sub(r"[^\w .,()–-]", "_", PurePath(name).stem).strip(" .")[:150] or "file"
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
    if content.startswith(b"PK"):
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
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            refuse_bomb(archive, name)
            parts = {part.filename for part in archive.infolist()}
            if any(part.lower().endswith("vbaproject.bin") for part in parts):
                raise ValidationError(
                    _("“%(name)s” holds macros. Save it without them."), code="macros", params={"name": name}
                )
            for part, found in OFFICE_PARTS.items():
                if part in parts and "[Content_Types].xml" in parts:
                    return found
            if "mimetype" in parts:
                kind = archive.read("mimetype")[:100].decode("ascii", "replace").strip()
                if kind in OPEN_DOCUMENTS:
                    return OPEN_DOCUMENTS[kind], kind
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        # Broken, encrypted, or packed in a way that no Office program uses.
        return None
    return None


def refuse_bomb(archive: zipfile.ZipFile, name: str) -> None:
    """Raise `ValidationError` for an archive that unfolds to far more than a document does."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNFOLDED:
        raise ValidationError(
            _("“%(name)s” unfolds to more than a document does, so it was not opened."),
            code="bomb",
            params={"name": name},
        )
