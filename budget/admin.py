"""The Django admin of the budget's reference data. Keys, contributions and costs are tended to on pages of their own."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.coefficients import CoefficientsProblem, as_content, checked_content
from budget.models import FormulaCoefficients
from organisation.conflicts import UnchangedSinceForm
from organisation.models import Region


class NestedField(forms.JSONField):
    """A JSON field that says of endless nesting that it is wrong."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except RecursionError:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": "…"}
            ) from None


class CoefficientsForm(UnchangedSinceForm):
    """A version of the coefficients: `content` is checked as the file of the programme is, and its days are those of the form."""

    class Meta:
        model = FormulaCoefficients
        fields: ClassVar = ("valid_from", "valid_until", "source", "content")
        field_classes: ClassVar = {"content": NestedField}
        help_texts: ClassVar = {
            "content": gettext_lazy(
                "As in the version before it. Numbers stand between quotes and have a decimal point; the days and the "
                "source are taken over from above."
            )
        }
        widgets: ClassVar = {"content": forms.Textarea(attrs={"rows": 40, "cols": 100})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if {"valid_from", "valid_until", "source", "content"} <= cleaned.keys():
            self._check_content(cleaned)
        begins, ends = cleaned.get("valid_from", self.instance.valid_from), cleaned.get("valid_until")
        if begins is not None and ends is not None and ends < begins:
            self.add_error("valid_until", _("The last day can't lie before the first."))
        elif begins is not None:
            self._refuse_overlap(begins, ends)
        return cleaned

    def _check_content(self, cleaned: dict[str, Any]) -> None:
        ends = cleaned["valid_until"]
        content = cleaned["content"]
        try:
            if not isinstance(content, dict):
                raise CoefficientsProblem("the content: not a table")
            found = checked_content(
                {
                    **content,
                    "valid_from": cleaned["valid_from"].isoformat(),
                    "valid_until": ends.isoformat() if ends else None,
                    "source": cleaned["source"],
                }
            )
        except CoefficientsProblem as problem:
            self.add_error(
                "content",
                ValidationError(
                    _("The coefficients can't be used. Mend this in them: %(problem)s."),
                    params={"problem": problem},
                ),
            )
            return
        known = set(Region.objects.values_list("code", flat=True))
        if unknown := sorted({fixed.region for fixed in found.fixed_amounts} - known):
            self.add_error(
                "content", _("There is no safety region %(codes)s.") % {"codes": ", ".join(unknown)}
            )
        cleaned["content"] = as_content(found)

    def _refuse_overlap(self, begins: Any, ends: Any) -> None:
        others = FormulaCoefficients.objects.exclude(pk=self.instance.pk).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=begins)
        )
        if ends is not None:
            others = others.filter(valid_from__lte=ends)
        if other := others.first():
            self.add_error(
                None,
                _(
                    "“%(other)s” is valid on some of these days too. Give the older of the two its last day first."
                )
                % {"other": other},
            )


@admin.register(FormulaCoefficients)
class FormulaCoefficientsAdmin(admin.ModelAdmin):
    """Of a version that a key was made with, only the last day can be filled in: the key's weights rest on the rest."""

    form = CoefficientsForm
    list_display = ("source", "valid_from", "valid_until")

    def get_readonly_fields(
        self, request: HttpRequest, obj: FormulaCoefficients | None = None
    ) -> tuple[str, ...]:
        return ("valid_from", "source", "content") if obj is not None and obj.keys.exists() else ()
