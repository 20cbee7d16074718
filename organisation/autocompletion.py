"""Choosing related records in the admin by typing, where what no browser sends is an error on the form.

Django's own widget and field look up whatever was sent, and fail on an id that is no number or too large for the database.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import models
from django.http import HttpRequest


def is_id(value: object) -> bool:
    """Whether a record could have this as its id."""
    text = str(value)
    return (
        text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= models.BigAutoField.MAX_BIGINT
    )


class ChooseOne(AutocompleteSelect):
    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        return super().optgroups(name, [item for item in value if is_id(item)], attr)


class ChooseSeveral(AutocompleteSelectMultiple):
    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        return super().optgroups(name, [item for item in value if is_id(item)], attr)


class ChosenField(forms.ModelMultipleChoiceField):
    def clean(self, value: Any) -> Any:
        for item in value or []:
            if not is_id(item):
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": item}
                )
        return super().clean(value)


class AutocompleteAdmin(admin.ModelAdmin):
    """Has these widgets for its `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", ChooseOne(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", ChooseSeveral(db_field, self.admin_site))
            options.setdefault("form_class", ChosenField)
        return super().formfield_for_manytomany(db_field, request, **options)
