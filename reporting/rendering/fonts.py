"""The fonts within a PDF."""

from io import BytesIO

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Dictionary, Name


def undate_fonts(pdf: pikepdf.Pdf) -> None:
    """Take from embedded fonts the moment when their letters were picked: it would make each file another."""
    for item in pdf.objects:
        if isinstance(item, Dictionary) and Name.FontFile2 in item:
            with TTFont(
                BytesIO(item.FontFile2.read_bytes()), recalcBBoxes=False, recalcTimestamp=False
            ) as font:
                font["head"].modified = font["head"].created
                written = BytesIO()
                font.save(written, reorderTables=None)
            item.FontFile2.write(written.getvalue())
            item.FontFile2.Length1 = len(written.getvalue())
