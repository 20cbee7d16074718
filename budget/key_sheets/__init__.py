"""Sheets with a row per region: the official amounts, and the measures of the legal formula.

Plain functions on plain data: a sheet and the names of the regions in, amounts and problems with their place out.
"""
