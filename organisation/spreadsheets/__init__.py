"""Tables that people upload, from Excel or CSV, read safely whatever the file is.

`unfolding` opens an archive within limits, `reading` gives plain cells that know their place, `csv_reading` gives the same
of a CSV file, `opening` tells the two apart by their content. `columns` finds a table by the names of its columns, `values`
turns cells into dates and texts, and `findings` collects what is wrong, each with its place. Plain functions on plain data:
nothing here knows what the tables are about.
"""
