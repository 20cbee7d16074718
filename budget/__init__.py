"""Distribution keys, contributions of the regions, what is planned and what is spent."""
