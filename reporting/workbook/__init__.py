"""A report as a workbook: the same figures as on screen and in the PDF, with formulas for what is added up.

`render_workbook` makes it. What a sheet holds is a `Table` (`tables`), made from the content by a module per subject;
`sheets` writes tables row by row, and `archive` packs the file so that the same edition gives the same bytes.
"""

from reporting.workbook.rendering import render_workbook

__all__ = ["render_workbook"]
