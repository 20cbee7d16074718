"""The form by which an assignment begins."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisation.choices import Role
from organisation.forms import OnceForm
from organisation.models import User
from pillars.models import Objective
from portfolio.forms.choices import objectives_by_theme, objectives_to_choose, portfolios_for
from portfolio.models import Portfolio, PortfolioHolder


class NewProjectForm(OnceForm):
    """For what, in which portfolio, under which title; support also on whose behalf."""

    objective = forms.ModelChoiceField(label=_("Objective"), queryset=Objective.objects.none())
    portfolio = forms.ModelChoiceField(
        label=_("Portfolio"), queryset=Portfolio.objects.none(), empty_label=_("Choose a portfolio")
    )
    on_behalf_of = forms.ModelChoiceField(
        label=_("On behalf of"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody: the programme support itself"),
        help_text=_("A holder of the portfolio, who gets word of the assignment."),
    )
    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("Short and telling: this is how the project is listed.")
    )
    year = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=2000, max_value=2100)

    def __init__(self, *args: Any, user: User, programme_id: int | None, **options: Any) -> None:
        super().__init__(*args, **options)
        objectives = objectives_to_choose(programme_id)
        self._field("objective").queryset = objectives
        self._field("objective").widget.choices = [
            ("", _("Choose an objective")),
            *objectives_by_theme(objectives),
        ]
        portfolios = portfolios_for(user).prefetch_related("themes")
        self._field("portfolio").queryset = portfolios
        if len(portfolios) == 1:
            self.initial.setdefault("portfolio", portfolios[0].pk)
        if Role.SUPPORT in user.roles:
            holders = PortfolioHolder.objects.on_today().values("user")
            self._field("on_behalf_of").queryset = User.objects.filter(pk__in=holders, is_active=True)
        else:
            del self.fields["on_behalf_of"]

    def _field(self, name: str) -> Any:
        return self.fields[name]
