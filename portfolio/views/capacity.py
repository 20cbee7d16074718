"""What is asked of regions and networks."""

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from organisation.htmx import target_of
from organisation.models import Network, Region
from organisation.requests import PersonalRequest
from portfolio.capacity import (
    key_of,
    lacks_region,
    may_be_asked,
    read_capacity,
    sees_all_regions,
    years_to_show,
)


class CapacityFilter(forms.Form):
    """A year, and a region or network of those that the reader may see."""

    year = forms.ChoiceField(
        label=_("Year"),
        required=False,
        error_messages={
            "invalid_choice": _("The programme has no year “%(value)s”. Choose one from the list.")
        },
    )
    of = forms.ChoiceField(
        label=_("Region or network"),
        required=False,
        error_messages={
            "invalid_choice": _(
                "There is no region or network “%(value)s” that you may see here. Choose one from the list."
            )
        },
    )

    def __init__(self, data: QueryDict, years: tuple[int, ...], bodies: list[Region | Network]) -> None:
        super().__init__(data)
        year, of = self.fields["year"], self.fields["of"]
        year.choices = [("", _("All years")), *((str(one), str(one)) for one in years)]  # type: ignore[attr-defined]
        of.choices = [("", _("All of them")), *((key_of(body), body.name) for body in bodies)]  # type: ignore[attr-defined]


@require_safe
@permission_required("portfolio.view_capacity", raise_exception=True)
@vary_on_headers("HX-Request", "HX-Target")
def capacity(request: PersonalRequest) -> HttpResponse:
    """Show the days asked per year, of each region and network that the reader may see, and by project.

    Projects are listed of the region or network that was chosen. Without a choice regional staff see those of their own
    region and of the networks, and others the overview alone.
    """
    user = request.user
    years, bodies = years_to_show(user, timezone.localdate()), may_be_asked(user)
    filters = CapacityFilter(request.GET, years, bodies)
    filters.is_valid()
    year, of = filters.cleaned_data.get("year"), filters.cleaned_data.get("of")
    everywhere = sees_all_regions(user)
    if of:
        bodies = [body for body in bodies if key_of(body) == of]
    overview = read_capacity(
        user,
        bodies,
        (int(year),) if year else years,
        () if everywhere and not of else [key_of(body) for body in bodies],
    )
    template = "portfolio/capacity.html"
    if target_of(request) == "results":
        template += "#results"
    return render(
        request,
        template,
        {
            "filters": filters,
            "overview": overview,
            "this_year": timezone.localdate().year,
            "everywhere": everywhere,
            "lacks_region": lacks_region(user),
            "chosen_year": year or "",
            "chosen": of or "",
        },
    )
