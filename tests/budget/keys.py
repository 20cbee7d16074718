"""Makes keys, and the sheets that they are made of, for tests."""

from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from budget.choices import UploadKind
from budget.key_examining import KeyDetails
from budget.models import DistributionKey
from budget.services import adopt_key, keep_uploaded_key, receive_key_upload
from organisation.models import User
from tests.budget.sheets import REGIONS, csv_of

MEASURES = (
    "vast_bedrag",
    "woonruimten",
    "oppbeb",
    "OAD",
    "kernen",
    "opptot",
    "hoofdvaar",
    "BRZO",
    "inwoners",
)
TOTAL = Decimal("180000000.00")


def amounts_csv(**changes: str) -> bytes:
    """Give a sheet of amounts: 1.000.001,50 for the first region, a million more for each next one; changes by code."""
    rows = [["code", "regio", "bedrag"]]
    for number, (code, name) in enumerate(REGIONS.items(), start=1):
        rows.append([code, name, changes.get(code, f"{number}.000.001,50")])
    return csv_of(rows)


def measures_csv(**changes: str) -> bytes:
    """Give a sheet of measures, other for each region; changes are of the dwellings, by code."""
    rows = [["code", "regio", *MEASURES]]
    for number, (code, name) in enumerate(REGIONS.items(), start=1):
        dwellings = changes.get(code, f"{200_000 + number}")
        rows.append(
            [code, name, "0", dwellings, "12345,5", "1900", "90", "250000,25", "0", str(number), "500000"]
        )
    return csv_of(rows)


def details(**changes) -> KeyDetails:
    """Give what the form asks beside the sheet."""
    found = {
        "name": "BDUR",
        "source": "Circulaire",
        "legal_ground": "",
        "first_year": 2026,
        "last_year": 2026,
        "year": 2026,
    }
    return KeyDetails(**{**found, **changes})


def received(by: User, content: bytes, kind: UploadKind = UploadKind.KEY_SHEET, **changes):
    """Have a sheet examined and kept; gives the upload."""
    total = TOTAL if kind == UploadKind.MEASURES else None
    _examined, upload = receive_key_upload(
        kind,
        by=by,
        upload=SimpleUploadedFile("sleutel.csv", content),
        details=details(**{"total": total, **changes}),
    )
    return upload


def formula_key(by: User, *, adopted: bool = True, **changes) -> DistributionKey:
    """Make a key by the legal formula."""
    key = keep_uploaded_key(received(by, measures_csv(), UploadKind.MEASURES, **changes), by=by)
    return adopt_key(key, by=by) if adopted else key
