"""Titles, names and other texts of one line."""

from typing import Any

from django.db import models


class OneLineTexts(models.Model):
    """A record whose texts of one line are one line, whoever sends more: a title stands in subjects and in lists."""

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Any = None) -> None:
        """Check the fields, with each run of spaces and line ends in a text of one line as one space."""
        for field in self._meta.concrete_fields:
            value = getattr(self, field.attname)
            # What is derived from it, such as a state or an address, has values of its own.
            if type(field) is models.CharField and not field.choices and isinstance(value, str):
                setattr(self, field.attname, " ".join(value.split()))
        super().clean_fields(exclude)
