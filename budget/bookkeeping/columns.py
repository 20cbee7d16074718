"""The columns of a sheet with bookings: by which words they are found, and what the template calls them."""

from django.utils.translation import gettext as _

from organisation.spreadsheets.columns import Column

# In Dutch and in English, in the order of the template; each is one of the words below.
HEADINGS = {
    "date": ("Boekdatum", "Booking date"),
    "amount": ("Bedrag", "Amount"),
    "reference": ("Boekstuk", "Reference"),
    "project": ("Projectnummer", "Project number"),
    "year": ("Begrotingsjaar", "Budget year"),
    "category": ("Categorie", "Category"),
    "description": ("Omschrijving", "Description"),
}


def booking_columns() -> tuple[Column, ...]:
    """Give the columns that are looked for, in the language of the reader."""
    return (
        Column("date", _("datum or date"), ("boekdatum", "datum", "boekingsdatum", "date", "booking date")),
        Column("amount", _("bedrag or amount"), ("bedrag", "amount")),
        Column(
            "reference",
            _("boekstuk or reference"),
            (
                "boekstuk",
                "boekstuknummer",
                "boekingsnummer",
                "referentie",
                "boeking",
                "reference",
                "booking reference",
                "booking number",
            ),
        ),
        Column(
            "project",
            "project",
            ("project", "projectnummer", "projectcode", "project number", "project code"),
        ),
        Column(
            "year",
            _("jaar or year"),
            ("jaar", "boekjaar", "begrotingsjaar", "year", "budget year"),
            is_needed=False,
        ),
        Column("category", _("categorie or category"), ("categorie", "kostensoort", "soort", "category")),
        Column(
            "description", _("omschrijving or description"), ("omschrijving", "description"), is_needed=False
        ),
    )
