"""Existing projects from an Excel workbook: the template to fill in, reading it safely, and finding every problem in it.

The way of a file: `organisation.spreadsheets` (plain cells with their place, within limits) → `tables` (sheets and columns
that we know) → `checking` (typed projects, and problems) → `services.importing` (made by the verbs). All but
`known`, which reads what the database knows, is plain functions on plain data.
"""
